"""Two people at the same moment: exactly one decision counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from paas.kernel import Problem
from tests.integration.workflow.office import Office, role, step


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Run the acts at the same moment and return the code of each problem, or "done"."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            act()
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_any_sign_decisions_one_wins(office: Office, attempt: int) -> None:
    office.flow(step("finance", role("finance"), mode="any"))
    deal = office.deal()
    instance = office.submit(deal)
    cash, credit = office.as_("cash"), office.as_("credit")
    outcomes = at_once(
        lambda: office.approvals.approve(cash, instance),
        lambda: office.approvals.reject(credit, instance),
    )
    assert outcomes == ["done", "workflow.already_decided"]
    shown = office.approvals.instance(office.system, instance)
    statuses = [task["status"] for task in shown["steps"][0]["tasks"]]
    assert sorted(statuses) in (["approved", "cancelled"], ["cancelled", "rejected"])
    assert office.status(deal) == (shown["status"], "unlocked")


def test_both_counter_signatures_count(office: Office) -> None:
    office.flow(step("finance", role("finance"), mode="all"))
    deal = office.deal()
    instance = office.submit(deal)
    cash, credit = office.as_("cash"), office.as_("credit")
    outcomes = at_once(
        lambda: office.approvals.approve(cash, instance),
        lambda: office.approvals.approve(credit, instance),
    )
    assert outcomes == ["done", "done"]
    assert office.status(deal) == ("approved", "unlocked")


def test_a_double_click_counts_once(office: Office) -> None:
    office.flow()
    deal = office.deal()
    instance = office.submit(deal)
    leader = office.as_("leader")
    outcomes = at_once(*[lambda: office.approvals.approve(leader, instance)] * 3)
    assert outcomes == ["done", "workflow.already_decided", "workflow.already_decided"]


def test_a_decision_and_a_recall_exclude_each_other(office: Office) -> None:
    office.flow()
    deal = office.deal()
    instance = office.submit(deal)
    leader, rep = office.as_("leader"), office.as_("rep")
    outcomes = at_once(
        lambda: office.approvals.approve(leader, instance),
        lambda: office.approvals.recall(rep, instance),
    )
    assert outcomes == ["done", "workflow.already_decided"]
    shown = office.approvals.instance(office.system, instance)
    assert office.status(deal) == (shown["status"], "unlocked")


def test_a_record_is_submitted_once(office: Office) -> None:
    office.flow()
    deal = office.deal()
    rep = office.as_("rep")
    outcomes = at_once(*[lambda: office.approvals.submit(rep, "deal", deal)] * 3)
    assert outcomes == ["done", "workflow.already_submitted", "workflow.already_submitted"]
    assert len(office.approvals.history(rep, "deal", deal)["instances"]) == 1
