"""Whoever is asked to decide sees the record, wherever it belongs, and nothing more."""

from __future__ import annotations

import pytest

from runtime import ListQuery, RecordForbidden, RecordNotFound, WriteCommand
from tests.integration.workflow.office import Office, role, step

NEAR = step("near", {"kind": "owner_manager"})


def sees(office: Office, who: str, record_id: str) -> bool:
    """Tell whether a user can read a record; reading and listing must agree."""
    context = office.as_(who)
    listed = office.records.list(context, "deal", ListQuery(fields=("id",), limit=200)).records
    try:
        office.records.get(context, "deal", record_id)
    except RecordNotFound:
        assert record_id not in [each["id"] for each in listed]
        return False
    assert record_id in [each["id"] for each in listed]
    return True


@pytest.fixture
def office_of_any(office: Office) -> Office:
    """One manager's step, then any of finance, who may read deals as far as sharing goes."""
    audit = {"deal": {"read": True}, "user": {"read": True}}
    office.publish(
        ("permission_set", {"name": "audit", "objects": audit}),
        ("role", {"name": "finance", "permission_sets": ["audit"]}),
    )
    office.flow(NEAR, step("finance", role("finance"), mode="any"))
    return office


def test_an_approver_sees_the_record_from_the_moment_he_is_asked(office_of_any: Office) -> None:
    office = office_of_any
    record = office.deal()
    assert not sees(office, "leader", record)
    instance = office.submit(record)
    assert sees(office, "leader", record)
    assert not sees(office, "cash", record)
    office.approve("leader", instance)
    assert sees(office, "cash", record)
    assert not sees(office, "other", record)


def test_sight_does_not_reach_other_records_nor_beyond_reading(office_of_any: Office) -> None:
    office = office_of_any
    record, another = office.deal(), office.deal()
    office.submit(record)
    assert not sees(office, "leader", another)
    (outcome,) = office.records.write(
        office.as_("leader"),
        WriteCommand("update", "deal", [{"id": record, "amount": 5}], all_or_none=False),
    )
    assert isinstance(outcome.problem, RecordForbidden)


def test_who_decided_keeps_sight_and_who_was_cancelled_loses_it(office_of_any: Office) -> None:
    office = office_of_any
    record = office.deal()
    instance = office.submit(record)
    office.approve("leader", instance)
    office.approve("cash", instance)
    assert sees(office, "leader", record)
    assert sees(office, "cash", record)
    assert not sees(office, "credit", record)


def test_recalling_ends_sight(office_of_any: Office) -> None:
    office = office_of_any
    record = office.deal()
    instance = office.submit(record)
    office.approvals.recall(office.as_("rep"), instance)
    assert not sees(office, "leader", record)


def test_shares_go_with_the_record(office_of_any: Office) -> None:
    office = office_of_any
    record = office.deal()
    instance = office.submit(record)
    office.approve("leader", instance)
    office.approve("cash", instance)
    office.records.write(office.system, WriteCommand("delete", "deal", [{"id": record}]))
    with office.database.read() as connection:
        assert connection.fetch("SELECT count(*) FROM paas_share") == [(0,)]
