"""Statements about the recycle bin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from paas.db import Statement, compile_statement, one_of
from paas.db.schema import IDENTIFIER, history, recycle_bin
from runtime.scope import Scope
from runtime.sql.predicate import DEPARTMENT, OWNER, visible

RECORD = (
    "object_uid",
    "record_id",
    "is_root",
    "title",
    "owner_id",
    "department_id",
    "document",
    "links",
)
"""The columns of a deleted record, in the order statements return them."""
ENTRY = ("group_id", "object_uid", "record_id", "title", "deleted_at", "deleted_by")
"""The columns of an entry; the number of its records follows."""


@dataclass(frozen=True, slots=True)
class BinStatements:
    """What is asked of the bin, for one dialect. A group is named by the parameter `group`."""

    group: Statement
    """The records of a group, the last deleted first; on PostgreSQL kept from others."""
    forget_history: Statement
    """Removes the kept changes of a group's records."""
    remove: Statement
    """Removes a group."""
    purge: Statement
    """Removes at most `limit` records deleted before `moment`; a group loses its root first."""


@cache
def bin_statements(dialect: str) -> BinStatements:
    """Return the statements of a dialect."""
    table = recycle_bin.c
    of_group = table.group_id == sa.bindparam("group", type_=IDENTIFIER)
    records = sa.select(*(table[name] for name in RECORD)).where(of_group)
    members = sa.select(table.object_uid, table.record_id).where(of_group)
    moment = sa.bindparam("moment", type_=table.deleted_at.type)
    oldest = (
        sa.select(*recycle_bin.primary_key.columns)
        .where(table.deleted_at < moment)
        .order_by(table.deleted_at, table.group_id, table.is_root.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer()))
    )
    record = sa.tuple_(history.c.object_uid, history.c.record_id)

    def made(clause: sa.ClauseElement) -> Statement:
        return compile_statement(clause, dialect)

    return BinStatements(
        group=made(records.order_by(table.position.desc()).with_for_update()),
        forget_history=made(sa.delete(history).where(record.in_(members))),
        remove=made(sa.delete(recycle_bin).where(of_group)),
        purge=made(
            sa.delete(recycle_bin).where(sa.tuple_(*recycle_bin.primary_key.columns).in_(oldest))
        ),
    )


def list_statement(scopes: Mapping[Scope, str], dialect: str, *, has_cursor: bool) -> Statement:
    """Return the statement for entries, the last deleted first.

    `scopes` names for each scope the list parameter with the uids of the objects it is for. Behind
    a cursor there are the parameters `moment` and `group`.
    """
    table = recycle_bin.c
    entry = sa.select(
        *(table[name] for name in ENTRY),
        table.owner_id.label(OWNER),
        table.department_id.label(DEPARTMENT),
        table.record_id.label("id"),
    ).where(table.is_root)
    if has_cursor:
        place = sa.tuple_(table.deleted_at, table.group_id)
        entry = entry.where(
            place
            < sa.tuple_(
                sa.bindparam("moment", type_=table.deleted_at.type),
                sa.bindparam("group", type_=IDENTIFIER),
            )
        )
    found = entry.subquery("entry")
    members = recycle_bin.alias("member")
    count = (
        sa.select(sa.func.count()).where(members.c.group_id == found.c.group_id).scalar_subquery()
    )
    allowed = [_allowed(scope, found, name) for scope, name in scopes.items()]
    query: Any = (
        sa.select(*(found.c[name] for name in ENTRY), count)
        .where(sa.or_(*allowed))
        .order_by(found.c.deleted_at.desc(), found.c.group_id.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer()))
    )
    return compile_statement(query, dialect)


def _allowed(scope: Scope, found: sa.FromClause, name: str) -> sa.ColumnElement[bool]:
    is_theirs: sa.ColumnElement[bool] = one_of(found.c.object_uid, name)
    seen = visible(scope, found)
    return is_theirs if seen is None else sa.and_(is_theirs, seen)
