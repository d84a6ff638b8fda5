"""The SQL target: a typed tree as a SQLAlchemy expression for SQLite or PostgreSQL.

`lower` gives the value of a formula for a select list, a sort or a group; `lower_condition` a
WHERE condition that leaves columns bare where an index may serve them; `lower_failure` where
computing fails (a division by zero, a bad date), so that the value is null. All raise `NotInSql`
for the few functions a database cannot compute.

Rooms: `value` is what is passed around, `binding` computes things once, `lowering` is the walk
both dialects share, with the forms of `logic` and `comparison` and the sub-queries of `children`;
then the dialects `sqlite` and `postgresql`; `evaluator` runs formulas on a database for proof.
"""

from __future__ import annotations

import sqlalchemy as sa

from formula.compiled import Formula
from formula.targets.sql.feasible import first_missing
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.postgresql import PostgresqlLowering
from formula.targets.sql.sqlite import SqliteLowering
from formula.targets.sql.sqlite_function import SqlFunction, sqlite_functions
from formula.targets.sql.value import (
    ChildRows,
    Columns,
    Form,
    Lowered,
    NotInSql,
    never_null,
)
from formula.types import Kind

_DIALECTS: dict[str, type[SqliteLowering | PostgresqlLowering]] = {
    each.dialect: each for each in (SqliteLowering, PostgresqlLowering)
}


def lower(formula: Formula, dialect: str, columns: Columns) -> Lowered:
    """Return the formula's value in SQL: numbers at their declared scale, '' as null."""
    value = _DIALECTS[dialect](columns).whole(formula.tree, formula.type)
    expression = value.expression
    if value.kind is Kind.BOOLEAN:
        expression = expression if value.is_total else never_null(expression)
    elif value.kind.is_texty and (not value.is_constant or value.constant == ""):
        expression = sa.func.nullif(expression, sa.literal("", sa.Text()), type_=sa.Text())
    return Lowered(expression, formula.type.kind, value.form, value.scale)


def lower_condition(formula: Formula, dialect: str, columns: Columns) -> sa.ColumnElement[bool]:
    """Return the formula as a condition for WHERE, where null means false."""
    return _DIALECTS[dialect](columns).condition(formula.tree)


def lower_failure(formula: Formula, dialect: str, columns: Columns) -> sa.ColumnElement[bool]:
    """Return where computing the formula fails, as opposed to being blank; never null."""
    return _DIALECTS[dialect](columns).failure(formula.tree)


def not_in_sql(formula: Formula) -> str | None:
    """Return the name of a function in the formula that not every database can compute."""
    return first_missing(formula.tree, _DIALECTS)


__all__ = [
    "ChildRows",
    "Columns",
    "Form",
    "Lowered",
    "Lowering",
    "NotInSql",
    "SqlFunction",
    "lower",
    "lower_condition",
    "lower_failure",
    "not_in_sql",
    "sqlite_functions",
]
