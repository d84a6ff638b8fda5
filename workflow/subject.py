"""The records under approval: what the caller may do with them, and what they are called.

What formulas read of records is runtime's `FormulaRows`; every change goes through the pipeline.
One statement per object, whatever the number of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from metadata import ObjectModel
from paas.db import Statement
from runtime import Permissions, Scope, Work, reach_of
from runtime.sql.predicate import reader_parameters
from runtime.sql.select import Reading, Selected, build

LOCK = "lockStatus"
LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Subject:
    """A record the caller may see, and whether he may change it now."""

    id: str
    version: int
    may_update: bool
    is_locked: bool


def subjects(
    work: Work, model: ObjectModel, ids: Sequence[str], *, locks: bool = False
) -> dict[str, Subject]:
    """Return the records among `ids` that the caller may see; raises `AccessDenied`.

    `locks` keeps others from changing them until the unit of work ends.
    """
    access = Permissions.of(work.context, work.snapshot).on(model)
    access.check("read")
    reach = reach_of(work.context)
    statement = _statement(
        work,
        model,
        names=("id", "version", LOCK) if LOCK in model.fields else ("id", "version"),
        scope=access.scope("read", reach=reach),
        flags=(access.scope("update", reach=reach),),
        locks=locks,
    )
    rows = work.connection.fetch(statement, {"ids": list(ids), **reader_parameters(work.context)})
    return {
        record_id: Subject(
            id=record_id,
            version=version,
            may_update=bool(may_update),
            is_locked=lock == [LOCKED] and not access.modify_all,
        )
        for may_update, record_id, version, *lock in rows
    }


def record_names(
    work: Work, records: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str | None]:
    """Return the names of records given as (object, id), in system mode."""
    wanted: dict[str, list[str]] = {}
    for name, record_id in records:
        wanted.setdefault(name, []).append(record_id)
    found: dict[tuple[str, str], str | None] = {}
    for name, ids in wanted.items():
        model = work.snapshot.find_object(name)
        if model is None or model.name_field not in model.fields:
            continue
        statement = _statement(work, model, names=("id", model.name_field))
        for record_id, shown in work.connection.fetch(statement, {"ids": ids}):
            found[name, record_id] = None if shown is None else str(shown)
    return found


def _statement(
    work: Work,
    model: ObjectModel,
    *,
    names: tuple[str, ...],
    scope: Scope | None = None,
    flags: tuple[Scope, ...] = (),
    locks: bool = False,
) -> Statement:
    outputs = tuple((name,) for name in names)

    def make() -> Selected:
        reading = Reading(
            work.snapshot, work.dialect, model, outputs, find="some", flags=flags, locks=locks
        )
        return build(reading if scope is None else replace(reading, scope=scope))

    key = ("workflow.subjects", model.name, work.dialect, names, scope, flags, locks)
    return work.snapshot.plan(key, make).statement
