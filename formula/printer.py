"""From syntax tree back to source: one spelling for every formula."""

from __future__ import annotations

from decimal import Decimal

from formula.arithmetic import plain
from formula.syntax import Apply, Chain, Constant, Name, Node, Unary

_STRENGTH = {
    "||": 1,
    "&&": 2,
    "=": 3,
    "<>": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "&": 5,
    "*": 6,
    "/": 6,
    "^": 7,
}
_UNARY = 8
_ATOM = 9


def print_formula(node: Node) -> str:
    """Write a syntax tree; parsing the result gives the same tree."""
    if isinstance(node, Constant):
        return _constant(node.value)
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Apply):
        return f"{node.name}({', '.join(map(print_formula, node.arguments))})"
    if isinstance(node, Unary):
        operand = _within(node.operand, _UNARY)
        return (
            f"NOT({print_formula(node.operand)})"
            if node.operator == "!"
            else (f"{node.operator}{operand}")
        )
    return f" {node.operator} ".join(
        _within(operand, _least(node, index)) for index, operand in enumerate(node.operands)
    )


def quote(text: str) -> str:
    """Write a text literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    escaped = escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f"'{escaped}'"


def _constant(value: Decimal | str | bool | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return plain(value) if isinstance(value, Decimal) else quote(value)


def _strength(node: Node) -> int:
    if isinstance(node, Chain):
        return _STRENGTH[node.operator]
    return _UNARY if isinstance(node, Unary) else _ATOM


def _least(node: Chain, index: int) -> int:
    strength = _STRENGTH[node.operator]
    if node.operator in ("&&", "||"):
        return strength + 1
    tight = index == 0 if node.operator == "^" else index == 1
    return strength + 1 if tight else strength


def _within(node: Node, least: int) -> str:
    text = print_formula(node)
    return f"({text})" if _strength(node) < least else text
