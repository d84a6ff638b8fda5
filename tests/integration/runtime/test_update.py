"""Changing records: what is a change, versions, locks, rules over before and after."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime import (
    BatchRefused,
    RecordDuplicate,
    RecordInvalid,
    RecordLocked,
    RecordNotFound,
    RecordStale,
)
from tests.integration.runtime.world import World, valid

NOBODY = "01a201dc-e0d1-7748-ae85-0c4723970f07"


def outbox(world: World) -> list[tuple[Any, ...]]:
    rows = world.rows(
        "SELECT operation, changed_fields FROM paas_outbox WHERE object = 'account' "
        "ORDER BY sequence"
    )
    return [(operation, json.loads(names)) for operation, names in rows[1:]]


def test_only_what_is_sent_changes(world: World) -> None:
    me = world.as_("owner")
    record = world.create("account", by=me, **valid(revenue=5, staff=2, signedOn="2024-01-01"))
    outcome = world.change("account", record, by=me, staff=3, signedOn=None)
    found = outcome.record or {}
    assert (outcome.version, found["version"], found["staff"], found["signedOn"]) == (2, 2, 3, None)
    assert found["accountName"] == "大众"
    assert world.records.get(me, "account", record) == found
    assert outbox(world) == [("update", ["staff", "signedOn"])]


def test_the_same_values_are_no_change(world: World) -> None:
    record = world.create("account", **valid(revenue=5, signedOn="2024-01-01", taxCode="1"))
    outcome = world.change(
        "account", record, revenue=5.00, signedOn="2024-01-01", taxCode="1", accountName="大众"
    )
    assert outcome.version == 1
    assert outbox(world) == []


def test_a_stale_version_is_refused_and_told(world: World) -> None:
    record = world.create("account", **valid())
    world.change("account", record, staff=1, version=1)
    with pytest.raises(RecordStale) as caught:
        world.change("account", record, staff=2, version=1)
    assert caught.value.extra == {"version": 2, "changedFields": ["staff"]}
    with pytest.raises(RecordInvalid) as refused:
        world.change("account", record, staff=2, version="2")
    assert [each.code for each in refused.value.errors] == ["record.version_invalid"]


def test_unknown_and_missing_ids_are_refused(world: World) -> None:
    with pytest.raises(RecordNotFound):
        world.change("account", NOBODY, staff=1)
    with pytest.raises(RecordNotFound):
        world.change("account", "nonsense", staff=1)
    with pytest.raises(RecordInvalid) as caught:
        world.write("update", "account", {"id": 5, "staff": 1})
    assert [(each.pointer, each.code) for each in caught.value.errors] == [
        ("/id", "record.id_invalid")
    ]


def test_a_record_stands_once_in_a_batch(world: World) -> None:
    record = world.create("account", **valid())
    rows = [{"id": record, "staff": 1}, {"id": record, "staff": 2}]
    with pytest.raises(BatchRefused) as caught:
        world.write("update", "account", *rows)
    assert [(each.pointer, each.code) for each in caught.value.errors] == [
        ("/records/1/id", "record.repeated")
    ]


def test_locked_records_are_kept_from_everybody_but_those_above(world: World) -> None:
    me = world.as_("owner")
    record = world.create("account", by=me, **valid())
    capability = world.records.capability
    world.write("update", "account", {"id": record, "lockStatus": "locked"}, capability=capability)
    for context in (me, world.system):
        with pytest.raises(RecordLocked):
            world.change("account", record, by=context, staff=1)
        with pytest.raises(RecordLocked):
            world.write("delete", "account", {"id": record}, context=context)
    assert world.change("account", record, by=world.as_("管理员"), staff=1).version == 3
    (outcome,) = world.write(
        "update", "account", {"id": record, "staff": 2}, context=me, capability=capability
    )
    assert outcome.version == 4


def test_a_new_owner_brings_the_department(world: World) -> None:
    me = world.as_("owner")
    record = world.create("account", by=me, **valid())
    outcome = world.change("account", record, by=me, ownerId=world.ids["stranger"])
    found = outcome.record or {}
    assert (found["ownerId"], found["dimDepart"]) == (world.ids["stranger"], world.ids["ops"])
    with pytest.raises(RecordNotFound):
        world.records.get(me, "account", record)


def test_required_values_may_not_be_emptied(world: World) -> None:
    record = world.create("account", **valid())
    for empty in (None, ""):
        with pytest.raises(RecordInvalid) as caught:
            world.change("account", record, accountName=empty)
        assert [each.code for each in caught.value.errors] == ["field.required"]


def test_rules_compare_before_and_after(world: World) -> None:
    world.publish(
        ("validation_rule", {
            "object": "account", "name": "rename", "message": "不能改名",
            "when": "account.approvalStatus='审批通过' && ISCHANGED(account.accountName) && "
                    "$CurrentUser.$User.Name<>'管理员'",
        }),
        ("validation_rule", {
            "object": "account", "name": "transfer", "message": "不能转移",
            "when": "ISCHANGED(account.ownerId.user.name)",
        }),
    )  # fmt: skip
    me, capability = world.as_("owner"), world.records.capability
    record = world.create("account", by=me, **valid())
    world.write(
        "update", "account", {"id": record, "approvalStatus": "approved"}, capability=capability
    )
    with pytest.raises(RecordInvalid) as caught:
        world.change("account", record, by=me, accountName="新名", ownerId=world.ids["stranger"])
    assert [each.extra["rule"] for each in caught.value.errors] == ["rename", "transfer"]
    world.change("account", record, by=me, accountName="大众", ownerId=world.ids["owner"])
    assert world.change("account", record, by=world.as_("管理员"), accountName="新名").version == 3


def test_a_taken_value_is_refused(world: World) -> None:
    world.create("account", **valid(taxCode="1"))
    record = world.create("account", **valid(taxCode="2"))
    with pytest.raises(RecordDuplicate) as caught:
        world.change("account", record, taxCode="1")
    assert [each.pointer for each in caught.value.errors] == ["/taxCode"]


def test_partly_each_change_stands_for_itself(world: World) -> None:
    first, second, third = (world.create("account", **valid(taxCode=str(n))) for n in range(3))
    outcomes = world.write(
        "update",
        "account",
        {"id": first, "taxCode": "9"},
        {"id": second, "taxCode": "2"},
        {"id": third, "staff": 1, "version": 7},
        {"id": NOBODY, "staff": 1},
        {"id": third, "staff": 4, "nonsense": 1},
        all_or_none=False,
    )
    assert [each.problem.code if each.problem else each.version for each in outcomes] == [
        2, "record.duplicate", "record.stale", "record.not_found", "record.invalid",
    ]  # fmt: skip
    assert [each.id for each in outcomes] == [first, second, third, None, third]


def test_a_publish_is_noticed_by_the_next_write_and_read(world: World) -> None:
    me = world.as_("owner")
    record = world.create("account", by=me, **valid())
    world.publish(("field", {"object": "account", "name": "nickname", "type": "text"}))
    assert (world.change("account", record, by=me, nickname="V").record or {})["nickname"] == "V"
    assert world.records.get(me, "account", record)["nickname"] == "V"
