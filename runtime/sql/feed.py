"""Statements about the outbox: reading on behind a position, where its end is, removing old rows.

A position is (txid, sequence). On PostgreSQL sequence order is not commit order, so only rows below
the oldest running transaction count: nothing can appear before them any more. SQLite has one
writer; there sequence order is commit order and txid is always 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from paas.db import Statement, compile_statement, one_of
from paas.db.schema import outbox, state
from runtime.sql.codec import SQLITE

EVENT = (
    "txid",
    "sequence",
    "transaction_id",
    "object",
    "record_id",
    "operation",
    "changed_fields",
    "actor_id",
    "origin",
    "at",
)
"""The columns of an event, in the order statements return them."""
LAST_SEQUENCE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FeedStatements:
    """Everything that is asked of the outbox, for one dialect."""

    state: Statement
    """Epoch, and the position up to which rows have been removed."""
    after: Statement
    """At most `limit` events behind the position `txid`, `sequence`."""
    end: Statement
    """The position behind everything that can be read now."""
    head: Statement
    """The position of the last event that can be read now."""
    oldest: Statement
    """Position and time of the `limit` oldest events that can be read."""
    remove: Statement
    """Removes the events up to the position `txid`, `sequence`."""
    mark: Statement
    """Notes that position as the one up to which rows are gone."""
    recent: Statement
    """For each of the records `ids`: its last `limit` events, as (record, changed fields)."""


@cache
def feed_statements(dialect: str) -> FeedStatements:
    """Return the statements of a dialect."""
    events, limit = outbox.c, sa.bindparam("limit", type_=sa.Integer())
    txid = sa.bindparam("txid", type_=sa.BigInteger())
    sequence = sa.bindparam("sequence", type_=sa.BigInteger())
    order: tuple[Any, ...]
    is_settled: sa.ColumnElement[bool]
    if dialect == SQLITE:
        order, is_settled = (events.sequence,), sa.true()
        is_after, is_passed = events.sequence > sequence, events.sequence <= sequence
        end: Any = sa.text(
            "SELECT 0, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'paas_outbox'), 0)"
        )
    else:
        order, is_settled = (events.txid, events.sequence), events.txid < _oldest_running()
        position = sa.tuple_(events.txid, events.sequence)
        is_after = position > sa.tuple_(txid, sequence)
        is_passed = position <= sa.tuple_(txid, sequence)
        end = sa.select(_oldest_running() - 1, sa.literal_column(str(LAST_SEQUENCE)))
    place = (events.txid, events.sequence)
    rows = sa.select(*(events[name] for name in EVENT)).where(is_settled)
    recent = _recent(limit)

    def made(clause: sa.ClauseElement) -> Statement:
        return compile_statement(clause, dialect)

    return FeedStatements(
        state=made(sa.select(state.c.epoch, state.c.purged_txid, state.c.purged_sequence)),
        after=made(rows.where(is_after).order_by(*order).limit(limit)),
        end=made(end),
        head=made(
            sa.select(*place).where(is_settled).order_by(*(each.desc() for each in order)).limit(1)
        ),
        oldest=made(sa.select(*place, events.at).where(is_settled).order_by(*order).limit(limit)),
        remove=made(sa.delete(outbox).where(is_passed)),
        mark=made(sa.update(state).values(purged_txid=txid, purged_sequence=sequence)),
        recent=made(recent),
    )


def _oldest_running() -> sa.ColumnElement[int]:
    return sa.literal_column(
        "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)", sa.BigInteger()
    )


def _recent(limit: sa.BindParameter[int]) -> sa.Select[Any]:
    """The order of one record's events is that of their sequence: writers of a record wait for
    each other."""
    events = outbox.c
    place = (
        sa.func.row_number()
        .over(partition_by=events.record_id, order_by=events.sequence.desc())
        .label("place")
    )
    numbered = (
        sa.select(events.record_id, events.object, events.changed_fields, place)
        .where(one_of(events.record_id, "ids"))
        .subquery()
    )
    return (
        sa.select(numbered.c.record_id, numbered.c.object, numbered.c.changed_fields)
        .where(numbered.c.place <= limit)
        .order_by(numbered.c.record_id, numbered.c.place)
    )
