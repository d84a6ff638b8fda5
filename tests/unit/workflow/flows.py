"""Flows and walks through them, for tests that need no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from workflow.definition import ApprovalFlowDef
from workflow.instance import Assignment, Instance, Step
from workflow.process import advance, begin, decide
from workflow.state import StepStatus, TaskStatus

NOW = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)


def flow(*steps: Mapping[str, Any], **attributes: Any) -> ApprovalFlowDef:
    """A flow with these steps; their approvers come from the walk."""
    approvers = [{"kind": "owner_manager"}]
    return ApprovalFlowDef.model_validate(
        {
            "name": "flow",
            "object": "thing",
            "steps": [
                {"name": f"step{index}", "approvers": approvers, **step}
                for index, step in enumerate(steps)
            ],
            **attributes,
        }
    )


class Walk:
    """An approval on its way; `asked` says whom each step asks, "skip" and "reject" close it."""

    def __init__(self, definition: ApprovalFlowDef, *asked: str | tuple[str, ...]) -> None:
        self.asked = asked
        self.at = NOW
        begun = begin(flow=definition, record_id="r", record_version=3, submitter_id="sub", at=NOW)
        self.instance = advance(begun, self.assign, at=NOW)

    def assign(self, instance: Instance, step: Step) -> Assignment:
        mode = instance.flow.steps[step.position].mode
        people = self.asked[step.position]
        if people == "skip":
            return Assignment(mode=mode, outcome=StepStatus.SKIPPED, reason="entry")
        if people == "reject":
            return Assignment(mode=mode, outcome=StepStatus.REJECTED, reason="nobody")
        return Assignment(mode=mode, approvers=tuple(people))

    def decide(self, person: str, verdict: TaskStatus) -> None:
        self.at += timedelta(minutes=1)
        task = self.instance.task_for(person)
        assert task is not None, f"{person} is not asked"
        decided = decide(self.instance, task, verdict, at=self.at)
        self.instance = advance(decided, self.assign, at=self.at)

    def approve(self, person: str) -> None:
        self.decide(person, TaskStatus.APPROVED)

    def reject(self, person: str) -> None:
        self.decide(person, TaskStatus.REJECTED)

    @property
    def steps(self) -> list[str]:
        return [step.status.value for step in self.instance.steps]

    @property
    def tasks(self) -> dict[str, str]:
        return {task.approver_id: task.status.value for task in self.instance.tasks}

    @property
    def acts(self) -> list[tuple[str, str | None]]:
        return [(entry.act, entry.actor_id) for entry in self.instance.log]
