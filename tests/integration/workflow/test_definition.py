"""Flows as definitions: what publish refuses, where it says so, and what renames carry along."""

from __future__ import annotations

from typing import Any

import pytest

from metadata import Change
from metadata.problem import PublishRefused
from tests.integration.workflow.office import MANAGER, Office, role, step

UPDATE = {"kind": "field_update", "field": "count", "value": "1"}


def refused(office: Office, *steps: Any, **attributes: Any) -> list[tuple[str | None, str]]:
    """(pointer inside the document, code) of everything that publish finds wrong."""
    with pytest.raises(PublishRefused) as caught:
        office.flow(*steps, **attributes)
    return sorted(
        ((error.pointer or "").removeprefix("/changes/0").removeprefix("/document"), error.code)
        for error in caught.value.errors
    )


def test_approvers_are_checked(office: Office) -> None:
    for approver, pointer, code in (
        ({"kind": "oracle"}, "/kind", "workflow.unknown_kind"),
        ({"kind": "user"}, "/user", "workflow.bad_setting"),
        ({"kind": "role", "role": "x y"}, "/role", "workflow.bad_setting"),
        ({"kind": "owner_manager", "level": 2}, "/level", "workflow.bad_setting"),
        ({"kind": "field", "field": "dealName"}, "/field", "workflow.not_a_user"),
        ({"kind": "field", "field": "parentId"}, "/field", "workflow.not_a_user"),
        ({"kind": "field", "field": "nobodyId"}, "/field", "formula.unknown_field"),
    ):
        found = refused(office, MANAGER, step("only", MANAGER["approvers"][0], approver))
        assert found == [(f"/steps/1/approvers/1{pointer}", code)]


def test_actions_are_checked(office: Office) -> None:
    for field, value, pointer, code in (
        ("nothing", "1", "/field", "workflow.unknown_field"),
        ("approvalStatus", "'approved'", "/field", "workflow.field_not_writable"),
        ("createdAt", "NOW()", "/field", "workflow.field_not_writable"),
        ("count", "'one'", "/value", "workflow.value_unfit"),
        ("decidedOn", "1", "/value", "workflow.value_unfit"),
        ("level", "'C'", "/value", "workflow.value_unfit"),
        ("reviewerId", "parentId", "/value", "workflow.value_unfit"),
        ("count", "1 +", "/value", "formula.unexpected_end"),
    ):
        action = {"kind": "field_update", "field": field, "value": value}
        found = refused(office, on_reject=[UPDATE, action])
        assert (f"/on_reject/1{pointer}", code) in found


def test_conditions_are_checked(office: Office) -> None:
    found = refused(office, {**MANAGER, "entry": "amont > 1"}, entry="amount")
    assert found == [("/entry", "formula.result_type"), ("/steps/0/entry", "formula.unknown_field")]


def test_names_must_exist(office: Office) -> None:
    found = refused(office, step("s", role("ghost")), record_types=["ghost"], submitters=["ghost"])
    assert len(found) == 3
    assert {code for _pointer, code in found} == {"metadata.reference_unknown"}


def test_objects_without_a_status_cannot_be_approved(office: Office) -> None:
    found = refused(office, step("s", role("finance")), object="role")
    assert found == [("/object", "workflow.not_approvable")]


def test_steps_have_names_of_their_own(office: Office) -> None:
    with pytest.raises(PublishRefused):
        office.flow(MANAGER, {**MANAGER, "name": "Manager"})


def test_what_a_flow_names_cannot_be_deleted(office: Office) -> None:
    office.flow(step("s", role("finance"), mode="any"), on_approve=[UPDATE])
    for kind, document in (
        ("role", {"name": "finance"}),
        ("field", {"object": "deal", "name": "count"}),
    ):
        with pytest.raises(PublishRefused):
            office.catalog.publish(office.system, [Change("delete", kind, document)])


def test_renames_are_carried_into_flows(office: Office) -> None:
    office.flow(step("s", role("finance"), mode="any"), submitters=["rep"], on_approve=[UPDATE])
    with office.database.read() as connection:
        snapshot = office.catalog.snapshot(connection)
    finance, rep = snapshot.find("role", "finance"), snapshot.find("role", "rep")
    count = snapshot.object("deal").fields["count"]
    assert finance and rep
    office.publish(
        ("role", {"uid": finance.uid, "name": "money"}),
        ("role", {"uid": rep.uid, "name": "seller", "permission_sets": ["sales"]}),
        ("field", {"uid": count.uid, "object": "deal", "name": "tally", "type": "integer"}),
    )
    with office.database.read() as connection:
        flow: Any = office.catalog.snapshot(connection).find("approval_flow", "flow", parent="deal")
    assert flow.submitters == ("seller",)
    assert flow.steps[0].approvers[0].settings == {"role": "money"}
    assert flow.on_approve[0].settings == {"field": "tally", "value": "1"}
