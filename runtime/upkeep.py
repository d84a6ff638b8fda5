"""Jobs that bring records into step with a change of description.

`replace_choice` gives records another choice for one that goes; `number_records` gives records an
automatic number that were there before the field. Both write through the pipeline in sets, a
step at a time, so history and events tell of it; rules and locks do not stand in the way. A step
finds what is left to be done, so a job that begins again does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from metadata import JOINER, FieldModel, ObjectModel, Snapshot, Storage
from paas.db import Statement
from paas.kernel import Violation
from runtime.command import WriteCommand
from runtime.counting import day_of, numbers_of
from runtime.jobs import JobKind, JobRun, NewJob, Step
from runtime.pipeline import run_unruled
from runtime.problem import CHOICE_UNKNOWN, FIELD_UNKNOWN, NOT_NUMBERED, UpkeepInvalid
from runtime.sql.fitting import holding, unnumbered
from runtime.work import Work

ROWS = 1_000
"""Records changed in one step."""
Act = Callable[[Work], Step]


def replacement(
    snapshot: Snapshot, *, object_name: str, field_name: str, old: str, new: str | None
) -> NewJob:
    """Return the job that replaces a choice in every record; raises `UpkeepInvalid`.

    The old choice may be gone from the description; the new one must be there, None empties.
    """
    model, field = _field_of(snapshot, object_name, field_name)
    known = {each.value for each in field.values}
    errors: list[Violation] = []
    if not known:
        errors.append(CHOICE_UNKNOWN.at("/field", label=field.label, value=old))
    elif new is not None and new not in known:
        errors.append(CHOICE_UNKNOWN.at("/new", label=field.label, value=new))
    if not old or old == new or JOINER in old:
        errors.append(CHOICE_UNKNOWN.at("/old", label=field.label, value=old))
    if errors:
        raise UpkeepInvalid(errors=errors)
    argument = {"object": model.uid, "field": field.uid, "old": old, "new": new}
    return NewJob("replace_choice", argument, key=f"{field.uid}/{old}", as_system=True)


def numbering(snapshot: Snapshot, *, object_name: str, field_name: str) -> NewJob:
    """Return the job that numbers the records without a number; raises `UpkeepInvalid`."""
    model, field = _field_of(snapshot, object_name, field_name)
    if field.definition.pattern is None:
        raise UpkeepInvalid(errors=[NOT_NUMBERED.at("/field", label=field.label)])
    argument = {"object": model.uid, "field": field.uid}
    return NewJob("number_records", argument, key=field.uid, as_system=True)


def _field_of(
    snapshot: Snapshot, object_name: str, field_name: str
) -> tuple[ObjectModel, FieldModel]:
    model = snapshot.object(object_name)
    field = model.field(field_name)
    if field is None:
        unknown = FIELD_UNKNOWN.at("/field", object=model.label, name=field_name[:80])
        raise UpkeepInvalid(errors=[unknown])
    return model, field


def _subject(work: Work, argument: Any) -> tuple[ObjectModel, FieldModel] | None:
    """Return object and field of a job, by what they are now; None if they are gone."""
    found = work.snapshot.stored(argument["field"])
    owner = work.snapshot.stored(argument["object"])
    if found is None or owner is None:
        return None
    model = work.snapshot.object(owner.name)
    return model, model.fields[found.name]


def _replace(run: JobRun) -> None:
    argument = run.job.argument
    old, new = argument["old"], argument["new"]

    def act(work: Work) -> Step:
        subject = _subject(work, argument)
        if subject is None:
            return Step()
        model, field = subject
        held = _fetch(work, holding(work.snapshot, model, field, work.dialect), value=old)
        rows = [{"id": each[0], field.name: _replaced(field, each[1], old, new)} for each in held]
        return _write(work, model, rows)

    _repeat(run, act)


def _replaced(field: FieldModel, value: str, old: str, new: str | None) -> Any:
    if field.type.storage is not Storage.SEVERAL:
        return new
    parts = [new if part == old else part for part in value.split(JOINER)]
    return [part for part in parts if part is not None]


def _number(run: JobRun) -> None:
    argument, zone = run.job.argument, run.tools.zone

    def act(work: Work) -> Step:
        subject = _subject(work, argument)
        if subject is None or subject[1].definition.pattern is None:
            return Step()
        model, field = subject
        found = _fetch(work, unnumbered(work.snapshot, model, field, work.dialect))
        marked = [
            (row[0], row[2] if len(row) > 2 else None, day_of(_moment(row[1]), zone))
            for row in found
        ]
        numbers = numbers_of(field, marked, work)
        rows = [{"id": each[0], field.name: numbers[each[0]]} for each in marked]
        return _write(work, model, rows)

    _repeat(run, act)


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _fetch(work: Work, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
    return work.connection.fetch(statement, {"limit": ROWS, **values})


def _write(work: Work, model: ObjectModel, rows: Sequence[dict[str, Any]]) -> Step:
    if rows:
        command = WriteCommand(
            "update", model.name, rows, is_batch=True, capability=work.engine.capability
        )
        run_unruled(work, command)
    return Step(done=len(rows))


def _repeat(run: JobRun, act: Act) -> None:
    """Take steps until one finds nothing left. What is held by another writer comes in a later
    step, and every step leaves less to do."""
    while run.step(act).done:
        pass


UPKEEP = (
    JobKind(
        "replace_choice",
        _replace,
        label={"zh-CN": "替换选项值", "en-US": "Replace a choice"},
    ),
    JobKind(
        "number_records",
        _number,
        label={"zh-CN": "补充自动编号", "en-US": "Number records"},
    ),
)
