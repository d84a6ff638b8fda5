"""Where running approvals are kept: four engine tables, in sets, and no rules.

Statements are plain text in the one form both databases understand. Whoever changes approvals
first *claims* them: the claim takes the rows' locks, so that what is loaded next stays true until
the unit of work ends, and the second of two people deciding at once finds a decided approval.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from metadata import ObjectDef, Snapshot
from paas.db import Connection, IntegrityViolation, Statement, text_statement
from workflow import document
from workflow.instance import Entry, Instance, Step, Task
from workflow.problem import AlreadySubmitted
from workflow.state import InstanceStatus, StepStatus, TaskStatus

_AMONG = {
    "sqlite": "IN (SELECT value FROM json_each(:ids))",
    "postgresql": "= ANY(CAST(:ids AS uuid[]))",
}

_CLAIM = """UPDATE {paas_approval_instance} SET version = version + 1
WHERE id = :id AND status = 'pending'"""
_INSTANCES = """SELECT id, object_uid, record_id, record_version, definition, flow_revision,
submitter_id, submitted_at, status, finished_at, version
FROM {paas_approval_instance} WHERE id IN :ids ORDER BY submitted_at DESC, id DESC"""
_OF_RECORDS = """SELECT record_id, id, status FROM {paas_approval_instance}
WHERE object_uid = :object_uid AND record_id IN :ids ORDER BY submitted_at DESC, id DESC"""
_STEPS = """SELECT instance_id, id, position, mode, status, reason, opened_at, finished_at
FROM {paas_approval_step} WHERE instance_id IN :ids ORDER BY position, id"""
_TASKS = """SELECT instance_id, id, step_id, approver_id, status, decided_at, decided_by, comment
FROM {paas_approval_task} WHERE instance_id IN :ids ORDER BY id"""
_LOG = """SELECT instance_id, id, at, actor_id, action, comment, detail
FROM {paas_approval_log} WHERE instance_id IN :ids ORDER BY at, id"""

_ADD_INSTANCE = """INSERT INTO {paas_approval_instance} (id, flow_uid, flow_revision, definition,
object_uid, record_id, status, submitter_id, submitted_at, finished_at, record_version, version)
VALUES (:id, :flow_uid, :flow_revision, :definition, :object_uid, :record_id, :status,
:submitter_id, :submitted_at, :finished_at, :record_version, :version)"""
_ADD_STEP = """INSERT INTO {paas_approval_step}
(id, instance_id, position, mode, status, reason, opened_at, finished_at)
VALUES (:id, :instance_id, :position, :mode, :status, :reason, :opened_at, :finished_at)"""
_ADD_TASK = """INSERT INTO {paas_approval_task}
(id, instance_id, step_id, approver_id, status, comment, decided_at, decided_by)
VALUES (:id, :instance_id, :step_id, :approver_id, :status, :comment, :decided_at, :decided_by)"""
_ADD_LOG = """INSERT INTO {paas_approval_log}
(id, instance_id, at, actor_id, action, comment, detail)
VALUES (:id, :instance_id, :at, :actor_id, :action, :comment, :detail)"""
_SET_INSTANCE = """UPDATE {paas_approval_instance} SET status = :status, finished_at = :finished_at
WHERE id = :id AND status = 'pending'"""
_SET_STEP = """UPDATE {paas_approval_step} SET mode = :mode, status = :status, reason = :reason,
opened_at = :opened_at, finished_at = :finished_at
WHERE id = :id AND status IN ('waiting', 'pending')"""
_SET_TASK = """UPDATE {paas_approval_task} SET status = :status, comment = :comment,
decided_at = :decided_at, decided_by = :decided_by WHERE id = :id AND status = 'pending'"""


class Store:
    """Loads and keeps approvals. It holds no state but its statements."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self._compiled: dict[str, Statement] = {}

    def statement(self, sql: str) -> Statement:
        """Return `sql` compiled; `IN :ids` takes a list of ids."""
        found = self._compiled.get(sql)
        if found is None:
            text = sql.replace("IN :ids", _AMONG[self.dialect])
            found = text_statement(text, dialect=self.dialect, schema=None)
            self._compiled[sql] = found
        return found

    def ids(self, ids: Iterable[str]) -> Any:
        """Return a list of ids as the parameter `ids`."""
        return json.dumps(list(ids)) if self.dialect == "sqlite" else list(ids)

    # -- reading ---------------------------------------------------------------------------------

    def claim(self, connection: Connection, ids: Iterable[str]) -> None:
        """Take the locks of these approvals, always in the same order; ended ones are let be."""
        connection.executemany(self.statement(_CLAIM), [{"id": each} for each in sorted(set(ids))])

    def load(
        self, connection: Connection, snapshot: Snapshot, ids: Sequence[str]
    ) -> list[Instance]:
        """Return the approvals with these ids that exist, newest first; the log is left out."""
        if not ids:
            return []
        chosen = {"ids": self.ids(ids)}
        rows = connection.fetch(self.statement(_INSTANCES), chosen)
        steps: dict[str, list[Step]] = {}
        for row in connection.fetch(self.statement(_STEPS), chosen):
            steps.setdefault(row[0], []).append(_step(row[1:]))
        tasks: dict[str, list[Task]] = {}
        for row in connection.fetch(self.statement(_TASKS), chosen):
            tasks.setdefault(row[0], []).append(_task(row[1:]))
        return [
            _instance(row, snapshot, steps.get(row[0], []), tasks.get(row[0], [])) for row in rows
        ]

    def of_records(
        self, connection: Connection, object_uid: str, record_ids: Sequence[str]
    ) -> list[tuple[str, str, InstanceStatus]]:
        """Return (record, approval, status) of every approval of these records, newest first."""
        params = {"object_uid": object_uid, "ids": self.ids(record_ids)}
        rows = connection.fetch(self.statement(_OF_RECORDS), params)
        return [(record, instance, InstanceStatus(status)) for record, instance, status in rows]

    def log(self, connection: Connection, ids: Sequence[str]) -> dict[str, list[Entry]]:
        """Return the log of each approval, oldest entry first."""
        found: dict[str, list[Entry]] = {each: [] for each in ids}
        for row in connection.fetch(self.statement(_LOG), {"ids": self.ids(ids)}):
            found[row[0]].append(_entry(row[1:]))
        return found

    # -- writing ---------------------------------------------------------------------------------

    def add(
        self, connection: Connection, snapshot: Snapshot, instances: Sequence[Instance]
    ) -> None:
        """Keep new approvals; raises `AlreadySubmitted` when a record is in one already."""
        rows = [self._instance_row(each, snapshot) for each in instances]
        try:
            connection.executemany(self.statement(_ADD_INSTANCE), rows)
        except IntegrityViolation as violation:
            if violation.kind == "unique":
                raise AlreadySubmitted from violation
            raise
        steps = [self._step_row(each, step) for each in instances for step in each.steps]
        self._write(connection, _ADD_STEP, steps)
        tasks = [self._task_row(each, task) for each in instances for task in each.tasks]
        self._write(connection, _ADD_TASK, tasks)
        self._add_log(connection, instances)

    def save(self, connection: Connection, changes: Sequence[tuple[Instance, Instance]]) -> None:
        """Keep what differs between each approval as loaded (and claimed) and as it is now."""
        ended = [new for old, new in changes if old.status is not new.status]
        steps = [(i, each) for o, i in changes for each in i.steps if each not in o.steps]
        tasks = [(o, i, each) for o, i in changes for each in i.tasks if each not in o.tasks]
        known = {task.id for old, _new in changes for task in old.tasks}
        self._write(connection, _SET_INSTANCE, [self._status_row(each) for each in ended])
        self._write(connection, _SET_STEP, [self._step_row(i, each) for i, each in steps])
        asked = [self._task_row(i, each) for _o, i, each in tasks if each.id not in known]
        self._write(connection, _ADD_TASK, asked)
        settled = [self._task_row(i, each) for _o, i, each in tasks if each.id in known]
        self._write(connection, _SET_TASK, settled)
        self._add_log(connection, [new for _old, new in changes])

    def _add_log(self, connection: Connection, instances: Sequence[Instance]) -> None:
        rows = [
            {
                "id": entry.id,
                "instance_id": each.id,
                "at": self.moment(entry.at),
                "actor_id": entry.actor_id,
                "action": entry.act,
                "comment": entry.comment,
                "detail": json.dumps({"step": entry.step_id, **entry.details}, ensure_ascii=False),
            }
            for each in instances
            for entry in each.log
        ]
        self._write(connection, _ADD_LOG, rows)

    def _write(self, connection: Connection, sql: str, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            connection.executemany(self.statement(sql), rows)

    def moment(self, moment: datetime | None) -> Any:
        """Return a moment as the engine's tables hold it."""
        if moment is None or self.dialect != "sqlite":
            return moment
        utc = moment.astimezone(UTC).replace(tzinfo=None)
        return utc.isoformat(timespec="milliseconds") + "Z"

    def _status_row(self, instance: Instance) -> dict[str, Any]:
        return {
            "id": instance.id,
            "status": instance.status.value,
            "finished_at": self.moment(instance.finished_at),
        }

    def _instance_row(self, instance: Instance, snapshot: Snapshot) -> dict[str, Any]:
        return {
            **self._status_row(instance),
            "flow_uid": instance.flow.uid,
            "flow_revision": instance.flow_revision,
            "definition": document.dump(instance.flow),
            "object_uid": snapshot.object(instance.object).uid,
            "record_id": instance.record_id,
            "record_version": instance.record_version,
            "submitter_id": instance.submitter_id,
            "submitted_at": self.moment(instance.submitted_at),
            "version": instance.version,
        }

    def _step_row(self, instance: Instance, step: Step) -> dict[str, Any]:
        return {
            "id": step.id,
            "instance_id": instance.id,
            "position": step.position,
            "mode": step.mode,
            "status": step.status.value,
            "reason": step.reason,
            "opened_at": self.moment(step.opened_at),
            "finished_at": self.moment(step.finished_at),
        }

    def _task_row(self, instance: Instance, task: Task) -> dict[str, Any]:
        return {
            "id": task.id,
            "instance_id": instance.id,
            "step_id": task.step_id,
            "approver_id": task.approver_id,
            "status": task.status.value,
            "comment": task.comment,
            "decided_at": self.moment(task.decided_at),
            "decided_by": task.decided_by,
        }


def read_moment(stored: Any) -> Any:
    """Return a moment from the engine's tables as an aware datetime, or None."""
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


def _instance(
    row: tuple[Any, ...], snapshot: Snapshot, steps: list[Step], tasks: list[Task]
) -> Instance:
    definition = snapshot.by_uid(row[1])
    stored = row[4]
    name = definition.name if isinstance(definition, ObjectDef) else None
    flow = document.load(stored, object_name=name)
    return Instance(
        id=row[0],
        object=flow.object,
        record_id=row[2],
        record_version=row[3],
        flow=flow,
        flow_revision=row[5],
        submitter_id=row[6],
        submitted_at=read_moment(row[7]),
        status=InstanceStatus(row[8]),
        finished_at=read_moment(row[9]),
        version=row[10],
        steps=tuple(steps),
        tasks=tuple(tasks),
    )


def _step(row: tuple[Any, ...]) -> Step:
    return Step(
        id=row[0],
        position=row[1],
        mode=row[2],
        status=StepStatus(row[3]),
        reason=row[4],
        opened_at=read_moment(row[5]),
        finished_at=read_moment(row[6]),
    )


def _task(row: tuple[Any, ...]) -> Task:
    return Task(
        id=row[0],
        step_id=row[1],
        approver_id=row[2],
        status=TaskStatus(row[3]),
        decided_at=read_moment(row[4]),
        decided_by=row[5],
        comment=row[6],
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    details = json.loads(row[5])
    return Entry(
        id=row[0],
        at=read_moment(row[1]),
        actor_id=row[2],
        act=row[3],
        comment=row[4],
        step_id=details.pop("step", None),
        details=details,
    )
