"""To-do lists and histories: what is in them, for whom, and at what cost."""

from __future__ import annotations

import pytest

from runtime import RecordNotFound, Work
from tests.integration.workflow.office import MANAGER, STAMP, Office, role, step
from workflow.problem import InstanceNotFound
from workflow.state import TaskStatus


def test_the_to_do_list_follows_the_approval(office: Office) -> None:
    office.flow(MANAGER, step("finance", role("finance"), mode="any", label="财务"))
    deal = office.deal(dealName="甲")
    instance = office.submit(deal)
    (item,) = office.approvals.todo(office.as_("leader"))
    assert item | {"task": None} == {
        "instance": instance,
        "task": None,
        "object": {"name": "deal", "label": "商机"},
        "record": {"id": deal, "name": "甲"},
        "flow": {"name": "flow", "label": "商机审批"},
        "step": {"name": "manager", "label": "manager"},
        "submitter": {"id": office.ids["rep"], "name": "rep"},
        "submitted_at": STAMP,
        "status": "pending",
        "instance_status": "pending",
    }
    assert office.todo("cash") == []
    office.approve("leader", instance)
    assert (office.todo("leader"), office.todo("leader", "done")) == ([], ["甲"])
    assert office.todo("cash") == office.todo("credit") == ["甲"]
    (mine,) = office.approvals.todo(office.as_("rep"), state="mine")
    assert (mine["status"], mine["step"]["label"], mine["task"]) == ("pending", "财务", None)
    office.reject("cash", instance)
    assert office.todo("credit") == office.todo("credit", "done") == []
    (mine,) = office.approvals.todo(office.as_("rep"), state="mine")
    assert (mine["status"], mine["step"]) == ("rejected", None)
    (done,) = office.approvals.todo(office.as_("leader"), state="done")
    assert (done["status"], done["instance_status"]) == ("approved", "rejected")


def test_the_list_is_limited(office: Office) -> None:
    office.flow()
    for name in ("甲", "乙", "丙"):
        office.submit(office.deal(dealName=name))
    items = office.approvals.todo(office.as_("leader"), limit=2)
    assert [item["record"]["name"] for item in items] == ["丙", "乙"]


def test_an_approver_without_access_sees_the_approval_not_the_record(office: Office) -> None:
    office.flow(step("finance", role("finance"), mode="any"))
    deal = office.deal(dealName="密")
    instance = office.submit(deal)
    assert office.todo("cash") == ["密"]
    assert office.approvals.instance(office.as_("cash"), instance)["record"]["name"] == "密"
    history = office.approvals.history(office.as_("cash"), "deal", deal)
    assert [each["id"] for each in history["instances"]] == [instance]
    assert history["can_submit"] is False
    with pytest.raises(InstanceNotFound):
        office.approvals.instance(office.as_("other"), instance)
    with pytest.raises(RecordNotFound):
        office.approvals.history(office.as_("other"), "deal", deal)


def test_the_history_tells_whether_the_record_can_be_submitted(office: Office) -> None:
    deal = office.deal()

    def can_submit(who: str) -> bool:
        return bool(office.approvals.history(office.as_(who), "deal", deal)["can_submit"])

    assert not can_submit("rep")
    office.flow(entry="amount > 10")
    assert can_submit("rep")
    first = office.submit(deal)
    assert not can_submit("rep")
    office.reject("leader", first)
    assert can_submit("rep")
    second = office.submit(deal)
    history = office.approvals.history(office.as_("rep"), "deal", deal)
    assert [(each["id"], each["status"]) for each in history["instances"]] == [
        (second, "pending"),
        (first, "rejected"),
    ]
    office.approve("leader", second)
    office.change("rep", deal, amount=5)
    assert not can_submit("rep")
    with pytest.raises(RecordNotFound):
        office.approvals.history(office.as_("rep"), "deal", "nonsense")


def statements(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that receives the number of statements of every unit of work."""
    counts: list[int] = []
    begin = office.records.begin

    def counted(context, act):
        def counting(work: Work):
            before = work.connection.statements
            try:
                return act(work)
            finally:
                counts.append(work.connection.statements - before)

        return begin(context, counting)

    monkeypatch.setattr(office.records, "begin", counted)
    return counts


def test_acts_cost_the_same_for_one_and_for_many(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.flow(
        MANAGER,
        step("finance", role("finance"), mode="all"),
        on_submit=[{"kind": "field_update", "field": "decidedBy", "value": "ownerId.name"}],
        on_approve=[{"kind": "field_update", "field": "count", "value": "LEN(dealName)"}],
    )
    first = office.submit(office.deal())  # plans are made, and everybody has been asked once
    for who in ("leader", "cash", "credit"):
        office.approve(who, first)
    approvals, rep = office.approvals, office.as_("rep")
    few, many = [[office.deal() for _ in range(number)] for number in (2, 30)]
    counts = statements(office, monkeypatch)
    for deals in (few, many):
        begun = approvals.submit_all(rep, "deal", deals)
        ids = [each["id"] for each in begun]
        for who in ("leader", "cash", "credit"):
            shown = approvals.decide_all(office.as_(who), ids, TaskStatus.APPROVED)
        assert {each["status"] for each in shown} == {"approved"}
    assert len(counts) == 8
    assert counts[:4] == counts[4:]
    assert office.read(many[-1], "approvalStatus", "count") == ("approved", 2)


def test_a_list_costs_the_same_for_one_and_for_many(office: Office) -> None:
    office.flow()
    counts = []
    for number in (1, 12):
        for _ in range(number):
            office.submit(office.deal())
        with office.database.read() as connection:
            before = connection.statements
            for state in ("pending", "done", "mine"):
                office.approvals.todo(office.as_("leader"), state=state)
            office.approvals.todo(office.as_("rep"), state="mine")
            counts.append(connection.statements - before)
    assert counts[0] == counts[1]


def test_all_or_none(office: Office) -> None:
    office.flow(entry="amount > 10")
    good, bad = office.deal(), office.deal(amount=1)
    with pytest.raises(Exception, match="no_flow_matches"):
        office.approvals.submit_all(office.as_("rep"), "deal", [good, bad])
    assert office.status(good) == ("draft", None)
