"""How an approval runs: begin, ask, decide, walk on, recall, end. Pure functions over `Instance`.

Nothing here reads a clock, a record or a database: moments and the people to ask are handed in, and
every act returns a new value with the entries it adds to the log. `workflow.store` keeps the
difference between two such values; `workflow.assignment` finds out whom a step asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from paas.kernel import uuid7
from workflow.definition import ApprovalFlowDef, Mode
from workflow.instance import Assignment, Entry, Instance, Step, Task
from workflow.state import InstanceStatus, StepStatus, TaskStatus, move

Assign = Callable[[Instance, Step], Assignment]
"""Finds out whom a step asks, at the moment it is reached."""


def begin(
    *,
    flow: ApprovalFlowDef,
    flow_revision: int = 0,
    record_id: str,
    record_version: int,
    submitter_id: str,
    at: datetime,
    comment: str | None = None,
) -> Instance:
    """Return a new approval before its first step; `advance` takes it from there."""
    steps = tuple(
        Step(id=uuid7(), position=position, mode=step.mode)
        for position, step in enumerate(flow.steps)
    )
    instance = Instance(
        id=uuid7(),
        object=flow.object,
        record_id=record_id,
        record_version=record_version,
        flow=flow,
        flow_revision=flow_revision,
        submitter_id=submitter_id,
        submitted_at=at,
        steps=steps,
    )
    return noted(instance, "submit", at=at, actor_id=submitter_id, comment=comment)


def decide(
    instance: Instance, task: Task, verdict: TaskStatus, *, at: datetime, comment: str | None = None
) -> Instance:
    """Enter the decision of the person `task` waits for, and settle the step if that decides it."""
    decided = replace(
        task,
        status=move(task.status, verdict),
        decided_at=at,
        decided_by=task.approver_id,
        comment=comment or None,
    )
    act = "approve" if verdict is TaskStatus.APPROVED else "reject"
    step = next(each for each in instance.steps if each.id == task.step_id)
    instance = noted(
        _with_tasks(instance, [decided]),
        act, at=at, actor_id=task.approver_id, step=step, comment=comment,
    )  # fmt: skip
    return settle(instance, step, at=at)


def settle(instance: Instance, step: Step, *, at: datetime) -> Instance:
    """Close the open `step` if its tasks decide it; a refusal ends the approval."""
    outcome = verdict_of(step.mode, [task.status for task in instance.tasks_of(step)])
    if outcome is None:
        return instance
    closed = replace(step, status=move(step.status, outcome), finished_at=at)
    instance = _with_step(_cancelled(instance, step, at=at), closed)
    return finish(instance, InstanceStatus.REJECTED, at=at) if _refused(closed) else instance


def verdict_of(mode: Mode, statuses: Sequence[TaskStatus]) -> StepStatus | None:
    """Return what the decisions so far make of a step, None while it is open.

    One refusal is final in every mode; any-sign takes the first decision, whichever it is.
    """
    if TaskStatus.REJECTED in statuses:
        return StepStatus.REJECTED
    agreed = sum(status is TaskStatus.APPROVED for status in statuses)
    needed = len(statuses) if mode == "all" else 1
    return StepStatus.APPROVED if agreed >= needed else None


def advance(instance: Instance, assign: Assign, *, at: datetime) -> Instance:
    """Walk on until a step waits for people or the approval has ended."""
    while instance.is_pending and instance.open_step is None:
        waiting = (step for step in instance.steps if step.status is StepStatus.WAITING)
        step = next(waiting, None)
        if step is None:
            return finish(instance, InstanceStatus.APPROVED, at=at)
        instance = enter(instance, step, assign(instance, step), at=at)
    return instance


def enter(instance: Instance, step: Step, assignment: Assignment, *, at: datetime) -> Instance:
    """Ask the people of `step`, or close it at once when there is nobody to ask."""
    if assignment.outcome is not None:
        closed = replace(
            step,
            status=move(step.status, assignment.outcome),
            reason=assignment.reason,
            finished_at=at,
        )
        details = {"reason": assignment.reason}
        act = "refuse_step" if _refused(closed) else "skip_step"
        instance = noted(
            _with_step(instance, closed), act, at=at, actor_id=None, step=step, details=details
        )
        return finish(instance, InstanceStatus.REJECTED, at=at) if _refused(closed) else instance
    opened = replace(
        step,
        status=move(step.status, StepStatus.PENDING),
        mode=assignment.mode,
        reason=assignment.reason,
        opened_at=at,
    )
    agreed = set(_agreed_before(instance, step)) & set(assignment.approvers)
    tasks = [
        Task(
            id=uuid7(),
            step_id=step.id,
            approver_id=approver,
            status=TaskStatus.APPROVED if approver in agreed else TaskStatus.PENDING,
            decided_at=at if approver in agreed else None,
            decided_by=approver if approver in agreed else None,
        )
        for approver in assignment.approvers
    ]
    instance = replace(_with_step(instance, opened), tasks=(*instance.tasks, *tasks))
    for approver in (each for each in assignment.approvers if each in agreed):
        instance = noted(instance, "merge", at=at, actor_id=approver, step=step)
    return settle(instance, opened, at=at)


def recall(
    instance: Instance, *, at: datetime, actor_id: str | None, comment: str | None = None
) -> Instance:
    """Take the approval back."""
    noted_ = noted(instance, "recall", at=at, actor_id=actor_id, comment=comment)
    return finish(noted_, InstanceStatus.RECALLED, at=at)


def finish(instance: Instance, status: InstanceStatus, *, at: datetime) -> Instance:
    """End the approval: whatever still waits or is open is cancelled."""
    for step in instance.steps:
        if step.status in (StepStatus.WAITING, StepStatus.PENDING):
            closed = replace(step, status=move(step.status, StepStatus.CANCELLED), finished_at=at)
            instance = _with_step(_cancelled(instance, step, at=at), closed)
    ended = replace(instance, status=move(instance.status, status), finished_at=at)
    return noted(ended, status.value, at=at, actor_id=None)


def noted(
    instance: Instance,
    act: str,
    *,
    at: datetime,
    actor_id: str | None,
    step: Step | None = None,
    comment: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Instance:
    """Add a line to the log."""
    entry = Entry(
        id=uuid7(),
        at=at,
        actor_id=actor_id,
        act=act,
        step_id=step.id if step else None,
        comment=comment or None,
        details=details or {},
    )
    return replace(instance, log=(*instance.log, entry))


def _refused(step: Step) -> bool:
    return step.status is StepStatus.REJECTED


def _agreed_before(instance: Instance, step: Step) -> Iterator[str]:
    """Yield who agreed in the step before `step`, if the flow merges repeated approvers."""
    if instance.flow.repeated_approver == "ask":
        return
    passed = [
        each
        for each in instance.steps
        if each.position < step.position and each.status is StepStatus.APPROVED
    ]
    for task in instance.tasks_of(passed[-1]) if passed else ():
        if task.status is TaskStatus.APPROVED:
            yield task.approver_id


def _with_step(instance: Instance, changed: Step) -> Instance:
    steps = tuple(changed if step.id == changed.id else step for step in instance.steps)
    return replace(instance, steps=steps)


def _with_tasks(instance: Instance, changed: Sequence[Task]) -> Instance:
    by_id = {task.id: task for task in changed}
    return replace(instance, tasks=tuple(by_id.get(task.id, task) for task in instance.tasks))


def _cancelled(instance: Instance, step: Step, *, at: datetime) -> Instance:
    open_tasks = (task for task in instance.tasks_of(step) if task.status is TaskStatus.PENDING)
    return _with_tasks(
        instance,
        [
            replace(task, status=move(task.status, TaskStatus.CANCELLED), decided_at=at)
            for task in open_tasks
        ],
    )
