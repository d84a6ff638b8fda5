"""Statements about the kept changes of records, and about records that are no more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from metadata import Snapshot
from paas.db import Statement, compile_statement, one_of
from paas.db.schema import IDENTIFIER, history
from runtime.scope import Scope
from runtime.sql.codec import SQLITE
from runtime.sql.predicate import DEPARTMENT, OWNER, visible

CHANGE = ("version", "operation", "at", "actor_id", "origin", "transaction_id", "changes")
"""The columns of a change, in the order statements return them."""


@dataclass(frozen=True, slots=True)
class HistoryStatements:
    """Everything that is asked of the table of changes, for one dialect.

    All but `purge` are about the record `record` of the object `object`, newest change first.
    """

    last: Statement
    """The newest change."""
    before: Statement
    """At most `limit` changes below the version `before`: whole-record ones, and updates of
    one of `columns`."""
    touching: Statement
    """The same without whole-record changes that say nothing about `columns`."""
    since: Statement
    """At most `limit` changes from the last one not after `moment` on."""
    purge: Statement
    """Removes at most `limit` changes older than `moment`, the oldest first."""


@cache
def history_statements(dialect: str) -> HistoryStatements:
    """Return the statements of a dialect."""
    table = history.c
    limit = sa.bindparam("limit", type_=sa.Integer())
    moment = sa.bindparam("moment", type_=table.at.type)
    of_record = sa.and_(
        table.object_uid == sa.bindparam("object", type_=IDENTIFIER),
        table.record_id == sa.bindparam("record", type_=IDENTIFIER),
    )
    rows = (
        sa.select(*(table[name] for name in CHANGE)).where(of_record).order_by(table.version.desc())
    )
    earlier = rows.where(table.version < sa.bindparam("before", type_=sa.BigInteger())).limit(limit)
    is_touched = _touches(dialect)
    first_after = sa.select(sa.func.min(table.version) - 1).where(of_record, table.at > moment)
    newest = sa.select(sa.func.max(table.version)).where(of_record)
    start = sa.func.coalesce(first_after.scalar_subquery(), newest.scalar_subquery())
    oldest = sa.select(*history.primary_key.columns).where(table.at < moment)
    oldest = oldest.order_by(table.at).limit(limit)

    def made(clause: sa.ClauseElement) -> Statement:
        return compile_statement(clause, dialect)

    return HistoryStatements(
        last=made(rows.limit(1)),
        before=made(earlier.where(sa.or_(table.operation != "update", is_touched))),
        touching=made(earlier.where(is_touched)),
        since=made(rows.where(table.version >= start).limit(limit)),
        purge=made(sa.delete(history).where(sa.tuple_(*history.primary_key.columns).in_(oldest))),
    )


def _touches(dialect: str) -> sa.ColumnElement[bool]:
    """Return the condition that a change says something about one of `columns`."""
    if dialect == SQLITE:
        entry = sa.func.json_each(history.c.changes).table_valued(
            sa.column("key", sa.Text()), sa.column("type", sa.Text())
        )
        is_said = entry.c.type != "null"
    else:
        entry = sa.func.jsonb_each_text(history.c.changes).table_valued(
            sa.column("key", sa.Text()), sa.column("value", sa.Text())
        )
        is_said = entry.c.value.is_not(None)
    return sa.exists(
        sa.select(sa.literal_column("1"))
        .select_from(entry)
        .where(one_of(entry.c.key, "columns"), is_said)
    )


def would_see(snapshot: Snapshot, scope: Scope, dialect: str) -> Statement:
    """Return the question whether a record with this `id`, `owner` and `department` lies in
    `scope`; the record itself need not be there."""

    def compiled() -> Statement:
        record = sa.select(
            *(
                sa.bindparam(parameter, type_=IDENTIFIER).label(name)
                for parameter, name in (("id", "id"), ("owner", OWNER), ("department", DEPARTMENT))
            )
        ).subquery("gone")
        condition = visible(scope, record)
        query: Any = sa.select(sa.literal_column("1")).select_from(record)
        return compile_statement(query if condition is None else query.where(condition), dialect)

    return snapshot.plan(("would see", scope, dialect), compiled)
