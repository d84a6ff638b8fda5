"""INSERT, UPDATE and DELETE of records. What is written along with them is in `trail`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from metadata import ObjectModel, Snapshot
from paas.db import Statement, compile_statement, one_of
from runtime.sql.codec import encoding_of, writer
from runtime.sql.table import table_of
from runtime.sql.trail import POSTGRESQL, Trail, shared_statement

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowStatement:
    """A statement for one row, and the function from draft values to its parameters."""

    statement: Statement
    parameters: Callable[[Values], Any]


def stored_fields(model: ObjectModel) -> tuple[str, ...]:
    """Return the names of the fields that have a column."""
    return tuple(name for name, field in model.fields.items() if field.column is not None)


def insert(snapshot: Snapshot, model: ObjectModel, dialect: str) -> RowStatement:
    """Return the insert of a whole record."""
    table = table_of(snapshot, model, dialect)
    columns = {name: (name, encoding_of(model.fields[name])) for name in stored_fields(model)}
    statement = compile_statement(sa.insert(table), dialect, columns=list(columns))
    return RowStatement(statement, writer(columns, statement, dialect=dialect))


def insert_reported(
    snapshot: Snapshot, model: ObjectModel, trails: Sequence[Trail]
) -> RowStatement:
    """Return the insert of a record together with its row in each trail, for PostgreSQL."""
    table = table_of(snapshot, model, POSTGRESQL)
    columns = {
        f"r_{name}": (name, encoding_of(model.fields[name])) for name in stored_fields(model)
    }
    record = (
        sa.insert(table)
        .values({each.key: sa.bindparam(f"r_{each.key}", type_=each.type) for each in table.c})
        .cte("record")
    )
    statement = shared_statement(trails, record)
    return RowStatement(statement, writer(columns, statement, dialect=POSTGRESQL))


def update(
    snapshot: Snapshot, model: ObjectModel, dialect: str, names: Iterable[str]
) -> RowStatement:
    """Return the update of the named fields of one record, found by its `id`."""
    table = table_of(snapshot, model, dialect)
    columns = {name: table.c[name] for name in names}
    parameters = {"record_id": ("id", "text")} | {
        f"v_{name}": (name, encoding_of(model.fields[name])) for name in columns
    }
    values = {
        column: sa.bindparam(f"v_{name}", type_=column.type) for name, column in columns.items()
    }
    identity = sa.bindparam("record_id", type_=table.c.id.type)
    clause = sa.update(table).where(table.c.id == identity).values(values)
    statement = compile_statement(clause, dialect)
    return RowStatement(statement, writer(parameters, statement, dialect=dialect))


def delete(snapshot: Snapshot, model: ObjectModel, dialect: str) -> Statement:
    """Return the deletion of the records in the list parameter `ids`."""
    table = table_of(snapshot, model, dialect)
    return compile_statement(sa.delete(table).where(one_of(table.c.id, "ids")), dialect)


def referring(snapshot: Snapshot, model: ObjectModel, dialect: str, *, field: str) -> Statement:
    """Return the (id, referred id) of records of `model` whose `field` is one of `ids`.

    Records that are themselves in the list `gone` are left out.
    """
    table = table_of(snapshot, model, dialect)
    reference = table.c[field]
    query = sa.select(table.c.id, reference).where(
        one_of(reference, "ids"), sa.not_(one_of(table.c.id, "gone"))
    )
    return compile_statement(query, dialect)
