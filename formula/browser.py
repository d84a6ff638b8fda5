"""The browser target: the typed tree as JSON, for the interpreter in the web client.

The client needs no environment either: types, keys of the chosen meanings, paths, literals.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from formula.arithmetic import plain
from formula.compiled import Formula
from formula.tree import Aggregate, Call, FieldPath, Global, Let, Literal, Node, Variable


def tree_json(formula: Formula) -> dict[str, Any]:
    """Return the typed tree as plain JSON values; numbers are decimal strings."""
    return _node(formula.tree)


def _node(node: Node) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": node.type.kind.value}
    if isinstance(node, Literal):
        return {"node": "literal", **shape, "value": _plain(node.value)}
    if isinstance(node, FieldPath | Global):
        kind = "field" if isinstance(node, FieldPath) else "global"
        flags = {"percent": node.type.percent, "zero": node.zero}
        told = {name: True for name, value in flags.items() if value}
        return {"node": kind, **shape, "path": list(node.path), **told}
    if isinstance(node, Variable):
        return {"node": "variable", **shape, "name": node.name}
    if isinstance(node, Let):
        bindings = [[name, _node(bound)] for name, bound in node.bindings]
        return {"node": "let", **shape, "bindings": bindings, "body": _node(node.body)}
    if isinstance(node, Aggregate):
        inside = {"value": node.value, "condition": node.condition}
        trees = {name: _node(part) for name, part in inside.items() if part is not None}
        return {"node": "aggregate", **shape, "key": node.key, "path": list(node.path), **trees}
    assert isinstance(node, Call)
    arguments = [_node(argument) for argument in node.arguments]
    return {"node": "call", **shape, "key": node.key, "arguments": arguments}


def _plain(value: Any) -> str | bool | None:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    assert value is None or isinstance(value, str | bool)
    return value
