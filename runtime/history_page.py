"""The history of a record as its readers see it: changes, newest first, page by page.

Who sees the record sees its history, but only of fields he may read; who changed something is
shown to those who may read who changed the record last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from metadata import FieldModel, ObjectModel
from paas.kernel import is_uuid
from runtime.access import Permissions
from runtime.cursor import digest_of, read_cursor, write_cursor
from runtime.field_path import Paths
from runtime.history import HIDDEN, UNTRACKED, shown
from runtime.past import (
    Change,
    Subject,
    change_of,
    is_always_kept,
    read_live,
    record_of,
    would_be_seen,
)
from runtime.problem import QUERY_LIMIT, QueryInvalid, RecordNotFound
from runtime.sql.codec import stamp
from runtime.sql.history import history_statements

MAX_LIMIT = 200
NEWEST = 2**62
KEYS = (("k0", "integer"),)
ACTOR = "updatedBy"


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which changes of a record are asked for: of some fields, or of all."""

    fields: tuple[str, ...] | None = None
    limit: int = 50
    cursor: str | None = None


def read_history(subject: Subject, query: HistoryQuery) -> dict[str, Any]:
    """Return a page of changes; raises `RecordNotFound`, `QueryInvalid`."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryInvalid(errors=[QUERY_LIMIT.at("/limit", limit=MAX_LIMIT)])
    fields = _fields(subject, query)
    _check_seen(subject)
    digest = digest_of("history", subject.model.uid, subject.id, query.fields)
    before = NEWEST
    if query.cursor is not None:
        (before,) = read_cursor(query.cursor, digest, KEYS, subject.connection.dialect)
    statements = history_statements(subject.connection.dialect)
    values = {
        **record_of(subject),
        "before": before,
        "limit": query.limit + 1,
        "columns": list(fields),
    }
    statement = statements.before if query.fields is None else statements.touching
    rows = subject.connection.fetch(statement, values)
    changes = [change_of(row) for row in rows[: query.limit]]
    access = Permissions.of(subject.context, subject.snapshot).on(subject.model)
    tells_actor = ACTOR in access.readable or ACTOR not in subject.model.fields
    more = write_cursor(digest, [changes[-1].version]) if len(rows) > query.limit else None
    return {
        "history": [_entry(each, fields, tells_actor=tells_actor) for each in changes],
        "next": more,
    }


def _fields(subject: Subject, query: HistoryQuery) -> dict[str, FieldModel]:
    """Return by column the fields whose changes are shown."""
    permissions, model = Permissions.of(subject.context, subject.snapshot), subject.model
    access = permissions.on(model)
    access.check("read")
    if not is_uuid(subject.id):
        raise RecordNotFound()
    names = _stored(model) & access.readable
    if query.fields is not None:
        paths = Paths(subject.snapshot, permissions, model)
        asked = [paths.resolve(text, "/fields") for text in query.fields]
        paths.finish()
        names &= {each[0][0] for each in asked if each is not None and len(each[0]) == 1}
    found = [field for field in model.fields.values() if field.name in names]
    return {field.column or "": field for field in found}


def _stored(model: ObjectModel) -> frozenset[str]:
    return frozenset(
        name
        for name, field in model.fields.items()
        if field.column is not None and not is_always_kept(name)
    )


def _check_seen(subject: Subject) -> None:
    if read_live(subject) is not None:
        return
    last = history_statements(subject.connection.dialect).last
    rows = subject.connection.fetch(last, record_of(subject))
    change = change_of(rows[0]) if rows else None
    if change is None or change.operation != "delete" or not would_be_seen(subject, change):
        raise RecordNotFound()


def _entry(change: Change, fields: dict[str, FieldModel], *, tells_actor: bool) -> dict[str, Any]:
    return {
        "version": change.version,
        "operation": change.operation,
        "at": stamp(change.at),
        "actor": change.actor_id if tells_actor else None,
        "origin": change.origin,
        "transactionId": change.transaction_id,
        "changes": list(_shown(change, fields)),
    }


def _shown(change: Change, fields: dict[str, FieldModel]) -> Iterator[dict[str, Any]]:
    for column, field in fields.items():
        kept = change.columns.get(column, UNTRACKED)
        if kept == HIDDEN:
            yield {"field": field.name}
        elif kept is not UNTRACKED:
            old, new = (shown(each, field) for each in kept)
            yield {"field": field.name, "old": old, "new": new}
