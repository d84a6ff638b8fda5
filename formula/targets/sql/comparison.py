"""Equality and order. Text compares by code point, and blank text equals ''."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import sqlalchemy as sa

from formula.targets.sql.lowering import Lowering
from formula.targets.sql.value import LARGEST_INTEGER, Coded, Expression, Form, never_null
from formula.tree import Call, FieldPath, Literal, Node
from formula.types import Kind

NULL_CONDITION: Expression = sa.cast(sa.null(), sa.Boolean())
"""A comparison with null: neither true nor false. (`==` would say IS NULL.)"""

SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "less": lambda left, right: left < right,
    "less_equal": lambda left, right: left <= right,
    "greater": lambda left, right: left > right,
    "greater_equal": lambda left, right: left >= right,
    "equal": lambda left, right: left == right,
}
_TURNED = {
    "less": "greater",
    "less_equal": "greater_equal",
    "greater": "less",
    "greater_equal": "less_equal",
    "equal": "equal",
}
_ORDERS = ("less", "less_equal", "greater", "greater_equal")
_ROUNDED_UP = ("less", "greater_equal")


def equal(lowering: Lowering, left: Coded, right: Coded, *, exact: bool) -> Expression:
    """Compare with `=`; text blank equals ''. Inexact: null may stand for false."""
    if left.kind.is_texty or right.kind.is_texty:
        return _equal_text(lowering, left, right, exact=exact)
    if _is_null(left) or _is_null(right):
        return NULL_CONDITION
    return lowering.compare("equal", *lowering.aligned([left, right]))


def _is_null(value: Coded) -> bool:
    return value.is_constant and value.constant is None


def _equal_text(lowering: Lowering, left: Coded, right: Coded, *, exact: bool) -> Expression:
    for one, other in ((left, right), (right, left)):
        if not (other.is_constant or other.kind is Kind.NULL):
            continue
        if other.constant in (None, ""):
            return lowering.blank_text(one)
        condition = lowering.equals_constant(one, other)
        return condition if one.is_total or not exact else never_null(condition)
    if left.form is Form.UUID and right.form is Form.UUID:
        return left.expression.is_not_distinct_from(right.expression)
    same: Expression = lowering.text(left) == lowering.text(right)
    return same


def _equality(lowering: Lowering, node: Call) -> Coded:
    left, right = (lowering.value(each) for each in node.arguments)
    condition = equal(lowering, left, right, exact=True)
    total = left.kind.is_texty or right.kind.is_texty
    if node.key == "unequal":
        condition = sa.not_(condition)
    return lowering.boolean(condition, left, right, total=total)


def _is_equal(lowering: Lowering, node: Call) -> Expression:
    bare = _bare(lowering, "equal", *node.arguments)
    if bare is not None:
        return bare
    left, right = (lowering.value(each) for each in node.arguments)
    return equal(lowering, left, right, exact=False)


def _order(lowering: Lowering, node: Call) -> Coded:
    both = lowering.aligned([lowering.value(each) for each in node.arguments])
    if any(map(_is_null, both)):
        return lowering.boolean(NULL_CONDITION, *both)
    return lowering.boolean(lowering.compare(node.key, *both), *both)


def _is_ordered(lowering: Lowering, node: Call) -> Expression:
    bare = _bare(lowering, node.key, *node.arguments)
    return bare if bare is not None else _order(lowering, node).expression


def _order_text(lowering: Lowering, node: Call) -> Coded:
    """Order two texts; blank ones have no order."""
    values = lowering.aligned([lowering.value(each) for each in node.arguments])
    if any(map(_is_null, values)):
        return lowering.boolean(NULL_CONDITION, *values)
    both = [
        replace(each, expression=sa.func.nullif(each.expression, "", type_=sa.Text()))
        for each in values
    ]
    key = node.key.removesuffix("_text")
    return lowering.boolean(lowering.compare(key, *both), *both)


def _bare(lowering: Lowering, key: str, left: Node, right: Node) -> Expression | None:
    """Compare a number field with a constant so that an index serves, if that is what it is."""
    number = _constant(right)
    if number is None:
        number, left, key = _constant(left), right, _TURNED[key]
    if number is None or not isinstance(left, FieldPath) or left.type.kind is not Kind.NUMBER:
        return None
    condition = lowering.compared_bare(key, replace(left, zero=False), number)
    if condition is None or not (left.zero and SIGNS[key](Decimal(0), number)):
        return condition
    return sa.or_(condition, lowering.columns.column(left).is_(None))


def _constant(node: Node) -> Decimal | None:
    if isinstance(node, Call) and node.key == "negate":
        inner = _constant(node.arguments[0])
        return None if inner is None else -inner
    is_number = isinstance(node, Literal) and isinstance(node.value, Decimal)
    return node.value if is_number else None  # type: ignore[union-attr,return-value]


def compared_whole(key: str, column: Expression, constant: Decimal) -> Expression:
    """Compare a column of whole numbers with any number: 5.5 is passed where 5 is."""
    floor = int(constant.to_integral_value(ROUND_FLOOR))
    if key == "equal" and floor != constant:
        return sa.false()
    whole = int(constant.to_integral_value(ROUND_CEILING)) if key in _ROUNDED_UP else floor
    bounded = max(-LARGEST_INTEGER, min(LARGEST_INTEGER, whole))
    compared: Expression = SIGNS[key](column, sa.literal(bounded, sa.BigInteger()))
    return compared


COMPARISONS: dict[str, Callable[[Lowering, Call], Coded]] = {
    **dict.fromkeys(("equal", "unequal", "equals", "ispickval"), _equality),
    **dict.fromkeys(_ORDERS, _order),
    **{f"{key}_text": _order_text for key in _ORDERS},
}

COMPARED: dict[str, Callable[[Lowering, Call], Expression]] = {
    **dict.fromkeys(("equal", "equals", "ispickval"), _is_equal),
    **dict.fromkeys(_ORDERS, _is_ordered),
}
