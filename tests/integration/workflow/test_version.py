"""Running approvals keep the flow they began with, whatever becomes of the description."""

from __future__ import annotations

import pytest

from metadata import Change
from runtime import WriteCommand
from tests.integration.workflow.office import MANAGER, Office, role, step
from workflow.problem import FlowOutdated


def test_a_changed_flow_concerns_later_submissions_only(office: Office) -> None:
    office.flow(MANAGER, step("finance", role("finance"), mode="all"))
    old = office.deal()
    instance = office.submit(old)
    office.flow(
        MANAGER,
        label="新流程",
        on_approve=[{"kind": "field_update", "field": "count", "value": "7"}],
    )
    new = office.deal()
    other = office.submit(new)

    office.approve("leader", instance)
    office.approve("leader", other)
    assert office.status(new) == ("approved", "unlocked")
    assert office.read(new, "count") == (7,)
    assert office.waiting(instance) == ["cash", "credit"]
    office.approve("cash", instance)
    office.approve("credit", instance)
    assert office.status(old) == ("approved", "unlocked")
    assert office.read(old, "count") == (None,)
    shown = office.approvals.instance(office.system, instance)
    assert shown["flow"]["label"] == "商机审批"


def test_a_deleted_flow_runs_to_its_end(office: Office) -> None:
    office.flow()
    deal = office.deal()
    instance = office.submit(deal)
    document = {"object": "deal", "name": "flow"}
    office.catalog.publish(office.system, [Change("delete", "approval_flow", document)])
    office.approve("leader", instance)
    assert office.status(deal) == ("approved", "unlocked")


def test_an_old_flow_that_fits_no_more_is_reported_and_can_be_recalled(office: Office) -> None:
    office.flow(on_approve=[{"kind": "field_update", "field": "decidedBy", "value": "dealName"}])
    deal = office.deal()
    instance = office.submit(deal)
    office.flow()
    with office.database.read() as connection:
        snapshot = office.catalog.snapshot(connection)
    field = snapshot.object("deal").fields["dealName"]
    office.publish(
        ("object", {"name": "deal", "name_field": "title", "label": "商机"}),
        ("field", {"uid": field.uid, "object": "deal", "name": "title", "type": "text",
                   "length": 100, "required": True}),
    )  # fmt: skip
    with pytest.raises(FlowOutdated) as caught:
        office.approve("leader", instance)
    assert [(error.pointer, error.code) for error in caught.value.errors] == [
        ("/on_approve/0/value", "formula.unknown_field")
    ]
    assert office.status(deal) == ("pending", "locked")
    office.approvals.recall(office.as_("rep"), instance)
    assert office.status(deal) == ("recalled", "unlocked")


def test_an_object_may_be_renamed_meanwhile(office: Office) -> None:
    office.flow(entry="amount > 1")
    deal = office.deal()
    instance = office.submit(deal)
    with office.database.read() as connection:
        uid = office.catalog.snapshot(connection).object("deal").uid
    office.publish(
        ("object", {"uid": uid, "name": "bargain", "name_field": "dealName", "label": "商机"})
    )
    shown = office.approve("leader", instance)
    assert shown["object"]["name"] == "bargain"
    record = office.records.get(office.system, "bargain", deal)
    assert (record["approvalStatus"], record["lockStatus"]) == ("approved", "unlocked")


@pytest.mark.parametrize("has_flow", [True, False])
def test_the_approval_of_a_deleted_record_ends(office: Office, has_flow: bool) -> None:
    office.flow(MANAGER, step("finance", role("finance"), mode="any"))
    deal = office.deal()
    instance = office.submit(deal)
    if not has_flow:  # nobody looks for approvals then; the next act ends it
        flow = {"object": "deal", "name": "flow"}
        office.catalog.publish(office.system, [Change("delete", "approval_flow", flow)])
    office.records.write(office.as_("admin"), WriteCommand("delete", "deal", [{"id": deal}]))
    if not has_flow:
        office.approve("leader", instance)
    assert office.todo("leader") == []
    shown = office.approvals.instance(office.as_("rep"), instance)
    assert shown["status"] == "recalled"
    assert "record_deleted" in [entry["act"] for entry in shown["log"]]
    assert shown["record"] == {"id": deal, "name": None}
