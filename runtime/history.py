"""Field history: what each write changed, kept as one row per record in its own transaction.

A row names the columns it is about, which never change, and has the old and the new value of each
field with a history. Fields without one, and fields whose values are not kept (long texts), stand
there by name only, so the rows of a record prove by themselves how far back they reach. Values are
encoded alike for both databases. A create has no values: what a record began as follows from what
it is and what was changed since; a delete has all of them. Reading is the business of
`runtime.past` and `runtime.history_page`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import orjson

from metadata import FieldModel, Storage
from runtime.command import WriteOperation
from runtime.draft import KEPT_BY_ENGINE, Changes, Draft
from runtime.plan import ObjectPlan
from runtime.sql.codec import SQLITE, number, shown_value, stamp
from runtime.work import Work

HIDDEN = 0
"""Instead of values: the field changed, and its type keeps no values."""
UNTRACKED = None
"""Instead of values: the field changed, and has no history."""
TOUCHED = ("updatedAt", "updatedBy")
"""Written with every change; their old values are kept, so that the past is whole."""

Marks = Mapping[str, tuple[str, bool, Any]]
"""Per field: its column, whether values are kept, and what stands there if not."""


def history_rows(
    plan: ObjectPlan, operation: WriteOperation, changes: Changes, work: Work
) -> list[tuple[Any, ...]]:
    """Return one row for each changed record, in the order of the trail's columns."""
    context, transaction = work.context, work.ledger.transaction_id
    at: Any = stamp(work.moment) if work.dialect == SQLITE else work.moment
    uid, actor, origin = plan.object.uid, context.user_id, context.origin
    marks = marks_of(plan)
    rows = []
    for draft, changed in changes:
        version = draft.values["version"]
        if operation == "update":
            kept = _changed(draft, changed, marks)
        elif operation == "delete":
            kept, version = _gone(draft, marks), version + 1
        else:
            kept = "{}"
        rows.append((uid, draft.id, version, operation, at, actor, origin, transaction, kept))
    return rows


def marks_of(plan: ObjectPlan) -> Marks:
    """Return how a change of each stored field is noted."""
    model = plan.object
    return plan.snapshot.plan(
        ("history", model.name),
        lambda: {name: _mark(model.fields[name], model.history.get(name)) for name in plan.names},
    )


def _mark(field: FieldModel, kept: str | None) -> tuple[str, bool, Any]:
    is_whole = kept == "values" or field.name in KEPT_BY_ENGINE
    return field.column or "", is_whole, UNTRACKED if kept is None else HIDDEN


def _changed(draft: Draft, changed: tuple[str, ...], marks: Marks) -> str:
    before, values = draft.before or {}, draft.values
    found: dict[str, Any] = {}
    for name in (*changed, *TOUCHED):
        if name not in values:
            continue
        column, is_whole, mark = marks[name]
        found[column] = [encoded(before[name]), encoded(values[name])] if is_whole else mark
    return orjson.dumps(found).decode()


def _gone(draft: Draft, marks: Marks) -> str:
    found: dict[str, Any] = {}
    for name, value in (draft.before or {}).items():
        if value is not None:
            column, is_whole, mark = marks[name]
            found[column] = [encoded(value), None] if is_whole else mark
    return orjson.dumps(found).decode()


# ---------------------------------------------------------------- values


def encoded(value: Any) -> Any:
    """Return a draft value as history keeps it: JSON that loses nothing."""
    if value is None or value.__class__ in (str, bool, int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("milliseconds")
    if isinstance(value, Mapping):
        return {key: encoded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(each) for each in value]
    return value


_DECODERS: Mapping[Storage, Callable[[Any], Any]] = {
    Storage.DECIMAL: Decimal,
    Storage.DATE: date.fromisoformat,
    Storage.DATETIME: datetime.fromisoformat,
    Storage.TIME: time.fromisoformat,
    Storage.PLACE: lambda parts: tuple(map(Decimal, parts)),
}


def decoded(value: Any, field: FieldModel) -> Any:
    """Return a kept value as drafts hold it."""
    decode = _DECODERS.get(field.type.storage) if field.type.storage is not None else None
    return value if value is None or decode is None else decode(value)


def shown(value: Any, field: FieldModel) -> Any:
    """Return a kept value as an API value that orjson writes."""
    if value is None:
        return None
    if field.type.storage is Storage.DECIMAL:
        return number(Decimal(value))
    return shown_value(decoded(value, field), field)
