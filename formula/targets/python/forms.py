"""Values that choose: IF, CASE, BLANKVALUE and the like, and ROUND to a literal place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from formula.function import Passing
from formula.functions.text import bounded
from formula.targets.python.code import (
    AND,
    ATOM,
    COMPARE,
    OR,
    SUM,
    TERNARY,
    Code,
    Condition,
    Known,
    is_nullable,
)
from formula.targets.python.writer import Unwritable, ValueForm, Writer
from formula.tree import Aggregate, Call, Let, Literal, Node, walk
from formula.types import Kind


def choose(
    writer: Writer, node: Call, branches: Sequence[tuple[Condition, Code]], otherwise: Code
) -> Code:
    """Write a chain of conditional expressions; it needs no brackets, however long."""
    codes = [*(code for _condition, code in branches), otherwise]
    is_int = all(code.is_int for code in codes)
    if node.type.kind is Kind.NUMBER and not is_int:
        codes = [_decimal(writer, code) for code in codes]
    text = ""
    for (condition, _code), code in zip(branches, codes, strict=False):
        text += f"{code.within(OR)} if {condition.within(OR)} else "
    nullable = any(code.nullable for code in codes)
    return Code(text + codes[-1].within(TERNARY), TERNARY, nullable=nullable, is_int=is_int)


def _decimal(writer: Writer, code: Code) -> Code:
    if not code.is_int:
        return code
    if not code.nullable:
        return Code(f"Decimal({code.text})")
    name = writer.names.temporary()
    text = f"Decimal({name}) if ({name} := {code.text}) is not None else None"
    return Code(text, TERNARY, nullable=True)


def _if(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    return _ifs(writer, node, known)


def _ifs(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    branches, ends = [], []
    for test, result in zip(node.arguments[0:-1:2], node.arguments[1:-1:2], strict=True):
        condition = writer.condition(test, known, True)
        code, end = writer.value(result, condition.yes)
        branches.append((condition, code))
        ends.append(end)
        known = condition.no
    otherwise, end = writer.value(node.arguments[-1], known)
    for other in ends:
        end = end.meet(other)
    return choose(writer, node, branches, otherwise), end


def _case(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    subject, *pairs, otherwise = node.arguments
    keys, results = pairs[0::2], pairs[1::2]
    if all(isinstance(part, Literal) for part in pairs):
        return _table(writer, subject, keys, results, otherwise, known)
    return _case_chain(writer, node, keys, results, known)


def _table(
    writer: Writer,
    subject: Node,
    keys: Sequence[Node],
    results: Sequence[Node],
    otherwise: Node,
    known: Known,
) -> tuple[Code, Known]:
    """Write a CASE over constants as one look-up."""
    table: dict[object, object] = {}
    for key, result in zip(keys, results, strict=True):
        assert isinstance(key, Literal)
        assert isinstance(result, Literal)
        value = (key.value or "") if key.type.kind.is_texty else key.value
        if value is not None:
            table.setdefault(value, result.value)
    name = writer.names.constant(table, identity=id(table))
    code, known = writer.value(subject, known)
    if "" in table and code.nullable:
        code = Code(f"{code.within(OR)} or ''", OR)
    nullable = None in table.values()
    fallback, after = writer.value(otherwise, known)
    nullable = nullable or fallback.nullable
    if isinstance(otherwise, Literal):
        return Code(f"{name}.get({code.text}, {fallback.text})", nullable=nullable), after
    text, test = name, writer.names.temporary()
    fallback = _decimal(writer, fallback)
    text = f"{name}[{test}] if ({test} := {code.text}) in {name} else {fallback.within(TERNARY)}"
    return Code(text, TERNARY, nullable=nullable), known


def _case_chain(
    writer: Writer, node: Call, keys: Sequence[Node], results: Sequence[Node], known: Known
) -> tuple[Code, Known]:
    subject, texty = node.arguments[0], node.arguments[0].type.kind.is_texty
    code, known = writer.value(subject, known)
    if texty and code.nullable:
        code = Code(f"{code.within(OR)} or ''", OR)
    name = writer.names.temporary()
    branches: list[tuple[Condition, Code]] = []
    shown = f"({name} := {writer.plain_or_none(subject, code)})"
    may_be_null = code.nullable and not texty
    for key, result in zip(keys, results, strict=True):
        test = _case_test(writer, key, (shown, name), may_be_null, known)
        condition = Condition(test.text, test.strength, known, known)
        branches.append((condition, writer.value(result, known)[0]))
        shown = name
    otherwise, _end = writer.value(node.arguments[-1], known)
    return choose(writer, node, branches, otherwise), known


def _case_test(
    writer: Writer, key: Node, subject: tuple[str, str], may_be_null: bool, known: Known
) -> Code:
    """Compare the subject with a key; what the key assigns is not relied on afterwards."""
    code, _after = writer.value(key, known)
    if key.type.kind.is_texty and code.nullable:
        code = Code(f"{code.within(OR)} or ''", OR)
    shown, name = subject
    if may_be_null and code.nullable:
        return Code(f"{shown} is not None and {name} == {code.within(SUM)}", AND)
    return Code(f"{shown} == {code.within(SUM)}", COMPARE)


def _blank_value(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    value, fallback = node.arguments
    code, known = writer.value(value, known)
    if not code.nullable and not value.type.kind.is_texty:
        return code, known
    other, _after = writer.value(fallback, known)
    if value.type.kind.is_texty:
        text = f"{code.within(OR)} or {other.within(AND)}"
        return Code(text, OR, nullable=other.nullable), known
    return _first_of(writer, code, other), known


def _null_value(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    value, fallback = node.arguments
    code, known = writer.value(value, known)
    if value.type.kind.is_texty or not code.nullable:
        return code, known
    other, _after = writer.value(fallback, known)
    return _first_of(writer, code, other), known


def _first_of(writer: Writer, code: Code, other: Code) -> Code:
    code, other = _decimal(writer, code), _decimal(writer, other)
    name = writer.names.temporary()
    text = f"{name} if ({name} := {code.text}) is not None else {other.within(TERNARY)}"
    return Code(text, TERNARY, nullable=other.nullable)


def _if_error(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    """Write the value alone: should it fail, the oracle takes over.

    Where a null operand would spare another from being computed, failures could be missed.
    """
    if any(map(_may_skip, walk(node.arguments[0]))):
        raise Unwritable(node.key)
    code, known = writer.value(node.arguments[0], known)
    return _decimal(writer, code), known


def _may_skip(node: Node) -> bool:
    if not isinstance(node, Call) or len(node.arguments) < 2:
        return isinstance(node, Let | Aggregate)
    passing = node.overload.passing
    return passing is Passing.OPEN or (passing is Passing.STRICT and is_nullable(node, {}))


def _prior_value(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    (argument,) = node.arguments
    after, _known = writer.value(argument, known)
    writer.base = "old"
    before, _known = writer.value(argument, known)
    writer.base = "row"
    before, after = _decimal(writer, before), _decimal(writer, after)
    text = f"{before.within(OR)} if old is not None else {after.within(TERNARY)}"
    return Code(text, TERNARY, nullable=before.nullable or after.nullable), known


def _round(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    number, digits = node.arguments
    if not isinstance(digits, Literal) or not isinstance(digits.value, Decimal):
        return writer.call(node, known)
    ready = writer.operands([number], known)
    places = max(-30, min(30, int(digits.value)))
    writer.names.needs_context = True
    value = _decimal(writer, ready.codes[0])
    # The same as to quantize, in the context's rounding, without parsing keywords.
    text = f"{value.within(ATOM)}.__round__({places})"
    if not ready.guards:
        return Code(text), ready.inside
    text = f"{text} if {' and '.join(ready.guards)} else None"
    return Code(text, TERNARY, nullable=True), ready.after


def _join(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    """Write a chain of joins as one; its length is checked once, at the end."""
    parts = []
    for part in _joined_parts(node):
        code, known = writer.value(part, known)
        parts.append(f"{code.within(OR)} or ''" if code.nullable else code.within(TERNARY))
    limit = writer.names.constant(bounded, identity="bounded")
    return Code(f"{limit}(''.join(({', '.join(parts)})))"), known


def _joined_parts(node: Node) -> list[Node]:
    parts: list[Node] = []
    while isinstance(node, Call) and node.key == "join":
        parts.insert(0, node.arguments[1])
        node = node.arguments[0]
    return [node, *parts]


def _text_of_picklist(writer: Writer, node: Call, known: Known) -> tuple[Code, Known]:
    value, *pairs = node.arguments
    code, known = writer.value(value, known)
    if not pairs:
        return code, known
    words = [pair.value for pair in pairs if isinstance(pair, Literal)]
    labels = dict(zip(words[::2], words[1::2], strict=True))
    table = writer.names.constant(labels, identity=id(labels))
    name = writer.names.temporary()
    return Code(f"{table}.get(({name} := {code.text}), {name})", nullable=True), known


VALUES: dict[str, ValueForm] = {
    "if": _if,
    "ifs": _ifs,
    "case": _case,
    "blankvalue": _blank_value,
    "nullvalue": _null_value,
    "iferror": _if_error,
    "priorvalue": _prior_value,
    "round": _round,
    "join": _join,
    "text_picklist": _text_of_picklist,
}
