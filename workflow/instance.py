"""A running approval as an immutable value: what was asked, what was decided, what is open.

How one such value follows from another is the business of `workflow.process`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.definition import ApprovalFlowDef, Mode
from workflow.state import InstanceStatus, StepStatus, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The request to one person to decide."""

    id: str
    step_id: str
    approver_id: str
    status: TaskStatus = TaskStatus.PENDING
    decided_at: datetime | None = None
    decided_by: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a running approval. `position` is its place in the flow's list of steps."""

    id: str
    position: int
    mode: Mode
    status: StepStatus = StepStatus.WAITING
    reason: str | None = None
    opened_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log. Entries are only ever added."""

    id: str
    at: datetime
    actor_id: str | None
    act: str
    step_id: str | None = None
    comment: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Whom a step asks; without approvers `outcome` says what becomes of the step, `reason` why.

    `mode` may differ from the step's own: administrators who stand in decide as any-sign.
    """

    mode: Mode
    approvers: tuple[str, ...] = ()
    outcome: StepStatus | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """An approval of one record, with the flow as it was when it began.

    `version` counts the acts, `log` holds the entries of this very act only.
    """

    id: str
    object: str
    record_id: str
    record_version: int
    flow: ApprovalFlowDef
    flow_revision: int = 0
    submitter_id: str
    submitted_at: datetime
    status: InstanceStatus = InstanceStatus.PENDING
    finished_at: datetime | None = None
    version: int = 1
    steps: tuple[Step, ...] = ()
    tasks: tuple[Task, ...] = ()
    log: tuple[Entry, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Tell whether somebody has still to decide."""
        return self.status is InstanceStatus.PENDING

    @property
    def open_step(self) -> Step | None:
        """Return the step whose approvers have been asked, if there is one."""
        return next((step for step in self.steps if step.status is StepStatus.PENDING), None)

    @property
    def has_decision(self) -> bool:
        """Tell whether anybody has decided yet."""
        decided = (TaskStatus.APPROVED, TaskStatus.REJECTED)
        return any(task.status in decided for task in self.tasks)

    def tasks_of(self, step: Step) -> tuple[Task, ...]:
        """Return the tasks of `step`, in the order the people were named."""
        return tuple(task for task in self.tasks if task.step_id == step.id)

    def task_for(self, user_id: str | None) -> Task | None:
        """Return the task that waits for `user_id`, if one does."""
        waiting = (task for task in self.tasks if task.status is TaskStatus.PENDING)
        return next((task for task in waiting if task.approver_id == user_id), None)
