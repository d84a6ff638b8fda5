"""Life status 生命状态: making records void and valid again, an operation with its own permission.

A void record stays where it is, with its links and its history. It is left out of lists whose
filter does not ask for the status, and nobody changes it until it is valid again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from metadata import LIFE, NORMAL, VOID, ObjectModel
from paas.db import Statement
from paas.kernel import is_uuid
from runtime.access import ObjectAccess, Permissions, reach_of
from runtime.command import Outcome, WriteCommand
from runtime.plan_cache import cached
from runtime.problem import (
    RecordForbidden,
    RecordLocked,
    RecordNotFound,
    RecordNotVoidable,
    RecordStale,
    RecordVersionRequired,
)
from runtime.sql.select import Reading, build
from runtime.work import Run, Work

LOCK, LOCKED = "lockStatus", "locked"


@dataclass(frozen=True, slots=True)
class LifeChange:
    """Which record is made void or valid again, and the version it is expected to have."""

    object: str
    id: str
    is_void: bool
    version: int | None = None


def change_life(work: Work, change: LifeChange, run: Run) -> Outcome:
    """Change the status of one record; the outcome tells its version only."""
    model = work.snapshot.object(change.object)
    if LIFE not in model.fields:
        raise RecordNotVoidable(object=model.label)
    access = Permissions.of(work.context, work.snapshot).on(model)
    access.check("void")
    _check(work, model, access, change)
    row: dict[str, Any] = {"id": change.id, LIFE: VOID if change.is_void else NORMAL}
    if change.version is not None:
        row["version"] = change.version
    capability = work.engine.capability
    command = WriteCommand("update", model.name, [row], capability=capability)
    try:
        (outcome,) = run(work.as_system(), command)
    except RecordStale as stale:  # said in system mode: which fields changed is not for everybody
        version = stale.extra["version"]
        raise RecordStale(version=version, extra={"version": version}) from None
    return Outcome(outcome.id, outcome.version)


def _check(work: Work, model: ObjectModel, access: ObjectAccess, change: LifeChange) -> None:
    """Raise what keeps the caller from it."""
    rows = []
    if is_uuid(change.id):
        statement = _statement(work, model, access)
        rows = work.connection.fetch(statement, {"id": change.id, **work.reader})
    if not rows:
        raise RecordNotFound()
    may_touch, version, lock = rows[0]
    if not may_touch:
        raise RecordForbidden()
    is_person = work.context.principal is not None
    if change.version is None and model.definition.require_version and is_person:
        raise RecordVersionRequired(extra={"version": version})
    if lock == LOCKED and is_person and not access.modify_all:
        raise RecordLocked()


def _statement(work: Work, model: ObjectModel, access: ObjectAccess) -> Statement:
    snapshot, dialect, reach = work.snapshot, work.dialect, reach_of(work.context)
    seen, touched = access.scope("read", reach=reach), access.scope("void", reach=reach)
    reading = Reading(
        snapshot,
        dialect,
        model,
        (("version",), (LOCK if LOCK in model.fields else "version",)),
        scope=seen,
        flags=(touched,),
        find="one",
    )
    key = ("life", model.name, seen, touched, dialect)
    return cached(snapshot, key, lambda: build(reading).statement)
