"""`IN (SELECT …)`: whether a record is referred to, or refers to, records that fulfil a condition.

Both sides must mean records of the same object. The query inside becomes an EXISTS over child
records, or, where it selects ids, a condition on the record that a lookup leads to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import formula
from formula import Apply, Chain, Constant, Name, Unary
from formula import Syntax as Pure
from runtime.inquiry.problem import QUERY_SEMI_JOIN, refuse
from runtime.inquiry.syntax import Inquiry, Item, Membership, Placed

_OVER_CHILDREN = frozenset({"EXISTS", "COUNT", "SUM", "AVG"})


class Translating(Protocol):
    """What a translator of conditions offers here."""

    def environment_of(self, name: str) -> formula.Environment | None:
        """Return what names mean inside an object; None if there is none."""

    def inside(self, environment: formula.Environment) -> Translating:
        """Return a translator of expressions about another object."""

    def placed(self, placed: Placed) -> Pure:
        """Return an expression as a formula."""

    def kind_of(self, node: Pure) -> formula.Type | None:
        """Return the type of an expression, None if it has errors."""


def semi_join(translator: Translating, node: Membership, inner: Inquiry) -> Pure:
    """Return the condition; raises `Untranslatable`."""
    selected = _selected(inner)
    outer = node.operand
    environment = translator.environment_of(inner.object)
    if selected is None or environment is None or not isinstance(outer, Name):
        raise refuse(QUERY_SEMI_JOIN, node.span)
    kind = translator.kind_of(outer)
    owner = environment.object
    assert owner is not None
    field = owner.fields.get(selected.casefold())
    if kind is None or kind.target is None or field is None or field.type.target is None:
        raise refuse(QUERY_SEMI_JOIN, node.span)
    if field.type.target.casefold() != kind.target.casefold():
        raise refuse(QUERY_SEMI_JOIN, node.span)
    inside = translator.inside(environment)
    condition = inside.placed(inner.where) if inner.where is not None else None
    if selected.casefold() != "id":
        return _referred_to(outer, f"{owner.name}.{field.name}", condition, node)
    return _led_to(outer, condition, environment, node)


def _selected(inner: Inquiry) -> str | None:
    """Return the one field the query selects, if that is all it does."""
    is_simple = not (inner.keys or inner.having or inner.order or inner.limit)
    if not is_simple or len(inner.items) != 1 or not isinstance(inner.items[0], Item):
        return None
    expression = inner.items[0].expression.node
    if not isinstance(expression, Name) or "." in expression.text:
        return None
    return expression.text


def _referred_to(outer: Name, children: str, condition: Pure | None, node: Membership) -> Pure:
    steps, _dot, last = outer.text.rpartition(".")
    path = steps if last.casefold() == "id" else outer.text
    name = Name(f"{path}.{children}" if path else children, node.span)
    arguments = (name,) if condition is None else (name, condition)
    return Apply("EXISTS", arguments, node.span, node.span)


def _led_to(
    outer: Name, condition: Pure | None, environment: formula.Environment, node: Membership
) -> Pure:
    """Return that the lookup leads to a record, and that the condition holds there."""
    steps, _dot, last = outer.text.rpartition(".")
    path = steps if last.casefold() == "id" else outer.text
    if not path:
        return Constant(True, node.span) if condition is None else condition
    blank = Apply("ISBLANK", (Name(f"{path}.id", node.span),), node.span, node.span)
    present = Unary("!", blank, node.span)
    if condition is None:
        return present
    moved = _moved(condition, path, environment, frozenset())
    return Chain("&&", (present, moved), node.span, bracketed=True)


def _moved(node: Pure, path: str, environment: formula.Environment, bound: frozenset[str]) -> Pure:
    """Return a condition about a record as one about the record that leads to it by `path`."""
    if isinstance(node, Name):
        is_elsewhere = node.text.startswith("$") or node.text.casefold() in bound
        return node if is_elsewhere else replace(node, text=f"{path}.{node.text}")
    if isinstance(node, Chain):
        operands = tuple(_moved(each, path, environment, bound) for each in node.operands)
        return replace(node, operands=operands)
    if isinstance(node, Unary):
        return replace(node, operand=_moved(node.operand, path, environment, bound))
    if not isinstance(node, Apply):
        return node
    name, arguments = node.name.upper(), node.arguments
    if name == "LET":
        bound = bound | {
            each.text.casefold() for each in arguments[0:-1:2] if isinstance(each, Name)
        }
    first = arguments[:1] if _is_over_children(node, environment) else arguments
    moved = tuple(_moved(each, path, environment, bound) for each in first)
    return replace(node, arguments=(*moved, *arguments[len(first) :]))


def _is_over_children(node: Apply, environment: formula.Environment) -> bool:
    if node.name.upper() in _OVER_CHILDREN:
        return True
    first = node.arguments[0] if node.arguments else None
    if node.name.upper() not in ("MIN", "MAX") or not isinstance(first, Name):
        return False
    try:
        return formula.resolve_children(first, environment) is not None
    except formula.PathError:
        return False


def bound_names(node: Apply) -> frozenset[str]:
    """Return the names a LET binds, case-folded."""
    names = (each for each in node.arguments[0:-1:2] if isinstance(each, Name))
    return frozenset(each.text.casefold() for each in names)
