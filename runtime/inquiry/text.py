"""The query language: from text to an `Inquiry`, within bounds, or to the place it goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from formula import Apply, Chain, Constant, Name, Unary, joined, operand_of
from paas.kernel import Span, Violation
from runtime.inquiry.problem import (
    QUERY_DATE_INVALID,
    QUERY_SYNTAX,
    QUERY_TOO_COMPLEX,
    QUERY_TOO_DEEP,
)
from runtime.inquiry.syntax import (
    Children,
    Inquiry,
    Item,
    Likeness,
    Membership,
    Node,
    Parameter,
    Placed,
    Term,
    below,
)
from runtime.problem import QUERY_BAD_CHARACTER, QUERY_TOO_LONG, QueryInvalid
from runtime.query import MAX_FILTER, UNSTORABLE

MAX_NODES = 4_000
MAX_DEPTH = 90
_TIGHT = frozenset({"+", "-", "&", "*", "/", "^"})
"""What binds tighter than IN and LIKE, which bind as comparisons do."""
_SPELLING = {"==": "=", "!=": "<>", "and": "&&", "or": "||"}
SHOWN = 40


def read_query(text: str, *, pointer: str = "") -> Inquiry:
    """Read a whole query; raises `QueryInvalid`."""
    return cast("Inquiry", _placed(_read("query", text, pointer), pointer))


def read_expression(text: str, *, pointer: str = "") -> Placed:
    """Read one expression, such as a condition; raises `QueryInvalid`."""
    return Placed(cast("Node", _read("expression", text, pointer)), pointer)


def read_item(text: str, *, pointer: str = "") -> Item | Children:
    """Read one column, perhaps with an alias; raises `QueryInvalid`."""
    return cast("Item | Children", _placed(_read("item", text, pointer), pointer))


def read_term(text: str, *, pointer: str = "") -> Term:
    """Read one sort key; raises `QueryInvalid`."""
    return cast("Term", _placed(_read("term", text, pointer), pointer))


def _read(start: str, text: str, pointer: str) -> Any:
    violation = _refusal(text)
    if violation is None:
        try:
            found = _lark().parse(text, start=start)
        except UnexpectedInput as error:
            violation = _explained(text, error)
        except _Misread as error:
            violation = error.violation
        else:
            violation = _excess(found)
            if violation is None:
                return found
    raise QueryInvalid(errors=[replace(violation, pointer=pointer)])


def _refusal(text: str) -> Violation | None:
    if len(text) > MAX_FILTER:
        return QUERY_TOO_LONG.at(limit=MAX_FILTER)
    strange = UNSTORABLE.search(text)
    if strange is not None:
        return QUERY_BAD_CHARACTER.at(position=strange.start() + 1)
    return None


def _explained(text: str, error: UnexpectedInput) -> Violation:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        start, found = error.token.start_pos or 0, str(error.token)
    elif isinstance(error, UnexpectedCharacters):
        start = error.pos_in_stream or 0
        found = text[start : start + 1]
    else:
        start, found = len(text), ""
    span = Span(start, start + len(found))
    return QUERY_SYNTAX.at(span=span, position=start + 1, found=found[:SHOWN])


def _excess(found: Any) -> Violation | None:
    """Return what makes the query too large, walking it level by level."""
    level: list[Any] = [_root(found)]
    count = depth = 0
    while level:
        count += len(level)
        depth += 1
        if count > MAX_NODES:
            return QUERY_TOO_COMPLEX.at(limit=MAX_NODES)
        if depth > MAX_DEPTH:
            return QUERY_TOO_DEEP.at(limit=MAX_DEPTH)
        level = [part for node in level for part in below(node)]
    return None


def _root(found: Any) -> Node | Inquiry:
    if isinstance(found, Item | Term):
        return found.expression.node
    return cast("Node | Inquiry", found.inquiry if isinstance(found, Children) else found)


def _placed(found: Any, pointer: str) -> Any:
    """Put a pointer to everything that stands in one text."""
    if not pointer:
        return found
    if isinstance(found, Children):
        return replace(found, inquiry=_placed(found.inquiry, pointer))
    if isinstance(found, Item | Term):
        return replace(found, expression=replace(found.expression, pointer=pointer))
    inquiry = cast("Inquiry", found)
    there = (None if each is None else replace(each, pointer=pointer) for each in
             (inquiry.where, inquiry.having))  # fmt: skip
    where, having = there
    return replace(
        inquiry,
        items=tuple(_placed(each, pointer) for each in inquiry.items),
        where=where,
        having=having,
        keys=tuple(replace(each, pointer=pointer) for each in inquiry.keys),
        order=tuple(_placed(each, pointer) for each in inquiry.order),
        pointer=pointer,
    )


class _Misread(Exception):
    """A token that reads well and means nothing; carries the violation."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.code)
        self.violation = violation


@dataclass(frozen=True, slots=True)
class _Members:
    values: tuple[Node, ...] | Parameter | Inquiry
    is_negated: bool
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    pattern: Constant | Parameter
    is_negated: bool
    end: int


def _span(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)


def _of_type(parts: Sequence[Any], *kinds: str) -> bool:
    return any(isinstance(part, Token) and part.type in kinds for part in parts)


class _Builder(Transformer[Token, Any]):
    """Builds queries around the nodes of the formula language; stateless, for every thread."""

    def number(self, parts: list[Token]) -> Any:
        return operand_of(parts[0])

    text = number
    name = number

    def apply(self, parts: list[Any]) -> Apply:
        name, last = parts[0], parts[-1]
        arguments = tuple(parts[2]) if len(parts) == 4 else ()
        return Apply(str(name), arguments, Span(_span(name).start, _span(last).end), _span(name))

    def arguments(self, parts: list[Any]) -> list[Any]:
        return parts

    def bracket(self, parts: list[Any]) -> Any:
        inside = parts[1]
        return replace(inside, bracketed=True) if isinstance(inside, Chain) else inside

    def unary(self, parts: list[Any]) -> Unary:
        sign, operand = parts
        operator = "!" if sign.type == "NOT" else str(sign)
        return Unary(operator, operand, Span(_span(sign).start, operand.span.end))

    def parameter(self, parts: list[Token]) -> Parameter:
        (token,) = parts
        return Parameter(str(token)[1:], _span(token))

    def day(self, parts: list[Token]) -> Constant:
        (token,) = parts
        try:
            return Constant(date.fromisoformat(str(token)), _span(token))
        except ValueError as error:
            raise _Misread(QUERY_DATE_INVALID.at(span=_span(token), text=str(token))) from error

    def moment(self, parts: list[Token]) -> Constant:
        (token,) = parts
        try:
            found = datetime.fromisoformat(str(token)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise _Misread(QUERY_DATE_INVALID.at(span=_span(token), text=str(token))) from error
        return Constant(found, _span(token))

    def count_all(self, parts: list[Token]) -> Apply:
        name, star, last = parts[0], parts[2], parts[3]
        span = Span(_span(name).start, _span(last).end)
        return Apply(str(name), (Name("*", _span(star)),), span, _span(name))

    def membership(self, parts: list[Any]) -> _Members:
        last = parts[-1]
        if isinstance(last, Token) and last.type == "PARAMETER":
            values: Any = self.parameter([last])
        else:
            inside = parts[-2]
            values = inside if isinstance(inside, Inquiry) else tuple(inside)
        return _Members(values, _of_type(parts[:1], "NOT"), _span(last).end)

    def likeness(self, parts: list[Token]) -> _Pattern:
        last = parts[-1]
        is_parameter = last.type == "PARAMETER"
        pattern: Any = self.parameter([last]) if is_parameter else self.text([last])
        return _Pattern(pattern, _of_type(parts[:1], "NOT"), _span(last).end)

    def expression(self, parts: list[Any]) -> Any:
        """Join operands by the strength of operators; IN and LIKE take what stands before."""
        flat: list[Any] = []
        for part in parts:
            if isinstance(part, Token):
                flat.append(_SPELLING.get(str(part).lower(), str(part)))
            elif isinstance(part, _Members | _Pattern):
                tight = _tight_from(flat)
                operand = joined(flat[tight:])
                span = Span(operand.span.start, part.end)
                flat = [*flat[:tight], _tested(operand, part, span)]
            else:
                flat.append(part)
        return joined(flat)

    def item(self, parts: list[Any]) -> Item:
        return Item(Placed(parts[0]), _alias(parts[1:]))

    def children(self, parts: list[Any]) -> Children:
        return Children(parts[1], _alias(parts[3:]))

    def where(self, parts: list[Any]) -> tuple[str, Placed]:
        return "where", Placed(parts[1])

    def having(self, parts: list[Any]) -> tuple[str, Placed]:
        return "having", Placed(parts[1])

    def keys(self, parts: list[Any]) -> tuple[Placed, ...]:
        return tuple(Placed(each) for each in parts)

    def group(self, parts: list[Any]) -> tuple[str, Any]:
        return "keys", parts[1]

    def rollup(self, parts: list[Any]) -> tuple[str, Any]:
        return "rollup", parts[3]

    def term(self, parts: list[Any]) -> Term:
        return Term(Placed(parts[0]), _of_type(parts, "DESC"), _of_type(parts, "NULLS_FIRST"))

    def order(self, parts: list[Any]) -> tuple[str, tuple[Term, ...]]:
        return "order", tuple(parts[1:])

    def limit(self, parts: list[Token]) -> tuple[str, int]:
        digits = str(parts[1])
        return "limit", int(digits[:9]) if digits.isdigit() else 0

    def items(self, parts: list[Any]) -> tuple[Item | Children, ...]:
        return tuple(parts)

    def query(self, parts: list[Any]) -> Inquiry:
        select, items, _from, name, *clauses = parts
        given = dict(clauses)
        is_rollup = "rollup" in given
        return Inquiry(
            str(name),
            _expanded(items),
            where=given.get("where"),
            keys=given.get("rollup" if is_rollup else "keys", ()),
            is_rollup=is_rollup,
            having=given.get("having"),
            order=given.get("order", ()),
            limit=given.get("limit"),
            span=_span(select),
        )


def _tested(operand: Any, part: _Members | _Pattern, span: Span) -> Any:
    """Return the test; a NOT in front of its operand is about the whole test."""
    if isinstance(operand, Unary) and operand.operator == "!":
        return replace(operand, operand=_tested(operand.operand, part, span), span=span)
    if isinstance(part, _Members):
        return Membership(operand, part.values, part.is_negated, span)
    return Likeness(operand, part.pattern, part.is_negated, span)


def _expanded(items: tuple[Item | Children, ...]) -> tuple[Item | Children, ...]:
    """Return no items for FIELDS(ALL) alone, which asks for everything."""
    if len(items) != 1 or not isinstance(items[0], Item):
        return items
    node = items[0].expression.node
    is_all = node == Apply("FIELDS", (Name("ALL"),)) or (
        isinstance(node, Apply) and node.name.upper() == "FIELDS" and _is_all(node)
    )
    return () if is_all and items[0].alias is None else items


def _is_all(node: Apply) -> bool:
    inside = node.arguments[0] if len(node.arguments) == 1 else None
    return isinstance(inside, Name) and inside.text.upper() == "ALL"


def _alias(parts: Sequence[Any]) -> str | None:
    return str(parts[-1]) if parts else None


def _tight_from(flat: list[Any]) -> int:
    """Return where what binds tighter than a comparison begins at the end of the list."""
    place = len(flat) - 1
    while place > 1 and flat[place - 1] in _TIGHT:
        place -= 2
    return place


@cache
def _lark() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        transformer=_Builder(),
        start=["query", "expression", "item", "term"],
    )
