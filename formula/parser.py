"""From source to syntax tree, within bounds, or to one finding that says where it goes wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, DecimalException
from functools import cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from formula import problem
from formula.arithmetic import CONTEXT
from formula.limits import MAX_DEPTH, MAX_NODES, MAX_SOURCE
from formula.problem import FormulaProblem
from formula.syntax import Apply, Chain, Constant, Name, Node, Unary
from paas.kernel import Span, Violation

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
_SPELLING = {"==": "=", "!=": "<>"}
_SIGN_OF = {"AND": "&&", "OR": "||"}
_STRENGTHS = {"||": 1, "&&": 2, "=": 3, "<>": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
_STRENGTHS |= {"+": 5, "-": 5, "&": 5, "*": 6, "/": 6, "^": 7}
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
_TOKEN = re.compile(r"\w+|[^\w\s]")


def parse(source: str) -> Node:
    """Parse a formula; raises `FormulaProblem` with the one syntax error found."""
    violation = _refusal(source)
    if violation is None:
        try:
            tree = cast("Node", _lark().parse(source))
        except UnexpectedInput as error:
            violation = _explain(source, error)
        else:
            violation = _bounds(tree)
            if violation is None:
                return tree
    raise FormulaProblem(errors=[violation])


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
    """Build nodes while parsing; stateless, because one parser serves every thread."""

    def number(self, parts: list[Token]) -> Node:
        (token,) = parts
        span = _span(token, token)
        try:
            return Constant(CONTEXT.create_decimal(str(token)), span)
        except DecimalException:
            return Constant(Decimal("Infinity"), span)

    def text(self, parts: list[Token]) -> Node:
        (token,) = parts
        return Constant(_unescape(str(token)[1:-1]), _span(token, token))

    def name(self, parts: list[Token]) -> Node:
        (token,) = parts
        word = str(token).casefold()
        span = _span(token, token)
        if word in _CONSTANTS:
            return Constant(_CONSTANTS[word], span)
        return Name(str(token), span)

    def arguments(self, parts: list[Node]) -> list[Node]:
        return parts

    def apply(self, parts: list[Any]) -> Node:
        name, last = parts[0], parts[-1]
        arguments = parts[2] if len(parts) == 4 else ()
        return Apply(str(name), tuple(arguments), _span(name, last), _span(name, name))

    def bracket(self, parts: list[Any]) -> Node:
        inside: Node = parts[1]
        return replace(inside, bracketed=True) if isinstance(inside, Chain) else inside

    def unary(self, parts: list[Any]) -> Node:
        sign, operand = parts
        operator = "!" if sign.type == "NOT" else str(sign)
        return Unary(operator, operand, Span(_start(sign), operand.span.end))

    def expression(self, parts: list[Any]) -> Node:
        """Join operands by the strength of the operators between them."""
        operands: list[Node] = [parts[0]]
        signs: list[str] = []
        for token, operand in zip(parts[1::2], parts[2::2], strict=True):
            sign = _SIGN_OF.get(token.type) or _SPELLING.get(token, str(token))
            strength = _STRENGTHS[sign]
            while signs and _goes_first(_STRENGTHS[signs[-1]], strength):
                _join(signs, operands)
            signs.append(sign)
            operands.append(operand)
        while signs:
            _join(signs, operands)
        return operands[0]


def _goes_first(strength: int, following: int) -> bool:
    return strength > following or (strength == following and strength != _STRENGTHS["^"])


def _join(signs: list[str], operands: list[Node]) -> None:
    sign, right = signs.pop(), operands.pop()
    left = operands[-1]
    joined: tuple[Node, ...] = (left, right)
    if sign in _FLAT and isinstance(left, Chain) and left.operator == sign and not left.bracketed:
        joined = (*left.operands, right)
    operands[-1] = Chain(sign, joined, Span(left.span.start, right.span.end))


def _start(token: Token) -> int:
    assert token.start_pos is not None
    return token.start_pos


def _span(first: Token, last: Token) -> Span:
    assert last.end_pos is not None
    return Span(_start(first), last.end_pos)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0]), text)


@cache
def _lark() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=_Builder())


def below(node: Node) -> tuple[Node, ...]:
    """Return the syntax nodes directly below."""
    if isinstance(node, Apply):
        return node.arguments
    if isinstance(node, Chain):
        return node.operands
    return (node.operand,) if isinstance(node, Unary) else ()


def _bounds(tree: Node) -> Violation | None:
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
    if "NAME" in error.expected:
        expected = _OPERAND
    else:
        expected = _CLOSING if "RPAR" in error.expected else _OPERATOR
    if token.type == "$END":
        span = Span(len(source), len(source))
        return problem.UNEXPECTED_END.at("", span=span, expected=expected)
    start = _start(token)
    if str(token) == "*" and source[start - 1 : start] == "/":
        return problem.OPEN_COMMENT.at("", span=Span(start - 1, len(source)))
    return problem.SYNTAX.at("", span=_span(token, token), found=str(token), expected=expected)


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
