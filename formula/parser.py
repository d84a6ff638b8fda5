"""From source to syntax tree, within bounds, or to one finding that says where it goes wrong."""

from __future__ import annotations

import re

from lark import UnexpectedInput

from formula import problem
from formula.limits import MAX_SOURCE
from formula.problem import FormulaProblem
from formula.syntax import Node
from paas.kernel import Finding, Span, Violation

_CONSTANTS = {"true": True, "false": False, "null": None}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(r"\\(.)")
_SPELLING = {"==": "=", "!=": "<>"}
_FULL_WIDTH = str.maketrans("（），。“”‘’＝＞＜＋－＊／！＆｜；：", "(),.\"\"''=><+-*/!&|;:")
_OPERAND = {"zh-CN": "一个值", "en-US": "a value"}
_CLOSING = {"zh-CN": "运算符或右括号", "en-US": "an operator or a closing bracket"}
_OPERATOR = {"zh-CN": "运算符", "en-US": "an operator"}
_SEPARATOR = {"zh-CN": "逗号或右括号", "en-US": "a comma or a closing bracket"}


class _Refused(Exception):
    def __init__(self, finding: Finding, span: Span, **params: object) -> None:
        super().__init__(finding.code)
        self.violation = finding.at("", span=span, **params)


def parse(source: str) -> Node:
    """Parse a formula; raises `FormulaProblem` with the one syntax error found."""
    violation: Violation
    if len(source) > MAX_SOURCE:
        violation = problem.TOO_LONG.at(
            "", span=Span(MAX_SOURCE, len(source)), length=len(source), limit=MAX_SOURCE
        )
        raise FormulaProblem(errors=[violation])
    builder = _Builder()
    try:
        built: Node = _lark().parse(source, on_error=None) if False else _run(source, builder)
    except _Refused as refused:
        violation = refused.violation
    except UnexpectedInput as error:
        violation = _explain(source, error)
    else:
        return built
    raise FormulaProblem(errors=[violation])
