"""Making tokens for records that were there before their field was searched, in small steps.

Each step is a unit of work of its own that writes tokens for some records and notes how far it
came, so filling may stop and go on at any time, next to everybody who writes. What fields were
once searched by is taken away likewise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metadata import FieldModel, ObjectModel, Snapshot
from paas.db import Connection, Statement, compile_statement
from runtime.search.row import rows_of
from runtime.search.token import VERSION, tokens_of
from runtime.sql.codec import reader
from runtime.sql.search import COLUMNS, added, slot_of, slot_statements
from runtime.sql.select import Reading, Selected, Term, build
from runtime.work import Work

RECORDS = 500
"""Records of one step."""
TOKENS = 20_000
"""Tokens taken away in one step."""


@dataclass(frozen=True, slots=True)
class _Slot:
    tokenizer: int
    position: str | None
    is_filled: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: records it made tokens for, and whether anything is left to do."""

    records: int
    is_last: bool


def fill_step(work: Work) -> Step:
    """Do a step of whatever is to be filled or taken away; nothing is left after the last."""
    known = _known(work.connection)
    gap = next(_gaps(work.snapshot, known), None)
    if gap is not None:
        return Step(_fill(work, *gap), is_last=False)
    slots = _slots(work.snapshot)
    idle = next((slot for slot in known if slot not in slots), None)
    if idle is not None:
        _drop(work.connection, idle)
        return Step(0, is_last=False)
    return Step(0, is_last=True)


def is_filled(connection: Connection, snapshot: Snapshot) -> bool:
    """Tell whether every searchable field has its tokens, and no other field has any."""
    known = _known(connection)
    return next(_gaps(snapshot, known), None) is None and _slots(snapshot) >= known.keys()


def forget_slots(connection: Connection, new: Snapshot, old: Snapshot) -> None:
    """Note, as part of a publish, that tokens of fields no longer searched grow old."""
    gone = _slots(old) - _slots(new)
    if not gone:
        return
    known = _known(connection)
    for slot in sorted(gone & known.keys()):
        _keep(connection, slot, position=None, is_done=False)


def refill(connection: Connection) -> None:
    """Have the tokens of every field made anew."""
    for slot in _known(connection):
        _keep(connection, slot, position=None, is_done=False)


def _slots(snapshot: Snapshot) -> set[int]:
    models = (snapshot.object(name) for name in snapshot.objects)
    return {slot_of(field) for model in models for field in model.searchable}


def _known(connection: Connection) -> dict[int, _Slot]:
    rows = connection.fetch(slot_statements(connection.dialect).known)
    return {
        slot: _Slot(tokenizer, position, bool(is_filled))
        for slot, tokenizer, position, is_filled in rows
    }


def _gaps(
    snapshot: Snapshot, known: Mapping[int, _Slot]
) -> Iterator[tuple[ObjectModel, list[FieldModel], str | None]]:
    """Yield objects with the fields to be filled from the same record on."""
    for name in snapshot.objects:
        model = snapshot.object(name)
        places = {}
        for field in model.searchable:
            held = known.get(slot_of(field))
            if held is None or held.tokenizer != VERSION:
                places[field] = ""
            elif not held.is_filled:
                places[field] = held.position or ""
        if places:
            first = min(places.values())
            fields = [field for field, place in places.items() if place == first]
            yield model, fields, first or None


def _fill(
    work: Work,
    model: ObjectModel,
    fields: list[FieldModel],
    position: str | None,
) -> int:
    connection = work.connection
    selected = _reading(work, model, fields, position)
    values = {"limit": RECORDS, "after_0": position}
    read = reader(selected.outputs, purpose="api", dialect=work.dialect, trail=1)
    records = [read(row) for row in connection.fetch(selected.statement, values)]
    rows = [row for record in records for row in _rows(record, fields, work.dialect)]
    if rows:
        statement = _added(work)
        given: Any = rows
        if statement.names is None:
            given = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        connection.executemany(statement, given)
    is_done = len(records) < RECORDS
    for field in fields:
        last = records[-1]["id"] if records else position
        _keep(connection, slot_of(field), position=last, is_done=is_done)
    return len(records)


def _rows(
    record: Mapping[str, Any], fields: list[FieldModel], dialect: str
) -> list[tuple[Any, ...]]:
    tokens = [
        (slot_of(field), token)
        for field in fields
        if record[field.name] is not None
        for token in tokens_of(record[field.name], field.type.search or "text")
    ]
    return rows_of(record["id"], tokens, dialect) if tokens else []


def _reading(
    work: Work, model: ObjectModel, fields: list[FieldModel], position: str | None
) -> Selected:
    outputs = (("id",), *((field.name,) for field in fields))
    reading = Reading(
        work.snapshot,
        work.dialect,
        model,
        outputs,
        order=(Term(("id",)),),
        after=None if position is None else (False,),
    )
    key = ("search fill", model.name, outputs, position is None, work.dialect)
    return work.snapshot.plan(key, lambda: build(reading))


def _added(work: Work) -> Statement:
    key = ("search tokens", work.dialect)
    columns = list(COLUMNS) if work.dialect == "sqlite" else None
    return work.snapshot.plan(
        key, lambda: compile_statement(added(work.dialect), work.dialect, columns=columns)
    )


def _keep(connection: Connection, slot: int, *, position: str | None, is_done: bool) -> None:
    statements = slot_statements(connection.dialect)
    connection.execute(statements.forget, {"number": slot})
    row = {"slot": slot, "tokenizer": VERSION, "position": position, "is_filled": is_done}
    connection.execute(statements.keep, row)


def _drop(connection: Connection, slot: int) -> None:
    statements = slot_statements(connection.dialect)
    if not connection.execute(statements.drop, {"number": slot, "most": TOKENS}):
        connection.execute(statements.forget, {"number": slot})
