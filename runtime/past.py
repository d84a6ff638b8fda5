"""Records as they were: the present state, wound back over the changes that are kept.

What history cannot prove is refused and never guessed: a field whose values were not kept, a
change that nobody noted, a time before history began. A record that is no more is found in the
change that deleted it, and seen by whoever would see it, had it stayed with its last owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from metadata import FieldModel, ObjectModel, Snapshot
from paas.db import Connection
from paas.kernel import CallContext, is_uuid
from runtime.access import Permissions, reach_of
from runtime.draft import KEPT_BY_ENGINE
from runtime.field_path import Paths, outputs_of
from runtime.history import HIDDEN, UNTRACKED, decoded
from runtime.plan_cache import cached
from runtime.problem import FIELD_WITHOUT_HISTORY, HistoryUnreachable, RecordNotFound
from runtime.sql.codec import SQLITE, Row, encoding_of, exporter, reader, stamp
from runtime.sql.history import history_statements, would_see
from runtime.sql.predicate import DEPARTMENT, OWNER, reader_parameters
from runtime.sql.select import Reading, build
from runtime.sql.write import stored_fields

MOST_CHANGES = 20_000
"""Changes of one record that a single question winds back."""
ENDS = frozenset({"create", "restore"})
"""Operations before which the record was not there."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of history."""

    version: int
    operation: str
    at: datetime
    actor_id: str | None
    origin: str
    transaction_id: str
    columns: Mapping[str, Any]


def change_of(row: Row) -> Change:
    """Return a row as statements give it (`runtime.sql.history.CHANGE`)."""
    version, operation, at, actor, origin, transaction, columns = row
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return Change(version, operation, moment, actor, origin, transaction, orjson.loads(columns))


@dataclass(slots=True)
class Past:
    """A record at one time. `values` is None if it was not there; `lost` names what is unknown."""

    values: dict[str, Any] | None
    lost: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Subject:
    """The record in question, and who asks."""

    connection: Connection
    snapshot: Snapshot
    context: CallContext
    model: ObjectModel
    id: str


# ---------------------------------------------------------------- winding back


def wind_back(
    model: ObjectModel,
    values: Mapping[str, Any] | None,
    changes: Sequence[Change],
    moment: datetime,
) -> Past:
    """Return the record at `moment`: `changes` are the newest ones down to the last not after it.

    Raises `HistoryUnreachable` where a change is missing.
    """
    past = Past(None if values is None else dict(values))
    is_still = all(each.at <= moment for each in changes)
    if values is not None and is_still and _last_touched(values) <= moment:
        return past
    by_column = {each.column: each for each in model.fields.values() if each.column}
    version = changes[0].version if values is None and changes else _version(values)
    for change in changes:
        if change.version != version:
            raise HistoryUnreachable()
        if change.at <= moment:
            return past
        _undo(past, change, by_column)
        version -= 1
    if past.values is not None and _last_touched(past.values) > moment:
        raise HistoryUnreachable()
    return past


def _version(values: Mapping[str, Any] | None) -> int:
    version: int = values["version"] if values is not None else 0
    return version


def _last_touched(values: Mapping[str, Any]) -> datetime:
    touched: datetime = values["updatedAt"]
    return touched


def _undo(past: Past, change: Change, by_column: Mapping[str, FieldModel]) -> None:
    if change.operation in ENDS:
        past.values = None
        return
    if change.operation == "delete":
        past.values = {each.name: None for each in by_column.values()}
        past.lost = set()
    values = past.values
    assert values is not None
    for column, kept in change.columns.items():
        found = by_column.get(column)
        if found is None:
            continue
        if kept in (HIDDEN, UNTRACKED):
            past.lost.add(found.name)
        else:
            values[found.name] = decoded(kept[0], found)
            past.lost.discard(found.name)
    values["version"] = change.version - 1


# ---------------------------------------------------------------- reading


def read_past(subject: Subject, moment: datetime, fields: tuple[str, ...] | None) -> dict[str, Any]:
    """Return the record as it was at `moment`, in API values.

    Without `fields`, those that history reaches. Raises `RecordNotFound`, `HistoryUnreachable`.
    """
    names = _asked(subject, fields)
    live = read_live(subject)
    changes = _changes_since(subject, moment)
    if live is None:
        _check_gone(subject, changes[0] if changes else None)
    elif live["createdAt"] > moment and not any(each.operation in ENDS for each in changes):
        raise RecordNotFound()
    past = wind_back(subject.model, live, changes, moment)
    if past.values is None:
        raise RecordNotFound()
    stored = [name for name in names if name in past.values and name not in past.lost]
    if fields is not None and len(stored) < len(names):
        raise HistoryUnreachable(
            errors=[
                FIELD_WITHOUT_HISTORY.at("/fields", label=subject.model.fields[name].label)
                for name in names
                if name not in stored
            ]
        )
    export = exporter([(name, encoding_of(subject.model.fields[name])) for name in stored])
    return export({**past.values, "id": subject.id})


def _asked(subject: Subject, fields: tuple[str, ...] | None) -> list[str]:
    """Return the names of the fields to show; raises `QueryInvalid`."""
    permissions = Permissions.of(subject.context, subject.snapshot)
    access = permissions.on(subject.model)
    access.check("read")
    if not is_uuid(subject.id):
        raise RecordNotFound()
    paths = Paths(subject.snapshot, permissions, subject.model)
    outputs = outputs_of(paths, subject.model, access.readable, fields)
    paths.finish()
    beyond = [path for path in outputs if len(path) > 1]
    if beyond:
        raise HistoryUnreachable(
            errors=[FIELD_WITHOUT_HISTORY.at("/fields", label=".".join(path)) for path in beyond]
        )
    return [path[0] for path in outputs]


def read_live(subject: Subject) -> dict[str, Any] | None:
    """Return every stored field of the record as drafts hold it, if the caller sees it."""
    connection, context, model = subject.connection, subject.context, subject.model
    permissions, reach = Permissions.of(context, subject.snapshot), reach_of(context)
    scope = permissions.on(model).scope("read", reach=reach)

    def make() -> Any:
        outputs = tuple((name,) for name in stored_fields(model))
        selected = build(
            Reading(subject.snapshot, connection.dialect, model, outputs, scope=scope, find="one")
        )
        read = reader(selected.outputs, purpose="draft", dialect=connection.dialect)
        return selected.statement, read

    statement, read = cached(
        subject.snapshot, ("live", model.name, scope, connection.dialect), make
    )
    rows = connection.fetch(statement, {"id": subject.id, **reader_parameters(context)})
    return read(rows[0]) if rows else None


def _changes_since(subject: Subject, moment: datetime) -> list[Change]:
    connection = subject.connection
    values = {
        **record_of(subject),
        "moment": stamp(moment) if connection.dialect == SQLITE else moment,
        "limit": MOST_CHANGES + 1,
    }
    rows = connection.fetch(history_statements(connection.dialect).since, values)
    if len(rows) > MOST_CHANGES:
        raise HistoryUnreachable()
    return [change_of(row) for row in rows]


def record_of(subject: Subject) -> dict[str, Any]:
    """Return the parameters that name the record."""
    return {"object": subject.model.uid, "record": subject.id}


def _check_gone(subject: Subject, last: Change | None) -> None:
    """Raise `RecordNotFound` unless the record was deleted and the caller would see it."""
    if last is None or last.operation != "delete" or not would_be_seen(subject, last):
        raise RecordNotFound()


def would_be_seen(subject: Subject, deletion: Change) -> bool:
    """Tell whether the caller would see the record as it was when it was deleted."""
    model, context, connection = subject.model, subject.context, subject.connection
    permissions = Permissions.of(context, subject.snapshot)
    scope = permissions.on(model).scope("read", reach=reach_of(context))
    statement = would_see(subject.snapshot, scope, connection.dialect)
    values = {
        "id": subject.id,
        "owner": _kept(model, deletion, OWNER),
        "department": _kept(model, deletion, DEPARTMENT),
        **reader_parameters(context),
    }
    return bool(connection.fetch(statement, values))


def _kept(model: ObjectModel, change: Change, name: str) -> Any:
    found = model.fields.get(name)
    kept = change.columns.get(found.column or "") if found is not None else None
    return kept[0] if kept else None


def is_always_kept(name: str) -> bool:
    """Tell whether a field is part of every change, so that no history shows it as one."""
    return name in KEPT_BY_ENGINE
