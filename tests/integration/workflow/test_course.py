"""Approvals from submission to their end: whom they ask, what they do to the record."""

from __future__ import annotations

from typing import Any

import pytest

from runtime import RecordForbidden, RecordInvalid, RecordLocked, RecordNotFound
from tests.integration.workflow.office import MANAGER, STAMP, Office, role, step
from workflow.problem import (
    AlreadyDecided,
    AlreadySubmitted,
    ApproverMissing,
    CommentMissing,
    InstanceNotFound,
    NoFlowMatches,
    NotYourTurn,
    RecallNotAllowed,
)


def test_an_approval_from_submission_to_the_end(office: Office) -> None:
    office.flow(
        {**MANAGER, "label": "上级"},
        step("finance", role("finance"), mode="all", label="会签"),
        on_approve=[{"kind": "field_update", "field": "decidedOn", "value": "TODAY()"}],
    )
    deal = office.deal()
    instance = office.submit(deal, comment="请审批")
    assert office.status(deal) == ("pending", "locked")
    assert office.waiting(instance) == ["leader"]

    office.approve("leader", instance, comment="同意")
    assert office.status(deal) == ("pending", "locked")
    assert office.waiting(instance) == ["cash", "credit"]

    office.approve("credit", instance)
    shown = office.approve("cash", instance)
    assert office.status(deal) == ("approved", "unlocked")
    assert office.read(deal, "decidedOn") == ("2026-03-04",)
    assert shown["status"] == "approved"
    assert [(each["label"], each["status"]) for each in shown["steps"]] == [
        ("上级", "approved"),
        ("会签", "approved"),
    ]
    log = [
        (each["act"], each["actor"] and each["actor"]["name"], each["step"], each["comment"])
        for each in shown["log"]
    ]
    assert log == [
        ("submit", "rep", None, "请审批"),
        ("approve", "leader", "上级", "同意"),
        ("approve", "credit", "会签", None),
        ("approve", "cash", "会签", None),
        ("approved", None, None, None),
    ]


def test_an_approval_is_shown_with_names_and_acts(office: Office) -> None:
    office.flow()
    deal = office.deal()
    instance = office.submit(deal)
    shown = office.approvals.instance(office.as_("leader", language="en-US"), instance)
    assert shown | {"steps": None, "log": None} == {
        "id": instance,
        "object": {"name": "deal", "label": "Deal"},
        "record": {"id": deal, "name": "大单"},
        "status": "pending",
        "flow": {"name": "flow", "label": "商机审批"},
        "submitter": {"id": office.ids["rep"], "name": "rep"},
        "submitted_at": STAMP,
        "finished_at": None,
        "steps": None,
        "log": None,
        "actions": ["approve", "reject", "comment"],
    }
    (only,) = shown["steps"]
    assert only | {"tasks": None} == {
        "name": "manager",
        "label": "manager",
        "mode": "single",
        "status": "pending",
        "reason": None,
        "tasks": None,
    }
    assert office.approvals.instance(office.as_("rep"), instance)["actions"] == [
        "recall",
        "comment",
    ]


def test_a_refusal_ends_it(office: Office) -> None:
    office.flow(MANAGER, step("finance", role("finance"), mode="any"))
    deal = office.deal()
    instance = office.submit(deal)
    office.reject("leader", instance, comment="太贵")
    assert office.status(deal) == ("rejected", "unlocked")
    with pytest.raises(AlreadyDecided):
        office.approve("leader", instance)
    assert office.submit(deal) != instance


def test_any_sign_ends_with_the_first_decision(office: Office) -> None:
    office.flow(step("finance", role("finance"), mode="any"))
    deal = office.deal()
    instance = office.submit(deal)
    office.approve("credit", instance)
    assert office.status(deal) == ("approved", "unlocked")
    with pytest.raises(AlreadyDecided):
        office.approve("cash", instance)


def test_only_who_is_asked_may_decide(office: Office) -> None:
    office.flow(MANAGER, step("finance", role("finance"), mode="any"))
    instance = office.submit(office.deal())
    with pytest.raises(NotYourTurn):
        office.approve("admin", instance)
    with pytest.raises(NotYourTurn):
        office.reject("rep", instance)
    with pytest.raises(InstanceNotFound):
        office.approve("cash", instance)  # not asked yet, and the deal is not his to see
    with pytest.raises(InstanceNotFound):
        office.approve("admin", "nonsense")


def test_approvers_are_found(office: Office) -> None:
    parent = office.deal(ownerId=office.ids["leader"])
    found = {}
    for key, approver in {
        "user": {"kind": "user", "user": "cash@example.com"},
        "role": {"kind": "role", "role": "finance"},
        "manager": {"kind": "owner_manager"},
        "field": {"kind": "field", "field": "reviewerId"},
        "path": {"kind": "field", "field": "parentId.ownerId.managerId"},
        "long path": {"kind": "field", "field": "deal.parentId.deal.ownerId"},
    }.items():
        office.flow(step("only", approver, mode="any"))
        deal = office.deal(reviewerId=office.ids["credit"], parentId=parent)
        found[key] = office.waiting(office.submit(deal))
    assert found == {
        "user": ["cash"],
        "role": ["cash", "credit"],
        "manager": ["leader"],
        "field": ["credit"],
        "path": ["chief"],
        "long path": ["leader"],
    }


def test_a_user_is_named_by_id_too(office: Office) -> None:
    office.flow(step("only", {"kind": "user", "user": office.ids["cash"]}))
    assert office.waiting(office.submit(office.deal())) == ["cash"]


def test_steps_whose_condition_is_false_are_passed_over(office: Office) -> None:
    office.flow(
        {**MANAGER, "entry": "amount > 1000"},
        step("finance", role("finance"), mode="any", entry="level = '重点'"),
    )
    assert office.waiting(office.submit(office.deal(level="A"))) == ["cash", "credit"]
    free = office.deal(level="B")
    office.submit(free)
    assert office.status(free) == ("approved", "unlocked")


def test_conditions_see_what_submitting_changed(office: Office) -> None:
    office.flow(
        step("finance", role("finance"), mode="any", entry="level = 'A'"),
        on_submit=[{"kind": "field_update", "field": "level", "value": "'重点'"}],
    )
    deal = office.deal(level="B")
    assert office.waiting(office.submit(deal)) == ["cash", "credit"]
    assert office.read(deal, "level") == ("A",)


def test_nobody_found_refuses_the_submission_whichever_step_it_is(office: Office) -> None:
    office.flow(MANAGER, step("review", {"kind": "field", "field": "reviewerId"}, label="复核"))
    deal = office.deal()
    with pytest.raises(ApproverMissing) as caught:
        office.submit(deal)
    (error,) = caught.value.errors
    assert error.detail("zh-CN") == "步骤“复核”没有找到可用的审批人。"
    assert office.status(deal) == ("draft", None)


def test_single_refuses_several_people(office: Office) -> None:
    office.flow(step("finance", role("finance")))
    with pytest.raises(ApproverMissing) as caught:
        office.submit(office.deal())
    assert [error.code for error in caught.value.errors] == ["workflow.several_found"]


def test_a_step_nobody_can_take_any_more_goes_to_the_administrators(office: Office) -> None:
    office.flow(MANAGER, step("review", {"kind": "field", "field": "reviewerId"}))
    deal = office.deal(reviewerId=office.ids["cash"])
    instance = office.submit(deal)
    office.update("user", office.ids["cash"], active=False)
    office.approve("leader", instance)
    assert office.waiting(instance) == ["admin"]
    office.approve("admin", instance)
    assert office.status(deal) == ("approved", "unlocked")


def test_the_submitter_is_not_his_own_approver(office: Office) -> None:
    office.flow(step("review", {"kind": "field", "field": "ownerId"}))
    assert office.waiting(office.submit(office.deal())) == ["leader"]


@pytest.mark.parametrize(
    ("policy", "before", "after"),
    [("never", False, False), ("before_first_decision", True, False), ("any_time", True, True)],
)
def test_recall_follows_the_flow(office: Office, policy: str, before: bool, after: bool) -> None:
    office.flow(
        MANAGER,
        step("finance", role("finance"), mode="any"),
        allow_recall=policy,
        on_recall=[{"kind": "field_update", "field": "decidedBy", "value": "$User.name"}],
    )
    for is_decided, allowed in ((False, before), (True, after)):
        deal = office.deal()
        instance = office.submit(deal)
        if is_decided:
            office.approve("leader", instance)
        if not allowed:
            with pytest.raises(RecallNotAllowed):
                office.approvals.recall(office.as_("rep"), instance)
            assert office.status(deal) == ("pending", "locked")
            continue
        office.approvals.recall(office.as_("rep"), instance, comment="算错了")
        assert office.status(deal) == ("recalled", "unlocked")
        assert office.read(deal, "decidedBy") == ("rep",)
        assert office.waiting(instance) == []


def test_only_submitter_and_administrators_recall(office: Office) -> None:
    office.flow(allow_recall="never")
    instance = office.submit(office.deal())
    with pytest.raises(RecallNotAllowed):
        office.approvals.recall(office.as_("leader"), instance)
    assert office.approvals.recall(office.as_("admin"), instance)["status"] == "recalled"
    with pytest.raises(AlreadyDecided):
        office.approvals.recall(office.as_("admin"), instance)


def test_the_record_is_locked_until_the_end(office: Office) -> None:
    office.flow()
    deal = office.deal()
    instance = office.submit(deal)
    with pytest.raises(RecordLocked):
        office.change("rep", deal, amount=5)
    office.change("admin", deal, amount=6)
    office.approve("leader", instance)
    office.change("rep", deal, amount=7)
    assert office.read(deal, "amount") == (7,)


def test_new_records_wait_for_submission_where_there_is_a_flow(office: Office) -> None:
    before = office.deal()
    office.flow(active=False)
    inactive = office.deal()
    office.flow()
    after = office.deal()
    assert [office.status(each)[0] for each in (before, inactive, after)] == [None, None, "draft"]


def test_nobody_writes_the_status_by_hand(office: Office) -> None:
    deal = office.deal()
    for name, value in (("approvalStatus", "approved"), ("lockStatus", "locked")):
        for who in ("rep", "admin"):
            with pytest.raises(RecordInvalid):
                office.change(who, deal, **{name: value})
    assert office.status(deal) == (None, None)


def test_who_may_submit(office: Office) -> None:
    office.flow()
    deal = office.deal()
    with pytest.raises(RecordNotFound):
        office.submit(deal, by="other")
    with pytest.raises(RecordNotFound):
        office.submit("nonsense")
    office.submit(deal)
    with pytest.raises(AlreadySubmitted):
        office.submit(deal)
    office.publish(("object", {"name": "deal", "name_field": "dealName", "sharing": "read"}))
    with pytest.raises(RecordForbidden):
        office.submit(office.deal(), by="other")


def test_a_comment_decides_nothing(office: Office) -> None:
    office.flow()
    instance = office.submit(office.deal())
    shown = office.approvals.comment(office.as_("leader"), instance, comment="再想想")
    assert shown["status"] == "pending"
    assert shown["log"][-1]["comment"] == "再想想"
    with pytest.raises(CommentMissing):
        office.approvals.comment(office.as_("leader"), instance, comment=" ")
    office.reject("leader", instance)
    shown = office.approvals.comment(office.as_("rep"), instance, comment="为什么？")
    assert [entry["act"] for entry in shown["log"]][-1] == "comment"


def test_the_first_flow_that_takes_the_record_is_used(office: Office) -> None:
    office.flow(name="big", order=1, entry="amount >= 1000")
    office.flow(name="renewals", order=2, record_types=["renewal"])
    office.flow(name="leaders", order=3, submitters=["boss"])
    office.flow(name="off", order=0, active=False)

    def chosen(**values: Any) -> str:
        instance = office.submit(office.deal(**values))
        return str(office.approvals.instance(office.system, instance)["flow"]["name"])

    assert chosen(amount=1000) == "big"
    assert chosen(entityType="renewal") == "renewals"
    with pytest.raises(NoFlowMatches) as caught:
        office.submit(office.deal(amount=5))
    assert [(error.code, error.extra["flow"]) for error in caught.value.errors] == [
        ("workflow.entry_not_met", "big"),
        ("workflow.record_type_not_taken", "renewals"),
        ("workflow.submitter_not_taken", "leaders"),
    ]


def test_no_match_names_each_criterion_that_fails(office: Office) -> None:
    office.flow(entry="amount > 50 && AND(level = '重点', ownerId.name = 'rep') && discount > 0.1")
    with pytest.raises(NoFlowMatches) as caught:
        office.submit(office.deal(discount=5))
    assert [error.params["criterion"] for error in caught.value.errors] == [
        "level = '重点'",
        "discount > 0.1",
    ]


def test_without_any_flow_the_answer_says_so(office: Office) -> None:
    with pytest.raises(NoFlowMatches) as caught:
        office.submit(office.deal())
    assert [error.code for error in caught.value.errors] == ["workflow.no_flow"]
