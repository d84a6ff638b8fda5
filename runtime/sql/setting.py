"""The statement that reads settings: one row with the most specific value of every field asked for.

Each setting is joined three times, for the user, for the role and for everybody, by the unique key
that says for whom a record holds; whatever the number of settings it is one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from metadata import SETTING_KEY, Snapshot
from paas.db import Statement, compile_statement
from runtime.sql.codec import Column, encoding_of
from runtime.sql.table import table_of

EVERYBODY = "everybody"
"""The key of the record that holds for the whole organisation; other keys are ids."""


def settings_statement(
    snapshot: Snapshot, wanted: Mapping[str, Sequence[str]], dialect: str
) -> tuple[Statement, tuple[Column, ...]]:
    """Return the fields `wanted` by setting, keyed `setting.field`; it takes `role` and `user`."""
    joined: sa.FromClause = sa.select(sa.literal_column("1").label("one")).subquery("one")
    clauses: list[sa.ColumnElement[Any]] = []
    columns: list[Column] = []
    for place, (name, fields) in enumerate(wanted.items()):
        model = snapshot.object(name)
        tables = []
        for key in ("user", "role", EVERYBODY):
            table = table_of(snapshot, model, dialect).alias(f"{key}_{place}")
            joined = joined.outerjoin(table, table.c[SETTING_KEY] == _key(key))
            tables.append(table)
        for field in fields:
            values = [table.c[field] for table in tables]
            clauses.append(sa.func.coalesce(*values, type_=values[0].type))
            columns.append((f"{name}.{field}", encoding_of(model.fields[field])))
    labelled = (clause.label(f"c{place}") for place, clause in enumerate(clauses))
    query = sa.select(*labelled).select_from(joined)
    return compile_statement(query, dialect), tuple(columns)


def _key(key: str) -> sa.ColumnElement[Any]:
    if key == EVERYBODY:
        return sa.literal_column(f"'{EVERYBODY}'", sa.Text())
    return sa.bindparam(key, type_=sa.Text())
