"""Aggregates over rows in SQL, exact on both databases.

SQLite's own SUM overflows beyond 64 bits and its AVG is a double, so large sums are made in two
halves and numbers in decimal text by our own functions. Means are rounded half up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import formula
from runtime.sql.codec import SQLITE
from runtime.sql.source import Expression

LEAST_MEAN_SCALE = 2
UNDECLARED_MEAN_SCALE = 6
COUNTED = formula.Type(formula.Kind.NUMBER, 18, 0)
_NUMBER = formula.Kind.NUMBER
_ORDERED = frozenset(
    {_NUMBER, formula.Kind.DATE, formula.Kind.DATETIME, formula.Kind.TEXT, formula.Kind.PICKLIST}
)
_COUNTABLE = frozenset(formula.Kind) - {formula.Kind.GEOLOCATION}


@dataclass(frozen=True, slots=True)
class Aggregated:
    """An aggregate in SQL, and the type formulas see."""

    expression: Expression
    type: formula.Type


def is_aggregable(function: str, kind: formula.Kind) -> bool:
    """Tell whether a function aggregates values of a kind."""
    if function in ("SUM", "AVG"):
        return kind is _NUMBER
    return kind in (_COUNTABLE if function.startswith("COUNT") else _ORDERED)


def mean_scale(declared: int | None) -> int:
    """Return to how many decimals a mean is rounded: those of its field, and at least two."""
    return UNDECLARED_MEAN_SCALE if declared is None else max(declared, LEAST_MEAN_SCALE)


def aggregated(
    function: str, value: Expression | None, type_: formula.Type, dialect: str
) -> Aggregated:
    """Return an aggregate over a column; None counts rows."""
    if value is None:
        return Aggregated(Expression(sa.func.count(type_=sa.Integer()), "integer"), COUNTED)
    column = value.clause
    if function in ("COUNT", "COUNT_DISTINCT"):
        counted = sa.distinct(column) if function == "COUNT_DISTINCT" else column
        counting = sa.func.count(counted, type_=sa.Integer())
        return Aggregated(Expression(counting, "integer"), COUNTED)
    if function in ("MIN", "MAX"):
        return Aggregated(_extreme(function, value, type_, dialect), type_)
    made = formula.Type(_NUMBER, percent=type_.percent)
    make = _on_sqlite if dialect == SQLITE else _on_postgresql
    return Aggregated(make(function, value, mean_scale(type_.scale)), made)


def _extreme(function: str, value: Expression, type_: formula.Type, dialect: str) -> Expression:
    column, kind = value.clause, value.encoding.partition(":")[0]
    if kind == "decimal_text":
        own = sa.func.formula_least if function == "MIN" else sa.func.formula_greatest
        return Expression(own(column, type_=sa.Text()), value.encoding)
    if dialect != SQLITE and type_.kind.is_texty:
        column = sa.collate(sa.cast(column, sa.Text()), "C")
    extreme = sa.func.min if function == "MIN" else sa.func.max
    return Expression(extreme(column, type_=column.type), value.encoding)


def _on_sqlite(function: str, value: Expression, scale: int) -> Expression:
    kind, _, digits = value.encoding.partition(":")
    column = value.clause
    count = sa.func.count(column, type_=sa.Integer())
    if kind == "decimal_text":
        total = sa.func.formula_sum(column, type_=sa.Text())
    else:
        units = sa.type_coerce(column, sa.Integer())
        high = sa.func.sum(units.op(">>")(sa.literal_column("32")))
        low = sa.func.sum(units.op("&")(sa.literal_column("4294967295")))
        written: sa.ColumnElement[Any] = sa.literal_column(str(int(digits or 0)))
        total = sa.func.formula_halves(high, low, written, type_=sa.Text())
    if function == "AVG":
        rows = sa.func.nullif(count, sa.literal_column("0"))
        mean = sa.func.formula_divide("n,i0>n", total, rows, type_=sa.Text())
        zero: sa.ColumnElement[Any] = sa.literal_column("0")
        total = sa.func.formula_result(mean, sa.literal_column(str(scale)), zero, type_=sa.Text())
    return Expression(_where_any(count, total), "decimal_text")


def _on_postgresql(function: str, value: Expression, scale: int) -> Expression:
    column = sa.cast(value.clause, sa.Numeric())
    total: sa.ColumnElement[Any] = sa.func.sum(column, type_=sa.Numeric())
    if function == "AVG":
        # Division would round to digits of its own choice first; whole-number division is exact.
        count = sa.cast(sa.func.count(value.clause), sa.Numeric())
        doubled = sa.func.abs(total) * sa.literal_column(f"2e{scale}", sa.Numeric())
        rows = sa.func.nullif(count, sa.literal_column("0"), type_=sa.Numeric())
        whole = sa.func.div(doubled + count, rows * sa.literal_column("2", sa.Numeric()))
        unit = sa.literal_column(f"1e-{scale}", sa.Numeric())
        total = sa.type_coerce(sa.func.sign(total) * whole * unit, sa.Numeric())
    return Expression(total, "number")


def _where_any(count: sa.ColumnElement[Any], total: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return null where no row has a value, as SQL has it."""
    return sa.type_coerce(sa.case((count > sa.literal_column("0"), total)), sa.Text())
