"""A machine that plays any approval in any order: no state moves back, every one can end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.workflow.flows import NOW, Walk, flow
from workflow import document
from workflow.process import noted, recall
from workflow.state import MOVES, InstanceStatus, StepStatus, TaskStatus

PEOPLE = ("a", "b", "c", "d")
asked = st.one_of(
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True).map(tuple),
    st.sampled_from(["skip", "skip", "reject"]),
)
step = st.tuples(st.sampled_from(["single", "any", "all"]), asked)


def reachable(status: Any) -> set[Any]:
    """The states that may follow, in one move or several: one act may make several moves."""
    found = set(MOVES.get(status, ()))
    return found.union(*(reachable(each) for each in found))


class ApprovalMachine(RuleBasedStateMachine):
    walk: Walk
    seen: dict[str, Any]

    @initialize(
        steps=st.lists(step, min_size=1, max_size=4), merge=st.sampled_from(["ask", "merge"])
    )
    def submit(self, steps: list[tuple[str, Any]], merge: str) -> None:
        chosen = [people[:1] if mode == "single" and people not in ("skip", "reject") else people
                  for mode, people in steps]  # fmt: skip
        definition = flow(*({"mode": mode} for mode, _ in steps), repeated_approver=merge)
        self.walk = Walk(definition, *chosen)
        self.seen = {}

    @precondition(lambda self: self.walk.instance.is_pending)
    @rule(data=st.data(), verdict=st.sampled_from([TaskStatus.APPROVED, TaskStatus.APPROVED,
                                                   TaskStatus.REJECTED]))  # fmt: skip
    def decide(self, data: st.DataObject, verdict: TaskStatus) -> None:
        waiting = [t.approver_id for t in self.walk.instance.tasks if t.status.value == "pending"]
        self.walk.decide(data.draw(st.sampled_from(waiting)), verdict)

    @precondition(lambda self: self.walk.instance.is_pending)
    @rule()
    def recall(self) -> None:
        self.walk.instance = recall(self.walk.instance, at=NOW, actor_id="sub")

    @rule()
    def comment(self) -> None:
        before = self.walk.instance
        self.walk.instance = noted(before, "comment", at=NOW, actor_id="a", comment="…")
        assert replace(self.walk.instance, log=before.log) == before

    @invariant()
    def nothing_moved_backwards(self) -> None:
        instance = self.walk.instance
        now: dict[str, Any] = {
            instance.id: instance.status,
            **{each.id: each.status for each in instance.steps},
            **{each.id: each.status for each in instance.tasks},
        }
        for key, status in now.items():
            before = self.seen.get(key, status)
            assert status is before or status in reachable(before)
        assert now.keys() >= self.seen.keys()
        self.seen = now

    @invariant()
    def somebody_can_always_end_it(self) -> None:
        instance = self.walk.instance
        waiting = [task for task in instance.tasks if task.status is TaskStatus.PENDING]
        open_steps = [each for each in instance.steps if each.status is StepStatus.PENDING]
        if instance.is_pending:
            assert len(open_steps) == 1
            assert waiting
            assert {task.step_id for task in waiting} == {open_steps[0].id}
        else:
            assert not waiting
            assert not open_steps
            assert instance.finished_at is not None

    @invariant()
    def the_end_follows_from_the_steps(self) -> None:
        instance = self.walk.instance
        statuses = {each.status for each in instance.steps}
        if instance.status is InstanceStatus.APPROVED:
            assert statuses <= {StepStatus.APPROVED, StepStatus.SKIPPED}
        if instance.status is InstanceStatus.REJECTED:
            assert StepStatus.REJECTED in statuses

    @invariant()
    def the_stored_flow_is_the_flow(self) -> None:
        stored = document.dump(self.walk.instance.flow)
        assert document.load(stored) == self.walk.instance.flow
        assert json.loads(stored)["format"] == document.FORMAT


ApprovalMachine.TestCase.settings = settings(stateful_step_count=12)
TestApproval = ApprovalMachine.TestCase
