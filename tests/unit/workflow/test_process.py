"""How an approval runs: modes, sequence, skipped steps, recall, the log."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.workflow.flows import NOW, Walk, flow
from workflow.process import recall
from workflow.state import InstanceStatus, StepStatus, TaskStatus, is_final, move


def test_single_approval_ends_with_the_one_decision() -> None:
    walk = Walk(flow({"mode": "single"}), ("a",))
    assert walk.tasks == {"a": "pending"}
    walk.approve("a")
    assert walk.instance.status is InstanceStatus.APPROVED
    assert walk.instance.finished_at == NOW + timedelta(minutes=1)
    assert walk.acts == [("submit", "sub"), ("approve", "a"), ("approved", None)]


def test_single_refusal_rejects() -> None:
    walk = Walk(flow({"mode": "single"}, {}), ("a",), ("b",))
    walk.reject("a")
    assert walk.instance.status is InstanceStatus.REJECTED
    assert walk.steps == ["rejected", "cancelled"]
    assert walk.tasks == {"a": "rejected"}


@pytest.mark.parametrize(("verdict", "end"), [("approved", "approved"), ("rejected", "rejected")])
def test_any_sign_takes_the_first_decision_and_cancels_the_others(verdict: str, end: str) -> None:
    walk = Walk(flow({"mode": "any"}), ("a", "b", "c"))
    walk.decide("b", TaskStatus(verdict))
    assert walk.instance.status.value == end
    assert walk.tasks == {"a": "cancelled", "b": verdict, "c": "cancelled"}


def test_counter_sign_needs_everybody() -> None:
    walk = Walk(flow({"mode": "all"}), ("a", "b"))
    walk.approve("b")
    assert walk.instance.is_pending
    assert walk.tasks == {"a": "pending", "b": "approved"}
    walk.approve("a")
    assert walk.instance.status is InstanceStatus.APPROVED


def test_counter_sign_ends_with_the_first_refusal() -> None:
    walk = Walk(flow({"mode": "all"}), ("a", "b", "c"))
    walk.approve("a")
    walk.reject("b")
    assert walk.instance.status is InstanceStatus.REJECTED
    assert walk.tasks == {"a": "approved", "b": "rejected", "c": "cancelled"}


def test_steps_follow_each_other() -> None:
    walk = Walk(flow({"mode": "single"}, {"mode": "any"}, {}), ("a",), ("b", "c"), ("d",))
    assert walk.steps == ["pending", "waiting", "waiting"]
    walk.approve("a")
    assert walk.steps == ["approved", "pending", "waiting"]
    walk.approve("c")
    assert walk.steps == ["approved", "approved", "pending"]
    walk.approve("d")
    assert walk.steps == ["approved", "approved", "approved"]
    assert walk.instance.status is InstanceStatus.APPROVED


def test_a_skipped_step_is_passed_over_and_logged() -> None:
    walk = Walk(flow({}, {}), "skip", ("b",))
    assert walk.steps == ["skipped", "pending"]
    assert walk.instance.steps[0].reason == "entry"
    assert walk.acts == [("submit", "sub"), ("skip_step", None)]


def test_a_flow_of_skipped_steps_approves_at_once() -> None:
    walk = Walk(flow({}, {}), "skip", "skip")
    assert walk.instance.status is InstanceStatus.APPROVED


def test_a_step_told_to_reject_ends_the_approval() -> None:
    walk = Walk(flow({}, {}), "reject", ("b",))
    assert walk.instance.status is InstanceStatus.REJECTED
    assert walk.steps == ["rejected", "cancelled"]
    assert walk.tasks == {}


def test_the_same_approver_is_asked_again_unless_merged() -> None:
    walk = Walk(flow({}, {}), ("a",), ("a",))
    walk.approve("a")
    assert walk.steps == ["approved", "pending"]

    merged = Walk(flow({}, {}, repeated_approver="merge"), ("a",), ("a",))
    merged.approve("a")
    assert merged.instance.status is InstanceStatus.APPROVED
    assert [act for act, _ in merged.acts] == ["submit", "approve", "merge", "approved"]


def test_merging_looks_at_the_step_before_only_and_over_skipped_ones() -> None:
    definition = flow({}, {}, {}, {"mode": "all"}, repeated_approver="merge")
    walk = Walk(definition, ("a",), ("b",), "skip", ("a", "b"))
    walk.approve("a")
    walk.approve("b")
    assert walk.steps == ["approved", "approved", "skipped", "pending"]
    assert [task.status.value for task in walk.instance.tasks[-2:]] == ["pending", "approved"]


def test_recall_cancels_whatever_is_open() -> None:
    walk = Walk(flow({"mode": "all"}, {}), ("a", "b"), ("c",))
    walk.approve("a")
    recalled = recall(walk.instance, at=NOW, actor_id="sub", comment="wrong price")
    assert recalled.status is InstanceStatus.RECALLED
    assert [step.status.value for step in recalled.steps] == ["cancelled", "cancelled"]
    assert [task.status.value for task in recalled.tasks] == ["approved", "cancelled"]
    assert [entry.act for entry in recalled.log][-2:] == ["recall", "recalled"]
    assert recalled.log[-2].comment == "wrong price"


def test_nothing_moves_backwards() -> None:
    with pytest.raises(ValueError, match="nothing moves"):
        move(InstanceStatus.APPROVED, InstanceStatus.PENDING)
    with pytest.raises(ValueError, match="nothing moves"):
        move(StepStatus.PENDING, StepStatus.WAITING)
    with pytest.raises(ValueError, match="nothing moves"):
        move(TaskStatus.CANCELLED, TaskStatus.APPROVED)


def test_every_state_is_documented_as_final_or_not() -> None:
    final = {status.value for status in InstanceStatus if is_final(status)}
    assert final == {"approved", "rejected", "recalled"}
    assert {status.value for status in TaskStatus if not is_final(status)} == {"pending"}
    assert {s.value for s in StepStatus if not is_final(s)} == {"waiting", "pending"}
