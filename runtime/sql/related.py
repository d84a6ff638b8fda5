"""Statements for what is read of other records: children, a record looked up, ids by a key."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from metadata import ObjectModel, Snapshot
from paas.db import Statement, compile_statement, one_of
from runtime.scope import EVERYTHING, Scope
from runtime.sql.codec import SQLITE, Column
from runtime.sql.predicate import visible
from runtime.sql.source import Source
from runtime.sql.table import table_of


def children_statement(
    snapshot: Snapshot, model: ObjectModel, lookup: str, names: Iterable[str], dialect: str
) -> tuple[Statement, tuple[Column, ...]]:
    """Return the records of `model` whose `lookup` is one of `ids`, in the order of their ids."""
    source = Source(snapshot, model, dialect, hop_scope=lambda _model: EVERYTHING)
    values = [(name, source.value((name,), as_user=False)) for name in names]
    query = (
        sa.select(*(value.clause.label(f"c{place}") for place, (_n, value) in enumerate(values)))
        .select_from(source.joined)
        .where(one_of(source.table.c[lookup], "ids"))
        .order_by(source.table.c.id)
    )
    columns = tuple((name, value.encoding) for name, value in values)
    return compile_statement(query, dialect), columns


def lookup_statement(
    snapshot: Snapshot, model: ObjectModel, wanted: str, key: str, dialect: str
) -> tuple[Statement, Column]:
    """Return field `wanted` of the first record of `model` whose field `key` is `value`."""
    source = Source(snapshot, model, dialect, hop_scope=lambda _model: EVERYTHING)
    found = source.value((wanted,), as_user=False)
    searched = source.table.c[key]
    query = (
        sa.select(found.clause.label("c0"))
        .select_from(source.joined)
        .where(searched == sa.bindparam("value", type_=searched.type))
        .order_by(source.table.c.id)
        .limit(1)
    )
    return compile_statement(query, dialect), (wanted, found.encoding)


def keyed_statement(
    snapshot: Snapshot, model: ObjectModel, key: str, scope: Scope, dialect: str
) -> Statement:
    """Return (key, id) of the records in `scope` whose field `key` is one of `keys`."""
    table = table_of(snapshot, model, dialect)
    column = table.c[key]
    query = sa.select(column, table.c.id).where(one_of(column, "keys")).order_by(table.c.id)
    seen = visible(scope, table, leads=dialect != SQLITE)
    return compile_statement(query if seen is None else query.where(seen), dialect)
