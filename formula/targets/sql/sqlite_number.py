"""Numbers on SQLite: integers of a scale while they provably fit, else decimal text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import sqlalchemy as sa

from formula.arithmetic import plain
from formula.targets.sql.value import LARGEST_INTEGER, Coded, Expression, Form, any_of
from formula.tree import FieldPath, Global
from formula.types import Kind

DIGITS = 18
MOST_SCALE = 18
MOST_ROWS = 10**9
"""No record has more child records than this."""


def stored_text(node: FieldPath | Global, column: Expression) -> Coded:
    """Return a number that is stored as decimal text, as parameters may be."""
    expression = column
    if node.field.type.percent:
        expression = sa.func.formula_result(expression, sa.null(), -2, type_=sa.Text())
    if node.zero:
        expression = sa.func.coalesce(expression, sa.literal("0", sa.Text()), type_=sa.Text())
    return Coded(expression, Kind.NUMBER, Form.DECIMAL_TEXT, is_total=node.zero)


def number_constant(value: Decimal) -> Coded:
    """Return a constant, as an integer of its own scale if it is short enough."""
    _sign, digits, exponent = value.normalize().as_tuple()
    scale = max(0, -int(exponent))
    whole = int(value.scaleb(scale)) if scale <= MOST_SCALE and len(digits) <= DIGITS else None
    if whole is None or abs(whole) > LARGEST_INTEGER:
        text = sa.literal(plain(value), sa.Text())
        form = Form.DECIMAL_TEXT
        return Coded(text, Kind.NUMBER, form, constant=value, is_constant=True, is_total=True)
    return Coded(
        sa.literal(whole, sa.Integer()),
        Kind.NUMBER,
        Form.SCALED,
        scale,
        abs(whole),
        constant=value,
        is_constant=True,
        is_total=True,
    )


def scaled_result(expression: Expression, scale: int, bound: int, *parts: Coded) -> Coded:
    """Return an integer computed from `parts`."""
    return Coded(
        expression,
        Kind.NUMBER,
        Form.SCALED,
        scale,
        bound,
        is_total=all(each.is_total for each in parts),
        fails=any_of(*(each.fails for each in parts)),
    )


def fits(value: Coded, scale: int) -> bool:
    """Tell whether a number is an integer at a scale, and within 64 bits."""
    if value.form is not Form.SCALED:
        return False
    return scale >= value.scale and value.bound * 10 ** (scale - value.scale) <= LARGEST_INTEGER


def rescaled(value: Coded, scale: int) -> Coded:
    """Return an integer at a larger scale."""
    if scale == value.scale:
        return value
    factor = 10 ** (scale - value.scale)
    if value.is_constant and value.constant is not None:
        expression: Expression = sa.literal(int(value.constant.scaleb(scale)), sa.Integer())
    else:
        expression = value.expression * sa.literal_column(str(factor), sa.Integer())
    return replace(value, expression=expression, scale=scale, bound=value.bound * factor)


def as_decimal_text(value: Coded) -> Coded:
    """Return a number as decimal text."""
    if value.form is Form.DECIMAL_TEXT or value.kind is Kind.NULL:
        return value
    if value.is_constant and value.constant is not None:
        expression: Expression = sa.literal(plain(value.constant), sa.Text())
    else:
        expression = sa.func.formula_decimal(value.expression, value.scale, type_=sa.Text())
    return replace(value, expression=expression, form=Form.DECIMAL_TEXT, scale=0)


# ---------------------------------------------------------------- child records


def counted(count: Expression) -> Coded:
    """Return how many rows there are."""
    return Coded(count, Kind.NUMBER, Form.SCALED, 0, MOST_ROWS, is_total=True)


def over_rows(key: str, value: Coded) -> Coded:
    """Return an aggregate over a column: SQLite's own where it is exact and cannot overflow."""
    if key in ("min_children", "max_children"):
        return _extreme(key, value)
    if key == "sum":
        return _sum(value)
    rows = sa.func.nullif(sa.func.count(value.expression), sa.literal_column("0"))
    total = as_decimal_text(_sum(value))
    mean = sa.func.formula_divide("n,i0>n", total.expression, rows, type_=sa.Text())
    return Coded(mean, Kind.NUMBER, Form.DECIMAL_TEXT)


def _extreme(key: str, value: Coded) -> Coded:
    is_least = key == "min_children"
    extreme: Callable[..., Expression] = sa.func.min if is_least else sa.func.max
    if value.form is Form.DECIMAL_TEXT:
        extreme = sa.func.formula_least if is_least else sa.func.formula_greatest
    column = value.expression
    return replace(value, expression=extreme(column, type_=column.type), fails=None)


def _sum(value: Coded) -> Coded:
    """Sum integers, in one piece or in two halves of 32 bits; sum decimal text one by one."""
    column = value.expression
    if value.form is not Form.SCALED:
        text = sa.func.formula_sum(column, type_=sa.Text())
        return Coded(text, Kind.NUMBER, Form.DECIMAL_TEXT, is_total=True)
    if value.bound * MOST_ROWS <= LARGEST_INTEGER:
        total = sa.func.coalesce(sa.func.sum(column), sa.literal_column("0"), type_=sa.Integer())
        return scaled_result(
            total, value.scale, value.bound * MOST_ROWS, replace(value, is_total=True)
        )
    high = sa.func.sum(column.op(">>")(sa.literal_column("32")))
    low = sa.func.sum(column.op("&")(sa.literal_column("4294967295")))
    text = sa.func.formula_halves(high, low, value.scale, type_=sa.Text())
    return Coded(text, Kind.NUMBER, Form.DECIMAL_TEXT, is_total=True)
