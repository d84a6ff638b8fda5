"""From source to syntax tree, within bounds, or to one finding that says where it goes wrong.

Precedence climbing over the tokens of `formula.lexer`. Loosest first: || · && · = <> · < > <= >= ·
+ - & · * / · ^ · unary. `^` binds tighter than `*` and associates to the right; unary minus is
tightest, so -2^2 is 4. AND, OR and NOT are operators only where an operator may stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import DecimalException
from typing import Any, NoReturn

from formula import problem
from formula.arithmetic import CONTEXT
from formula.lexer import BAD, END, NAME, NUMBER, SIGN, TEXT, tokens_of
from formula.limits import MAX_BRACKETS, MAX_DEPTH, MAX_NODES, MAX_SOURCE
from formula.problem import FormulaProblem
from formula.syntax import Apply, Chain, Constant, Name, Node, Unary
from paas.kernel import Finding, Span, Violation

_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
_SPELLING = {"==": "=", "!=": "<>"}
_STRENGTHS = {"||": 1, "&&": 2, "=": 3, "==": 3, "<>": 3, "!=": 3, "<": 4, "<=": 4, ">": 4}
_STRENGTHS |= {">=": 4, "+": 5, "-": 5, "&": 5, "*": 6, "/": 6, "^": 7}
_WORDS = {"and": "&&", "or": "||"}
_SIGNED = frozenset("+-!")
_CONSTANT = frozenset({NUMBER, TEXT})
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


def parse(source: str) -> Node:
    """Parse a formula; raises `FormulaProblem` with the one syntax error found."""
    refused = _refusal(source)
    if refused is not None:
        raise FormulaProblem(errors=[refused])
    parser = _Parser(source)
    try:
        tree = parser.whole()
    except RecursionError:
        parser.refuse(problem.TOO_DEEP, parser.span, limit=MAX_DEPTH)
    if parser.count > MAX_DEPTH:
        _check_depth(tree)
    return tree


def _refusal(source: str) -> Violation | None:
    if len(source) > MAX_SOURCE:
        span = Span(MAX_SOURCE, len(source))
        return problem.TOO_LONG.at("", span=span, length=len(source), limit=MAX_SOURCE)
    if not source.strip():
        return problem.EMPTY.at("", span=Span(0, len(source)))
    return None


class _Parser:
    """One walk over the tokens of one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.count = 0
        tokens = tokens_of(source)
        self._kinds, self._texts = tokens.kinds, tokens.texts
        self._starts, self._ends = tokens.starts, tokens.ends
        self._at = 0
        self._depth = 0

    @property
    def span(self) -> Span:
        """Return where the walk stands."""
        return Span(self._starts[self._at], self._ends[self._at])

    def whole(self) -> Node:
        """Parse all of it."""
        tree = self._expression(1)
        if self._kinds[self._at] != END:
            self._misplaced(_OPERATOR)
        return tree

    def refuse(self, finding: Finding, span: Span, **params: Any) -> NoReturn:
        """Give up with one finding."""
        raise FormulaProblem(errors=[finding.at("", span=span, **params)])

    def _counted(self, node: Node) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            self.refuse(problem.TOO_COMPLEX, node.span, limit=MAX_NODES)
        return node

    def _operator(self) -> str:
        """Return the operator that stands here, "" if none does."""
        text = self._texts[self._at]
        kind = self._kinds[self._at]
        if kind == SIGN:
            return text
        return _WORDS.get(text.casefold(), "") if kind == NAME else ""

    def _expression(self, least: int) -> Node:
        """Parse operands joined by operators that bind at least so tightly."""
        self._depth += 1
        if self._depth > MAX_BRACKETS:
            self.refuse(problem.TOO_DEEP, self.span, limit=MAX_DEPTH)
        left = self._operand()
        while True:
            sign = self._operator()
            strength = _STRENGTHS.get(sign, 0)
            if strength < least:
                self._depth -= 1
                return left
            operands = [left]
            if strength > 2:
                self._at += 1
                operands.append(self._expression(strength if sign == "^" else strength + 1))
            else:
                while self._operator() == sign:
                    self._at += 1
                    operands.append(self._expression(strength + 1))
            span = Span(left.span.start, operands[-1].span.end)
            left = self._counted(Chain(_SPELLING.get(sign, sign), tuple(operands), span))

    def _operand(self) -> Node:
        at = self._at
        kind, text = self._kinds[at], self._texts[at]
        if kind == NAME:
            word = text.casefold()
            if word == "not":
                return self._unary("!")
            self._at = at + 1
            if self._texts[at + 1] == "(":
                return self._apply(at)
            span = Span(self._starts[at], self._ends[at])
            is_constant = word in _CONSTANTS
            return self._counted(
                Constant(_CONSTANTS[word], span) if is_constant else Name(text, span)
            )
        if kind in _CONSTANT:
            self._at = at + 1
            return self._constant(kind, text, Span(self._starts[at], self._ends[at]))
        if text in _SIGNED:
            return self._unary(text)
        if text != "(":
            self._misplaced(_OPERAND)
        self._at = at + 1
        inside = self._expression(1)
        self._close()
        return replace(inside, bracketed=True) if isinstance(inside, Chain) else inside

    def _constant(self, kind: str, text: str, span: Span) -> Node:
        if kind == TEXT:
            return self._counted(Constant(_unescape(text[1:-1]), span))
        try:
            return self._counted(Constant(CONTEXT.create_decimal(text), span))
        except DecimalException:
            self.refuse(problem.NUMBER_TOO_LARGE, span)

    def _unary(self, sign: str) -> Node:
        self._depth += 1
        if self._depth > MAX_BRACKETS:
            self.refuse(problem.TOO_DEEP, self.span, limit=MAX_DEPTH)
        start = self._starts[self._at]
        self._at += 1
        operand = self._operand()
        self._depth -= 1
        return self._counted(Unary(sign, operand, Span(start, operand.span.end)))

    def _apply(self, at: int) -> Node:
        self._at += 1
        arguments: list[Node] = []
        if self._texts[self._at] != ")" or self._kinds[self._at] != SIGN:
            arguments.append(self._expression(1))
            while self._texts[self._at] == "," and self._kinds[self._at] == SIGN:
                self._at += 1
                arguments.append(self._expression(1))
        start = self._starts[at]
        span = Span(start, self._close())
        name_span = Span(start, self._ends[at])
        return self._counted(Apply(self._texts[at], tuple(arguments), span, name_span))

    def _close(self) -> int:
        """Pass a closing bracket and return where it ends."""
        if self._texts[self._at] != ")" or self._kinds[self._at] != SIGN:
            self._misplaced(_CLOSING)
        self._at += 1
        return self._ends[self._at - 1]

    def _misplaced(self, expected: Mapping[str, str]) -> NoReturn:
        """Say what is wrong with the token that stands here."""
        kind, text = self._kinds[self._at], self._texts[self._at]
        span, source = self.span, self.source
        if kind == BAD:
            raise FormulaProblem(errors=[_unreadable(source, span.start)])
        if kind == END:
            end = len(source)
            self.refuse(problem.UNEXPECTED_END, Span(end, end), expected=expected)
        if text == "*" and source[span.start - 1 : span.start] == "/":
            self.refuse(problem.OPEN_COMMENT, Span(span.start - 1, len(source)))
        self.refuse(problem.SYNTAX, span, found=text, expected=expected)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0]), text)


def below(node: Node) -> tuple[Node, ...]:
    """Return the syntax nodes directly below."""
    if isinstance(node, Apply):
        return node.arguments
    if isinstance(node, Chain):
        return node.operands
    return (node.operand,) if isinstance(node, Unary) else ()


def _check_depth(tree: Node) -> None:
    level: Sequence[Node] = [tree]
    for _depth in range(MAX_DEPTH):
        level = [child for node in level for child in below(node)]
        if not level:
            return
    finding = problem.TOO_DEEP.at("", span=level[0].span, limit=MAX_DEPTH)
    raise FormulaProblem(errors=[finding])


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
