"""Stored formulas as the database computes them now, beside what is stored of them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from metadata import ObjectModel, Snapshot
from paas.db import Statement, compile_statement, one_of
from runtime.scope import EVERYTHING
from runtime.sql.codec import SQLITE, Column
from runtime.sql.source import Parameter, Source


def derived_statement(
    snapshot: Snapshot, model: ObjectModel, names: Sequence[str], dialect: str
) -> tuple[Statement, tuple[Column, ...], dict[str, Parameter]]:
    """Return, for the records with one of `ids`, id and both values of each stored formula.

    The columns of what is stored are called as the fields, those of what is computed `=field`.
    """
    source = Source(snapshot, model, dialect, hop_scope=lambda _model: EVERYTHING)
    values = [("id", source.value(("id",), as_user=False))]
    for name in names:
        values.append((name, source.value((name,), as_user=False)))
        made = model.fields[name].formula
        assert made is not None
        values.append((f"={name}", source.computed(made, as_user=False)))
    query = (
        sa.select(*(value.clause.label(f"c{place}") for place, (_n, value) in enumerate(values)))
        .select_from(source.joined)
        .where(one_of(source.table.c.id, "ids"))
        .order_by(source.table.c.id)
    )
    columns = tuple((name, value.encoding) for name, value in values)
    return compile_statement(query, dialect), columns, source.environment


def lock_statement(snapshot: Snapshot, model: ObjectModel, dialect: str) -> Statement | None:
    """Return what keeps records as they are until the transaction ends, where that is needed.

    It is a statement of its own: one that waited for a lock would still compute from what it saw
    before.
    """
    if dialect == SQLITE:
        return None
    source = Source(snapshot, model, dialect, hop_scope=lambda _model: EVERYTHING)
    query = sa.select(source.table.c.id).where(one_of(source.table.c.id, "ids"))
    query = query.order_by(source.table.c.id).with_for_update(key_share=True)
    return compile_statement(query, dialect)


def next_statement(snapshot: Snapshot, model: ObjectModel, dialect: str) -> Statement:
    """Return the ids of the next `limit` records after `after`, in their order."""
    source = Source(snapshot, model, dialect, hop_scope=lambda _model: EVERYTHING)
    key = source.table.c.id
    query = sa.select(key).where(key > sa.bindparam("after", type_=key.type)).order_by(key)
    return compile_statement(query.limit(sa.bindparam("limit", type_=sa.Integer())), dialect)
