"""The records a change of description reaches: those that hold a choice, those without a number."""

from __future__ import annotations

import sqlalchemy as sa

from metadata import JOINER, FieldModel, ObjectModel, Snapshot, Storage
from paas.db import Statement, compile_statement
from runtime.sql.codec import SQLITE
from runtime.sql.table import table_of


def holding(snapshot: Snapshot, model: ObjectModel, field: FieldModel, dialect: str) -> Statement:
    """Return the (id, value) of at most `limit` records whose `field` holds the choice `value`."""
    table = table_of(snapshot, model, dialect)
    column = table.c[field.name]
    value = sa.bindparam("value", type_=sa.Text())
    condition: sa.ColumnElement[bool] = column == value
    if field.type.storage is Storage.SEVERAL:
        joiner = sa.literal_column(f"'{JOINER}'", sa.Text())
        find = sa.func.instr if dialect == SQLITE else sa.func.strpos
        condition = find(joiner.concat(column).concat(joiner), joiner + value + joiner) > 0
    query = sa.select(table.c.id, column).where(condition)
    query = query.order_by(table.c.id).limit(sa.bindparam("limit", type_=sa.Integer()))
    return compile_statement(query, dialect)


def unnumbered(
    snapshot: Snapshot, model: ObjectModel, field: FieldModel, dialect: str
) -> Statement:
    """Return id, creation and record type of at most `limit` records without a number, oldest
    first; the type only where records have one."""
    table = table_of(snapshot, model, dialect)
    names = ("id", "createdAt", *(("entityType",) if "entityType" in model.fields else ()))
    query = sa.select(*(table.c[name] for name in names)).where(table.c[field.name].is_(None))
    query = query.order_by(table.c.createdAt, table.c.id)
    return compile_statement(query.limit(sa.bindparam("limit", type_=sa.Integer())), dialect)
