"""Approvals as the API shows them: plain JSON values, names instead of ids, the caller's language.

Also what the caller may see: an approval is there for those who take part in it and for those who
may see its record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from metadata import ObjectModel
from paas.kernel import Extensions, is_uuid, pick
from runtime import AccessDenied, RecordNotFound, Work
from runtime.sql.codec import stamp
from workflow.assignment import Person
from workflow.authority import allowed_acts, is_party
from workflow.instance import Entry, Instance, Step, Task
from workflow.people import People
from workflow.problem import InstanceNotFound
from workflow.store import Store
from workflow.subject import Subject, record_names, subjects
from workflow.submission import can_submit

Shown = dict[str, Any]


class Gallery:
    """Shows approvals to one caller. The number of statements does not depend on how many."""

    def __init__(self, work: Work, store: Store, extensions: Extensions) -> None:
        self._work = work
        self._store = store
        self._extensions = extensions

    def check_visible(self, instances: Sequence[Instance]) -> None:
        """Raise `InstanceNotFound` if the caller may not see one of the approvals."""
        strange = [each for each in instances if not is_party(each, self._work.context)]
        for name in {each.object for each in strange}:
            ids = {each.record_id for each in strange if each.object == name}
            model = self._work.snapshot.find_object(name)
            if model is None or not self._visible(model, sorted(ids)).keys() >= ids:
                raise InstanceNotFound

    def of_record(self, object_name: str, record_id: str) -> Shown:
        """Return the approvals of a record, newest first, and whether it can be submitted now."""
        work = self._work
        model = work.snapshot.object(object_name)
        if not is_uuid(record_id):
            raise RecordNotFound
        rows = self._store.of_records(work.connection, model.uid, [record_id])
        found = self._store.load(work.connection, work.snapshot, [row[1] for row in rows])
        subject = self._visible(model, [record_id]).get(record_id)
        if subject is None:
            found = [each for each in found if is_party(each, work.context)]
            if not found:
                raise RecordNotFound
        is_open = any(each.is_pending for each in found)
        may_submit = (
            subject is not None
            and not is_open
            and can_submit(work, model, subject, self._extensions)
        )
        return {"instances": self.shown(found), "can_submit": may_submit}

    def shown(self, instances: Sequence[Instance]) -> list[Shown]:
        """Return the approvals as JSON values."""
        if not instances:
            return []
        work = self._work
        logs = self._store.log(work.connection, [each.id for each in instances])
        people = People(work).persons(_everybody(instances, logs))
        names = record_names(work, {(each.object, each.record_id) for each in instances})
        return [
            _Portrait(work, each, people).shown(
                name=names.get((each.object, each.record_id)), log=logs[each.id]
            )
            for each in instances
        ]

    def _visible(self, model: ObjectModel, ids: Sequence[str]) -> Mapping[str, Subject]:
        try:
            return subjects(self._work, model, ids)
        except AccessDenied:
            return {}


class _Portrait:
    """One approval on its way into JSON."""

    def __init__(self, work: Work, instance: Instance, people: Mapping[str, Person]) -> None:
        self._work = work
        self._instance = instance
        self._people = people
        self._language = work.context.language

    def shown(self, *, name: str | None, log: Sequence[Entry]) -> Shown:
        """Return the whole approval."""
        instance = self._instance
        flow = instance.flow
        return {
            "id": instance.id,
            "object": object_shown(self._work, instance.object),
            "record": {"id": instance.record_id, "name": name},
            "status": instance.status.value,
            "flow": {"name": flow.name, "label": pick(flow.label, self._language) or flow.name},
            "submitter": person_shown(instance.submitter_id, self._people),
            "submitted_at": stamp(instance.submitted_at),
            "finished_at": _moment(instance.finished_at),
            "steps": [self._step(each) for each in instance.steps],
            "log": [self._entry(each) for each in log],
            "actions": allowed_acts(instance, self._work.context, self._work.snapshot),
        }

    def _step(self, step: Step) -> Shown:
        return {
            "name": self._instance.flow.steps[step.position].name,
            "label": step_label(self._instance, step, self._language),
            "mode": step.mode,
            "status": step.status.value,
            "reason": step.reason,
            "tasks": [self._task(each) for each in self._instance.tasks_of(step)],
        }

    def _task(self, task: Task) -> Shown:
        return {
            "id": task.id,
            "approver": person_shown(task.approver_id, self._people),
            "status": task.status.value,
            "comment": task.comment,
            "at": _moment(task.decided_at),
        }

    def _entry(self, entry: Entry) -> Shown:
        step = next((each for each in self._instance.steps if each.id == entry.step_id), None)
        return {
            "at": stamp(entry.at),
            "actor": person_shown(entry.actor_id, self._people) if entry.actor_id else None,
            "act": entry.act,
            "step": step_label(self._instance, step, self._language) if step else None,
            "comment": entry.comment,
        }


def object_shown(work: Work, name: str) -> Shown:
    """Return an object by name and label; one that is gone keeps its name."""
    model = work.snapshot.find_object(name)
    return {"name": name, "label": pick(model.label, work.context.language) if model else name}


def person_shown(user_id: str, people: Mapping[str, Person]) -> Shown:
    """Return a user by id and name; one that is gone has no name."""
    person = people.get(user_id)
    return {"id": user_id, "name": person.name if person else None}


def step_label(instance: Instance, step: Step, language: str) -> str:
    """Return what a step is called."""
    definition = instance.flow.steps[step.position]
    return pick(definition.label, language) or definition.name


def _moment(moment: datetime | None) -> str | None:
    return stamp(moment) if moment is not None else None


def _everybody(
    instances: Sequence[Instance], logs: Mapping[str, Sequence[Entry]]
) -> Iterable[str | None]:
    for each in instances:
        yield each.submitter_id
        yield from (task.approver_id for task in each.tasks)
        yield from (entry.actor_id for entry in logs[each.id])
