"""From source to syntax tree, within bounds, or to one finding that says where it goes wrong."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from decimal import Decimal, DecimalException
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from formula import problem
from formula.arithmetic import CONTEXT
from formula.limits import MAX_DEPTH, MAX_EXPONENT, MAX_NODES, MAX_SOURCE
from formula.problem import FormulaProblem
from formula.syntax import Apply, Chain, Constant, Name, Node, Unary
from formula.words import WordLexer
from paas.kernel import Span, Violation

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
_STRENGTHS = {"||": 1, "&&": 2, "=": 3, "<>": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
_STRENGTHS |= {"+": 5, "-": 5, "&": 5, "*": 6, "/": 6, "^": 7}
_SPELLING = {sign: sign for sign in _STRENGTHS}
_SPELLING |= {"==": "=", "!=": "<>", "and": "&&", "or": "||"}
_FLAT = frozenset({"&&", "||"})
_FULL_WIDTH = dict(
    zip("（），。“”‘’＝＞＜＋－＊／！＆｜；：", "(),.\"\"''=><+-*/!&|;:", strict=True)
)
_NO_HINT = {"zh-CN": "", "en-US": ""}
_USE_NAMES = {
    "zh-CN": "字段要写 API 名称，文本要加引号。",
    "en-US": "Fields are written by API name, text in quotation marks.",
}
_OPERAND = {"zh-CN": "一个值", "en-US": "a value"}
_CLOSING = {"zh-CN": "运算符、逗号或右括号", "en-US": "an operator, a comma or a closing bracket"}
_OPERATOR = {"zh-CN": "运算符或公式结束", "en-US": "an operator or the end"}
_LEVELS = "(-+!^*/&|=<>"
_LEVEL_NAMES = ("and", "or", "not")
_LONG_NUMBER = re.compile(rf"[0-9]{{{MAX_EXPONENT}}}")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def parse(source: str) -> Node:
    """Parse a formula; raises `FormulaProblem` with the one syntax error found."""
    violation = _refusal(source)
    if violation is None:
        try:
            tree = _parsed(source)
        except UnexpectedInput as error:
            violation = _explain(source, error)
        else:
            violation = bounds(tree) if _may_exceed(source) else None
            if violation is None:
                return tree
    raise FormulaProblem(errors=[violation])


def _parsed(source: str) -> Node:
    try:
        return cast("Node", _lark(WordLexer).parse(source))
    except UnexpectedInput:
        return cast("Node", _lark("contextual").parse(source))


def _refusal(source: str) -> Violation | None:
    if len(source) > MAX_SOURCE:
        span = Span(MAX_SOURCE, len(source))
        return problem.TOO_LONG.at("", span=span, length=len(source), limit=MAX_SOURCE)
    if not source.strip():
        return problem.EMPTY.at("", span=Span(0, len(source)))
    if len(source) > MAX_NODES and len(_TOKEN.findall(source)) > 3 * MAX_NODES:
        return problem.TOO_COMPLEX.at("", span=Span(0, len(source)), limit=MAX_NODES)
    return None


class _Builder(Transformer[Token, Any]):
    """Build nodes while parsing; stateless, because one parser serves every thread.

    Operands and operators wait in a flat list until the last of them is known.
    """

    def whole(self, parts: list[Any]) -> Node:
        return joined(parts[0])

    def value(self, parts: list[Token]) -> Node:
        return operand_of(parts[0])

    def infix(self, parts: list[Any]) -> list[Any]:
        left, token, right = parts
        sign = _SPELLING.get(token.value) or _SPELLING[token.value.lower()]
        if left.__class__ is list:
            left += (sign, right)
            return left
        return [left, sign, right]

    def infix_value(self, parts: list[Any]) -> list[Any]:
        parts[2] = operand_of(parts[2])
        return self.infix(parts)

    def first(self, parts: list[Any]) -> list[Node]:
        return [joined(parts[0])]

    def further(self, parts: list[Any]) -> list[Node]:
        arguments: list[Node] = parts[0]
        arguments.append(joined(parts[2]))
        return arguments

    def apply(self, parts: list[Any]) -> Node:
        name, last = parts[0], parts[-1]
        arguments = parts[2] if len(parts) == 4 else ()
        span = Span(name.start_pos, last.end_pos)
        return Apply(str(name.value), tuple(arguments), span, _span(name))

    def bracket(self, parts: list[Any]) -> Node:
        inside = joined(parts[1])
        return replace(inside, bracketed=True) if isinstance(inside, Chain) else inside

    def unary(self, parts: list[Any]) -> Node:
        sign, operand = parts
        operator = "!" if sign.type == "NOT" else str(sign.value)
        return Unary(operator, operand, Span(sign.start_pos, operand.span.end))

    def unary_value(self, parts: list[Any]) -> Node:
        return self.unary([parts[0], operand_of(parts[1])])


def operand_of(token: Token) -> Node:
    """Return the constant or name that a token writes."""
    text: str = token.value
    span = _span(token)
    start = text[0]
    if start in "\"'":
        text = text[1:-1]
        if "\\" in text:
            text = _ESCAPE.sub(_unescaped, text)
        return Constant(sys.intern(text), span)
    if start.isdigit():
        return Constant(_number(text), span)
    word = text.lower()
    if word in _CONSTANTS:
        return Constant(_CONSTANTS[word], span)
    return Name(str(text), span)


@lru_cache(maxsize=1024)
def _number(text: str) -> Decimal:
    try:
        return CONTEXT.create_decimal(text)
    except DecimalException:
        return Decimal("Infinity")


def _unescaped(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[0])


def joined(parts: Any) -> Node:
    """Join operands by the strength of the operators between them: `[a, "+", b, "*", c]`.

    Anything but a list is one operand, joined already.
    """
    if parts.__class__ is not list:
        return cast("Node", parts)
    if len(parts) == 3:
        left, sign, right = parts
        return _join(sign, left, right)
    operands: list[Node] = [parts[0]]
    signs: list[str] = []
    for place in range(1, len(parts), 2):
        sign = parts[place]
        strength = _STRENGTHS[sign]
        while signs and _goes_first(_STRENGTHS[signs[-1]], strength):
            _join_last(signs, operands)
        signs.append(sign)
        operands.append(parts[place + 1])
    while signs:
        _join_last(signs, operands)
    return operands[0]


def _goes_first(strength: int, following: int) -> bool:
    return strength > following or (strength == following and strength != _STRENGTHS["^"])


def _join_last(signs: list[str], operands: list[Node]) -> None:
    right = operands.pop()
    operands[-1] = _join(signs.pop(), operands[-1], right)


def _join(sign: str, left: Node, right: Node) -> Node:
    joined: tuple[Node, ...] = (left, right)
    if sign in _FLAT and isinstance(left, Chain) and left.operator == sign and not left.bracketed:
        joined = (*left.operands, right)
    return Chain(sign, joined, Span(left.span.start, right.span.end))


def _span(token: Token) -> Span:
    return Span(cast("int", token.start_pos), cast("int", token.end_pos))


@cache
def _lark(lexer: Any) -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=lexer, transformer=_Builder(), keep_all_tokens=True)


def below(node: Node) -> tuple[Node, ...]:
    """Return the syntax nodes directly below."""
    if isinstance(node, Apply):
        return node.arguments
    if isinstance(node, Chain):
        return node.operands
    return (node.operand,) if isinstance(node, Unary) else ()


def _may_exceed(source: str) -> bool:
    """Tell whether a source is so long that what it says may exceed a bound.

    Every node takes a character, every level a sign or a name before a bracket.
    """
    if len(source) <= MAX_DEPTH:
        return False
    if len(source) > MAX_NODES or _LONG_NUMBER.search(source):
        return True
    words = source.lower()
    return sum(map(source.count, _LEVELS)) + sum(map(words.count, _LEVEL_NAMES)) >= MAX_DEPTH


def bounds(tree: Node) -> Violation | None:
    """Return what makes a syntax tree too large to be checked, if anything does."""
    level: list[Node] = [tree]
    count = depth = 0
    while level:
        count += len(level)
        depth += 1
        if depth > MAX_DEPTH:
            return problem.TOO_DEEP.at("", span=level[0].span, limit=MAX_DEPTH)
        if count > MAX_NODES:
            return problem.TOO_COMPLEX.at("", span=level[-1].span, limit=MAX_NODES)
        for node in filter(_is_too_large, level):
            return problem.NUMBER_TOO_LARGE.at("", span=node.span)
        level = [child for node in level for child in below(node)]
    return None


def _is_too_large(node: Node) -> bool:
    is_number = isinstance(node, Constant) and isinstance(node.value, Decimal)
    return is_number and not cast("Decimal", node.value).is_finite()  # type: ignore[union-attr]


def _explain(source: str, error: UnexpectedInput) -> Violation:
    if isinstance(error, UnexpectedToken):
        return _misplaced(source, error)
    assert isinstance(error, UnexpectedCharacters)
    return _unreadable(source, error.pos_in_stream or 0)


def _misplaced(source: str, error: UnexpectedToken) -> Violation:
    token = error.token
    if "OPERAND" in error.expected:
        expected = _OPERAND
    else:
        expected = _CLOSING if "RPAR" in error.expected else _OPERATOR
    if token.type == "$END":
        span = Span(len(source), len(source))
        return problem.UNEXPECTED_END.at("", span=span, expected=expected)
    start = cast("int", token.start_pos)
    if str(token) == "*" and source[start - 1 : start] == "/":
        return problem.OPEN_COMMENT.at("", span=Span(start - 1, len(source)))
    return problem.SYNTAX.at("", span=_span(token), found=str(token), expected=expected)


def _unreadable(source: str, position: int) -> Violation:
    found = source[position]
    if found in "\"'":
        return problem.OPEN_TEXT.at("", span=Span(position, len(source)))
    if found in _FULL_WIDTH:
        half = _FULL_WIDTH[found]
        hint = {
            "zh-CN": f"请使用半角「{half}」。",
            "en-US": f"Use the half-width “{half}”.",
        }
    else:
        word = re.compile(r"[^\W\d_]+").match(source, position)
        found = word[0] if word else found
        hint = _USE_NAMES if word else _NO_HINT
    span = Span(position, position + len(found))
    return problem.BAD_CHARACTER.at("", span=span, found=found, hint=hint)
