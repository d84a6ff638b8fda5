"""Deleting records, and what becomes of those that refer to them."""

from __future__ import annotations

import pytest

from runtime import BatchRefused, RecordInUse, RecordNotFound, RecordStale
from tests.integration.runtime.world import World, valid


def test_a_deleted_record_is_gone(world: World) -> None:
    record = world.create("account", **valid())
    (outcome,) = world.write("delete", "account", {"id": record, "version": 1})
    assert (outcome.id, outcome.record) == (record, None)
    with pytest.raises(RecordNotFound):
        world.records.get(world.system, "account", record)
    with pytest.raises(RecordNotFound):
        world.write("delete", "account", {"id": record})
    rows = world.rows(
        "SELECT operation FROM paas_outbox WHERE object = 'account' ORDER BY sequence"
    )
    assert rows == [("create",), ("delete",)]


def test_a_stale_delete_is_refused(world: World) -> None:
    record = world.create("account", **valid())
    with pytest.raises(RecordStale):
        world.write("delete", "account", {"id": record, "version": 2})


def test_each_lookup_says_what_happens(world: World) -> None:
    account = world.create("account", **valid())
    contact = world.create("contact", name="c", accountId=account)
    visit = world.create("visit", name="v", accountId=account)
    memo = world.create("memo", name="m", accountId=account)
    with pytest.raises(RecordInUse) as caught:
        world.write("delete", "account", {"id": account})
    assert caught.value.extra == {"object": "memo"}
    world.change("memo", memo, accountId=None)
    world.write("delete", "account", {"id": account})
    with pytest.raises(RecordNotFound):
        world.records.get(world.system, "contact", contact)
    found = world.records.get(world.system, "visit", visit)
    assert (found["accountId"], found["version"]) == (None, 2)


def test_rules_do_not_run_when_things_go(world: World) -> None:
    account = world.create("account", **valid())
    visit = world.create("visit", name="v", accountId=account)
    world.publish(
        ("validation_rule", {"object": "visit", "name": "no", "when": "TRUE", "message": "不行"}),
        ("validation_rule", {"object": "account", "name": "no", "when": "TRUE", "message": "不行"}),
    )
    world.write("delete", "account", {"id": account})
    assert world.records.get(world.system, "visit", visit)["accountId"] is None


def test_records_that_go_together_do_not_hold_each_other(world: World) -> None:
    parent = world.create("account", **valid())
    child = world.create("account", **valid(parentAccountId=parent))
    with pytest.raises(RecordInUse):
        world.write("delete", "account", {"id": parent})
    world.write("delete", "account", {"id": parent}, {"id": child})
    assert world.rows("SELECT count(*) FROM paas_outbox WHERE operation = 'delete'") == [(2,)]


def test_partly_only_free_records_go(world: World) -> None:
    held, free, hidden = (world.create("account", **valid()) for _each in range(3))
    world.create("memo", accountId=held)
    deep = world.create("contact", accountId=hidden)
    world.publish(
        ("field", {"object": "memo", "name": "contactId", "type": "lookup", "to": "contact"})
    )
    world.create("memo", contactId=deep)
    rows = [{"id": each} for each in (held, free, hidden)]
    outcomes = world.write("delete", "account", *rows, all_or_none=False)
    assert [each.problem.code if each.problem else None for each in outcomes] == [
        "record.in_use", None, "record.in_use",
    ]  # fmt: skip
    with pytest.raises(BatchRefused) as caught:
        world.write("delete", "account", {"id": held}, {"id": hidden})
    assert [each.pointer for each in caught.value.errors] == ["/records/0"]
