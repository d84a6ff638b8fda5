"""Creating records: values, defaults, violations, what is stored with them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from paas.kernel import Problem
from runtime import (
    AccessDenied,
    BatchRefused,
    RecordDuplicate,
    RecordInvalid,
    WriteCommand,
)
from tests.integration.runtime.world import ADDRESS, NOW, STAMP, TOO_SHORT, World, valid


def codes(problem: Problem) -> list[tuple[str | None, str]]:
    return [(error.pointer, error.code) for error in problem.errors]


def test_a_record_comes_back_whole(world: World) -> None:
    me = world.as_("owner")
    sent = valid(
        level="A",
        revenue=1234567.89,
        staff=12,
        active=False,
        signedOn="2024-02-29",
        calledAt="2024-02-29T12:00:00.5+08:00",
        taxCode="91310000",
    )
    (outcome,) = world.write("create", "account", sent, context=me)
    expected: dict[str, Any] = {
        "id": outcome.id,
        "ownerId": world.ids["owner"],
        "dimDepart": world.ids["east"],
        "entityType": "plain",
        "createdBy": world.ids["owner"],
        "createdAt": STAMP,
        "updatedBy": world.ids["owner"],
        "updatedAt": STAMP,
        "approvalStatus": None,
        "lockStatus": None,
        "version": 1,
        "accountName": "大众",
        "address": ADDRESS,
        "level": "A",
        "revenue": Decimal("1234567.89"),
        "staff": 12,
        "discount": None,
        "active": False,
        "signedOn": "2024-02-29",
        "calledAt": "2024-02-29T04:00:00.500Z",
        "taxCode": "91310000",
        "parentAccountId": None,
        "perHead": Decimal("102880.66"),
        "shownAs": "大众 / owner",
    }
    assert outcome.version == 1
    assert outcome.record == expected
    assert world.records.get(me, "account", outcome.id or "") == expected


def test_absent_values_get_defaults_and_null_does_not(world: World) -> None:
    absent = world.write("create", "account", valid())[0].record or {}
    null = world.write("create", "account", valid(level=None, active=None))[0].record or {}
    assert (absent["level"], absent["active"]) == ("B", True)
    assert (null["level"], null["active"]) == (None, None)


def test_the_department_is_the_owners(world: World) -> None:
    me = world.as_("owner")
    given = world.write("create", "account", valid(ownerId=world.ids["stranger"]), context=me)
    assert (given[0].record or {})["dimDepart"] == world.ids["ops"]
    kept = valid(ownerId=world.ids["stranger"], dimDepart=world.ids["sales"])
    record = world.write("create", "account", kept, context=me)[0].record or {}
    assert record["dimDepart"] == world.ids["sales"]


def test_every_violation_is_reported_at_once(world: World) -> None:
    sent = {
        "address": "太短",
        "level": "Z",
        "revenue": "12",
        "nonsense": 1,
        "a/b~c": 1,
        "version": 7,
        "perHead": 1,
        "secret": "x",
        "parentAccountId": "01a201dc-e0d1-7748-ae85-0c4723970f07",
    }
    with pytest.raises(RecordInvalid) as caught:
        world.write("create", "account", sent, context=world.as_("owner"))
    assert sorted(codes(caught.value), key=str) == [
        ("", "rule.violated"),
        ("/accountName", "field.required"),
        ("/a~1b~0c", "field.unknown"),
        ("/level", "field.not_an_option"),
        ("/nonsense", "field.unknown"),
        ("/parentAccountId", "reference.not_found"),
        ("/perHead", "field.not_writable"),
        ("/revenue", "field.type_mismatch"),
        ("/secret", "field.not_writable"),
        ("/version", "field.not_writable"),
    ]
    assert world.rows("SELECT count(*) FROM paas_outbox WHERE object = 'account'") == [(0,)]


def test_a_rule_speaks_its_message_at_its_place(world: World) -> None:
    with pytest.raises(RecordInvalid) as caught:
        world.write("create", "account", valid(address="十九个字" * 4 + "三个字"))
    (error,) = caught.value.errors
    assert (error.pointer, error.code, error.detail("zh-CN")) == ("", "rule.violated", TOO_SHORT)
    assert error.extra == {"rule": "addressLength", "at": "page"}
    world.create("account", **valid(address="二十个字" * 5))


def test_rules_over_unusable_values_are_passed_over(world: World) -> None:
    with pytest.raises(RecordInvalid) as caught:
        world.write("create", "account", valid(address=5))
    assert codes(caught.value) == [("/address", "field.type_mismatch")]


def test_a_rule_that_fails_does_not_block(world: World) -> None:
    rule = {
        "object": "account",
        "name": "ratio",
        "when": "revenue / staff > 0 && 1 / 0 > 1",
        "message": {"zh-CN": "{不是参数}"},
        "at": "field:revenue",
    }
    world.publish(("validation_rule", rule))

    def act(work: Any) -> list[Any]:
        work.write(WriteCommand("create", "account", [valid(revenue=1, staff=1)]))
        return work.ledger.failures

    (failure,) = world.records.begin(world.system, act)
    assert (failure.object, failure.rule) == ("account", "ratio")
    assert [each.code for each in failure.diagnostics] == ["formula.division_by_zero"]


def test_a_taken_value_is_a_duplicate_with_its_field(world: World) -> None:
    world.create("account", **valid(taxCode="1"))
    with pytest.raises(RecordDuplicate) as caught:
        world.create("account", **valid(taxCode="1"))
    assert codes(caught.value) == [("/taxCode", "field.not_unique")]


def test_a_batch_names_the_rows_at_fault(world: World) -> None:
    world.create("account", **valid(taxCode="1"))
    rows = [
        valid(),
        valid(taxCode="1"),
        valid(taxCode="2"),
        valid(address="短"),
        valid(taxCode="2"),
    ]
    with pytest.raises(BatchRefused) as caught:
        world.write("create", "account", *rows)
    assert codes(caught.value) == [("/records/3", "rule.violated")]
    with pytest.raises(BatchRefused) as caught:
        world.write("create", "account", *rows[:3], rows[4])
    assert codes(caught.value) == [
        ("/records/1/taxCode", "field.not_unique"),
        ("/records/3/taxCode", "field.not_unique"),
    ]
    assert world.rows("SELECT count(*) FROM paas_outbox WHERE object = 'account'") == [(1,)]


def test_partly_each_row_stands_for_itself(world: World) -> None:
    world.create("account", **valid(taxCode="1"))
    rows = [
        valid(),
        valid(taxCode="1"),
        valid(taxCode="2"),
        valid(address="短"),
        valid(taxCode="2"),
    ]
    outcomes = world.write("create", "account", *rows, all_or_none=False)
    assert [each.problem.code if each.problem else each.version for each in outcomes] == [
        1, "record.duplicate", 1, "record.invalid", "record.duplicate",
    ]  # fmt: skip
    kept = {each.id for each in outcomes if each.problem is None}
    stored = world.rows("SELECT record_id FROM paas_outbox WHERE object = 'account'")
    assert kept < {row[0] for row in stored}
    assert len(stored) == 3


def test_a_write_leaves_one_outbox_row(world: World) -> None:
    me = world.as_("owner")
    record = world.create("account", by=me, **valid(level=None))
    (row,) = world.rows(
        "SELECT record_id, operation, changed_fields, actor_id, origin FROM paas_outbox "
        "WHERE object = 'account'"
    )
    assert row[:2] == (record, "create")
    assert json.loads(row[2]) == [
        "ownerId", "dimDepart", "entityType", "accountName", "address", "active",
    ]  # fmt: skip
    assert row[3:] == (world.ids["owner"], "test")


def test_record_types_restrict_and_are_checked(world: World) -> None:
    with pytest.raises(RecordInvalid) as caught:
        world.create("account", **valid(entityType="partner", level="C"))
    assert codes(caught.value) == [("/level", "field.value_not_offered")]
    with pytest.raises(RecordInvalid) as caught:
        world.create("account", **valid(entityType="old"))
    assert codes(caught.value) == [("/entityType", "field.option_inactive")]
    record = world.create("account", **valid(entityType="plain", level="C"))
    with pytest.raises(RecordInvalid) as caught:
        world.change("account", record, entityType="partner")
    assert codes(caught.value) == [("/level", "field.value_not_offered")]
    world.change("account", record, entityType="partner", level="A")


def test_status_fields_need_the_capability(world: World) -> None:
    row = valid(approvalStatus="pending")
    with pytest.raises(RecordInvalid) as caught:
        world.write("create", "account", row)
    assert codes(caught.value) == [("/approvalStatus", "field.not_writable")]
    (outcome,) = world.write("create", "account", row, capability=world.records.capability)
    assert (outcome.record or {})["approvalStatus"] == "pending"


def test_system_mode_may_set_the_history(world: World) -> None:
    record = "01a201dc-e0d1-7748-ae85-0c4723970f07"
    sent = valid(id=record, createdAt="2020-01-01T00:00:00Z", createdBy=world.ids["leader"])
    (outcome,) = world.write("create", "account", sent)
    found = outcome.record or {}
    assert outcome.id == record
    assert (found["createdAt"], found["updatedAt"]) == ("2020-01-01T00:00:00.000Z", STAMP)
    assert found["createdBy"] == world.ids["leader"]
    with pytest.raises(RecordDuplicate) as caught:
        world.write("create", "account", sent)
    assert codes(caught.value) == [("/id", "record.id_taken")]


def test_creating_needs_the_permission(world: World) -> None:
    with pytest.raises(AccessDenied):
        world.create("role", by=world.as_("owner"), name="x", apiName="x")


def test_the_moment_is_the_calls(world: World) -> None:
    record = world.create("account", **valid())
    found = world.records.get(world.system, "account", record)
    assert found["createdAt"] == NOW.isoformat(timespec="milliseconds")[:23] + "Z"
