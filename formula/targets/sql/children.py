"""Aggregates over child records as correlated sub-queries.

EXISTS and COUNT ask about the child rows themselves. SUM, AVG, MIN and MAX are made over a derived
table of one column, so that a value taken from the parent is still one value for each child, and
one that must be computed is computed once. How numbers are summed is the dialect's business.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from formula.targets.sql.binding import is_plain
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.value import Coded, Expression, any_of
from formula.tree import Aggregate
from formula.types import Kind

_ONE: Expression = sa.literal_column("1")
_VALUE = "value"


def aggregate(lowering: Lowering, node: Aggregate) -> Coded:
    """Return an aggregate; while failing matters, also where it fails for any child record."""
    value = _aggregated(lowering, node)
    if not lowering.is_tracking:
        return value
    fails = _fails(lowering, node)
    if fails is not None and node.key == "exists":
        # A child record that counts decides, whatever fails for others.
        fails = sa.and_(sa.not_(value.expression), fails)
    return replace(value, fails=fails)


def _aggregated(lowering: Lowering, node: Aggregate) -> Coded:
    rows = lowering.columns.children(node)
    inside = lowering.within(rows.columns)
    where = [] if node.condition is None else [inside.condition(node.condition)]
    if node.key == "exists":
        found = sa.exists(rows.select(_ONE, where=where))
        return Coded(found, Kind.BOOLEAN, is_total=True)
    if node.value is None:
        counted = lowering.counted(sa.func.count(sa.text("*"), type_=sa.Integer()))
        query = rows.select(counted.expression, where=where)
        return replace(counted, expression=query.scalar_subquery())
    value = inside.part(node.value)
    derived = rows.select(value.expression.label(_VALUE), where=where)
    if not is_plain(value.expression):
        # Keeps both databases from writing the value back into every place it is used.
        derived = derived.offset(sa.literal_column("0"))
    table = derived.subquery(lowering.name("values"))
    column = sa.type_coerce(table.c[_VALUE], value.expression.type)
    total = lowering.over_rows(node.key, replace(value, expression=column, is_total=False))
    query = sa.select(total.expression).select_from(table)
    return replace(total, expression=query.scalar_subquery())


def _fails(lowering: Lowering, node: Aggregate) -> Expression | None:
    rows = lowering.columns.children(node)
    inside = lowering.within(rows.columns)
    fails: Expression | None = None
    if node.value is not None:
        fails = inside.tracked(node.value).fails
    if node.condition is not None:
        tested = inside.tracked(node.condition)
        counted = None if fails is None else sa.and_(tested.expression, fails)
        fails = any_of(tested.fails, counted)
    if fails is None:
        return None
    return sa.exists(rows.select(_ONE, where=[inside.bindings_around(fails)]))
