"""The job that computes stored formulas for records that were there before their formula was.

It goes through an object's records in the order of their ids, some at a time, each some in a unit
of work of its own; writes that happen meanwhile keep what they touch right themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import formula
from metadata import ObjectModel, Snapshot
from runtime.command import MAX_ROWS
from runtime.derived import refresh_derived, stored_formulas
from runtime.jobs import JobKind, JobRun, NewJob, Step
from runtime.pipeline import run_filling
from runtime.sql.derived import next_statement
from runtime.work import Work

FILL = "derived_fill"
FIRST = "00000000-0000-0000-0000-000000000000"


def _run(run: JobRun) -> None:
    after: str | None = run.job.state.get("after", FIRST)
    name: str = run.job.argument["object"]

    def act(work: Work) -> Step:
        nonlocal after
        assert after is not None
        ids = _next(work, name, after)
        after = ids[-1] if ids else None
        return Step(state={"after": after}, done=_fill(work, name, ids))

    while after is not None:
        run.step(act)


def _next(work: Work, name: str, after: str) -> list[str]:
    model = work.snapshot.find_object(name)
    if model is None:  # it has gone since
        return []
    statement = work.snapshot.plan(
        ("derived next", model.name, work.dialect),
        lambda: next_statement(work.snapshot, model, work.dialect),
    )
    return [row[0] for row in work.connection.fetch(statement, {"after": after, "limit": MAX_ROWS})]


def _fill(work: Work, name: str, ids: list[str]) -> int:
    model = work.snapshot.find_object(name)
    names = frozenset(field.name for field, _made in stored_formulas(model)) if model else None
    if not model or not names or not ids:
        return 0
    refresh_derived(work, model, ids, names, run_filling)
    return len(ids)


DERIVED_FILL = JobKind(
    FILL,
    _run,
    label={"zh-CN": "计算存储的公式", "en-US": "Compute stored formulas"},
    is_listed=False,
)


def to_fill(new: Snapshot, old: Snapshot) -> Iterator[NewJob]:
    """Yield a job for each object whose records have yet to get what formulas now say."""
    for name in new.objects:
        model = new.object(name)
        now = _meanings(model)
        before = old.by_uid(model.uid)
        if now and (before is None or now != _meanings(old.object(before.name))):
            yield NewJob(FILL, {"object": model.name}, as_system=True)


def _meanings(model: ObjectModel) -> dict[str, Any]:
    return {
        field.uid: (formula.tree_json(made), field.type.storage, field.scale)
        for field, made in stored_formulas(model)
    }
