"""From syntax tree back to source: one spelling for every formula.

`print_formula` writes one line; `format_source` also breaks long formulas and keeps comments,
each before the part it stood in front of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from formula.arithmetic import plain
from formula.parser import parse
from formula.syntax import Apply, Chain, Constant, Name, Node, Unary

WIDTH = 80
_STRENGTH = {"||": 1, "&&": 2, "=": 3, "<>": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
_STRENGTH |= {"+": 5, "-": 5, "&": 5, "*": 6, "/": 6, "^": 7}
_UNARY, _ATOM = 8, 9
_COMMENT_OR_TEXT = re.compile(
    r"""(/\*[\s\S]*?\*/)|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'""",
)


def print_formula(node: Node) -> str:
    """Write a syntax tree on one line; parsing the result gives the same tree."""
    return _Printer().write(node)


def format_source(source: str) -> str:
    """Lay a formula out; raises `FormulaProblem` if it does not parse."""
    comments = [
        (match.start(), match[1]) for match in _COMMENT_OR_TEXT.finditer(source) if match[1]
    ]
    printer = _Printer(comments, WIDTH)
    text = printer.write(parse(source))
    return " ".join([text, *(comment for _start, comment in printer.comments)])


def quote(text: str) -> str:
    """Write a text literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f"'{escaped}'"


@dataclass(slots=True)
class _Printer:
    comments: list[tuple[int, str]] = field(default_factory=list)
    width: int | None = None

    def write(self, node: Node, indent: int = 0) -> str:
        before = ""
        while self.comments and self.comments[0][0] < node.span.start:
            before += self.comments.pop(0)[1] + " "
        return before + self._node(node, indent)

    def _node(self, node: Node, indent: int) -> str:
        if isinstance(node, Constant):
            return _constant(node.value)
        if isinstance(node, Name):
            return node.text
        if isinstance(node, Apply):
            return self._list(node.name, node.arguments, indent)
        if isinstance(node, Unary):
            if node.operator == "!":
                return self._list("NOT", (node.operand,), indent)
            return node.operator + self._within(node.operand, _UNARY, indent)
        return self._chain(node, indent)

    def _list(self, name: str, arguments: tuple[Node, ...], indent: int) -> str:
        inner = [self.write(argument, indent + 2) for argument in arguments]
        line = f"{name}({', '.join(inner)})"
        if self._fits(line, indent) or not inner:
            return line
        pad = "\n" + " " * (indent + 2)
        return f"{name}({pad}{(',' + pad).join(inner)}\n{' ' * indent})"

    def _chain(self, node: Chain, indent: int) -> str:
        parts = [
            self._within(operand, _least(node, place), indent)
            for place, operand in enumerate(node.operands)
        ]
        line = f" {node.operator} ".join(parts)
        if self._fits(line, indent) or node.operator not in ("&&", "||"):
            return line
        return f"\n{' ' * indent}{node.operator} ".join(parts)

    def _within(self, node: Node, least: int, indent: int) -> str:
        text = self.write(node, indent)
        return f"({text})" if _strength(node) < least else text

    def _fits(self, line: str, indent: int) -> bool:
        return self.width is None or ("\n" not in line and indent + len(line) <= self.width)


def _constant(value: Decimal | str | bool | date | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return f'DATETIMEVALUE("{value:%Y-%m-%d %H:%M:%S}")'
    if isinstance(value, date):
        return f"DATE({value.year}, {value.month}, {value.day})"
    return plain(value) if isinstance(value, Decimal) else quote(value)


def _strength(node: Node) -> int:
    if isinstance(node, Chain):
        return _STRENGTH[node.operator]
    return _UNARY if isinstance(node, Unary) and node.operator != "!" else _ATOM


def _least(node: Chain, place: int) -> int:
    strength = _STRENGTH[node.operator]
    if node.operator in ("&&", "||"):
        return strength + 1
    tight = place == 0 if node.operator == "^" else place == 1
    return strength + 1 if tight else strength
