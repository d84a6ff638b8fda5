"""Actions: what they write, in which types, and what happens when a rule refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runtime import RecordInvalid
from tests.integration.workflow.office import MANAGER, Office


def update(field: str, value: str) -> dict[str, Any]:
    return {"kind": "field_update", "field": field, "value": value}


def test_fields_take_the_results(office: Office) -> None:
    for field, value, written in (
        ("decidedOn", "TODAY() + 1", "2026-03-05"),
        ("decidedBy", "$User.name & ' / ' & ownerId.name", "leader / rep"),
        ("amount", "amount / 3", Decimal("33.33")),
        ("discount", "discount + 0.055", Decimal("10.5")),
        ("count", "LEN(dealName)", 2),
        ("level", "'重点'", "A"),
        ("level", "IF(amount > 1, 'A', 'B')", "A"),
        ("reviewerId", "ownerId.managerId", office.ids["leader"]),
        ("decidedBy", "NULL", None),
        ("parentId", "NULL", None),
    ):
        office.flow(on_approve=[update(field, value)])
        deal = office.deal(discount=5, decidedBy="x")
        office.approve("leader", office.submit(deal))
        assert (value, office.read(deal, field)) == (value, (written,))


def test_each_turning_point_has_its_own_actions(office: Office) -> None:
    office.flow(
        on_submit=[update("decidedBy", "'submitted'"), update("count", "1")],
        on_approve=[update("decidedBy", "decidedBy & ' approved'"), update("count", "count + 1")],
        on_reject=[update("decidedBy", "decidedBy & ' rejected'")],
    )
    approved, rejected = office.deal(), office.deal()
    office.approve("leader", office.submit(approved))
    office.reject("leader", office.submit(rejected))
    assert office.read(approved, "decidedBy", "count") == ("submitted approved", 2)
    assert office.read(rejected, "decidedBy", "count") == ("submitted rejected", 1)


def test_a_rule_refuses_the_whole_act(office: Office) -> None:
    acts = {
        "on_approve": lambda instance: office.approve("leader", instance),
        "on_reject": lambda instance: office.reject("leader", instance),
        "on_recall": lambda instance: office.approvals.recall(office.as_("rep"), instance),
    }
    for turn, act in acts.items():
        office.flow(**{turn: [update("amount", "0 - 1")]})
        deal = office.deal()
        instance = office.submit(deal)
        before = office.approvals.instance(office.system, instance)
        with pytest.raises(RecordInvalid) as caught:
            act(instance)
        (error,) = caught.value.errors
        assert (error.pointer, error.detail("zh-CN")) == ("/amount", "金额不能为负。")
        assert office.approvals.instance(office.system, instance) == before
        assert office.status(deal) == ("pending", "locked")
        assert office.read(deal, "amount") == (100,)
        assert office.waiting(instance) == ["leader"]


def test_a_rule_refuses_the_submission(office: Office) -> None:
    office.flow(on_submit=[update("amount", "0 - 1")])
    deal = office.deal()
    with pytest.raises(RecordInvalid):
        office.submit(deal)
    assert office.status(deal) == ("draft", None)
    assert office.approvals.history(office.as_("rep"), "deal", deal)["instances"] == []


def test_writes_bear_their_origin_and_actor(office: Office) -> None:
    office.flow(MANAGER)
    deal = office.deal()
    office.approve("leader", office.submit(deal))
    with office.database.read() as connection:
        rows = connection.fetch(
            "SELECT origin, actor_id FROM paas_outbox WHERE object = 'deal' ORDER BY sequence"
        )
    assert rows[1:] == [("workflow", office.ids["rep"]), ("workflow", office.ids["leader"])]
