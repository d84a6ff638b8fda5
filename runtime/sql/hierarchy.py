"""Hierarchies by recursion: what stands under or above a record, and whether a move makes a cycle.

Queries walk only over records their caller may see. A line that leads back to itself ends, because
every record is walked once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from metadata import ObjectModel, Snapshot
from paas.db import Statement, compile_statement, one_of
from paas.kernel import is_uuid
from runtime.sql.codec import SQLITE
from runtime.sql.table import table_of

Seen = Callable[[sa.FromClause], sa.ColumnElement[bool] | None]


def hierarchy(
    table: sa.Table, lookup: str, anchor: str, *, seen: Seen, is_under: bool, name: str
) -> sa.Select[Any]:
    """Return a query for the ids of what stands under or above the record `anchor`."""
    if not is_uuid(anchor):
        return sa.select(table.c.id).where(sa.false())
    marked = sa.literal(anchor, table.c.id.type)
    first, step = table.alias(f"{name}f"), table.alias(f"{name}s")
    if is_under:
        top = table.alias(f"{name}t")
        known = sa.exists().where(*_all(top.c.id == marked, seen(top)))
        start = sa.select(first.c.id.label("id")).where(
            *_all(first.c[lookup] == marked, seen(first)), known
        )
        walked = start.cte(name, recursive=True)
        onward = sa.select(step.c.id).join(walked, step.c[lookup] == walked.c.id)
        onward = onward.where(*_all(None, seen(step)))
    else:
        start = sa.select(first.c[lookup].label("id")).where(
            *_all(first.c.id == marked, seen(first)), first.c[lookup].is_not(None)
        )
        walked = start.cte(name, recursive=True)
        onward = sa.select(step.c[lookup]).join(walked, step.c.id == walked.c.id)
        onward = onward.where(*_all(None, seen(step)), step.c[lookup].is_not(None))
    walked = walked.union(onward)
    return sa.select(walked.c.id)


def _all(*conditions: sa.ColumnElement[bool] | None) -> list[sa.ColumnElement[bool]]:
    return [each for each in conditions if each is not None]


def lines_statement(
    snapshot: Snapshot, model: ObjectModel, lookup: str, dialect: str, *, most: int
) -> Statement:
    """Return the statement for (record, record above, distance) of `ids`, in system mode."""
    table = table_of(snapshot, model, dialect)
    up = (
        sa.select(
            table.c.id.label("below"),
            table.c.id.label("above"),
            sa.literal_column("0", sa.Integer()).label("distance"),
        )
        .where(one_of(table.c.id, "ids"))
        .cte("up", recursive=True)
    )
    step = table.alias()
    further = (
        sa.select(up.c.below, step.c[lookup], up.c.distance + sa.literal_column("1"))
        .join(step, step.c.id == up.c.above)
        .where(step.c[lookup].is_not(None), up.c.distance < sa.literal_column(str(most)))
    )
    up = up.union_all(further)
    return compile_statement(sa.select(up.c.below, up.c.above, up.c.distance), dialect)


def serialising(dialect: str) -> str | None:
    """Return the statement after which moves in one hierarchy, `name`, happen one by one.

    The lock ends with the transaction. SQLite has one writer and needs none.
    """
    if dialect == SQLITE:
        return None
    return "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %(name)s, 0))::text"
