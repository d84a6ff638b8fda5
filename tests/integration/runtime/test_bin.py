"""The recycle bin: what was deleted comes back exactly, or goes for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from metadata import Change
from paas.kernel import CallContext, Problem, uuid7
from runtime import (
    AccessDenied,
    BinEntryNotFound,
    BinQuery,
    FeedQuery,
    HistoryQuery,
    ListQuery,
    QueryInvalid,
    RecordNotFound,
    Work,
    WriteCommand,
)
from runtime.pipeline import restore as restore_group
from runtime.retention import remove_deleted
from tests.integration.runtime.world import NOW, World, valid

LATER = replace(World.system, now=NOW + timedelta(hours=1))
UNTOUCHED = ("id", "accountName", "address", "level", "revenue", "staff", "discount", "active",
             "signedOn", "calledAt", "taxCode", "parentAccountId", "ownerId", "dimDepart",
             "createdAt", "createdBy", "entityType", "secret")  # fmt: skip


def entries(world: World, context: CallContext = World.system, **query: Any) -> list[Any]:
    found: list[Any] = world.records.bin(context, BinQuery(**query))["entries"]
    return found


def remove(world: World, name: str, *ids: str, by: CallContext = World.system) -> None:
    world.write("delete", name, *({"id": each} for each in ids), context=by)


def restore(world: World, record: str, by: CallContext = LATER) -> list[tuple[str, str | None]]:
    (entry,) = (each for each in entries(world) if each["recordId"] == record)
    return [(name, each.id) for name, each in world.records.restore(by, entry["id"])]


def test_a_deleted_record_comes_back_as_it_was(world: World) -> None:
    me = world.as_("owner")
    record = world.create(
        "account", by=me,
        **valid(level="A", revenue=-12.34, staff=0, active=False, signedOn="2024-02-29",
                calledAt="2026-02-03T04:05:06.007+08:00", taxCode="äß🙂"),
    )  # fmt: skip
    world.change("account", record, secret="x")
    before = world.records.get(world.system, "account", record, fields=UNTOUCHED)
    remove(world, "account", record, by=me)
    (entry,) = entries(world, me)
    assert entry.pop("id")
    assert entry == {
        "object": "account", "recordId": record, "title": "大众", "records": 1,
        "deletedAt": "2026-03-04T05:06:07.891Z", "deletedBy": world.ids["owner"],
    }  # fmt: skip
    assert restore(world, record, replace(me, now=LATER.now)) == [("account", record)]
    assert world.records.get(world.system, "account", record, fields=UNTOUCHED) == before
    after = world.records.get(world.system, "account", record)
    assert (after["version"], after["updatedBy"]) == (4, world.ids["owner"])
    assert after["updatedAt"] == "2026-03-04T06:06:07.891Z"
    assert entries(world) == []


def test_exactly_what_went_along_comes_back(world: World) -> None:
    account = world.create("account", **valid())
    mine, other = (world.create("contact", name=n, accountId=account) for n in "ab")
    visit = world.create("visit", name="v", accountId=account)
    moved = world.create("visit", name="w", accountId=account)
    remove(world, "contact", other)
    remove(world, "account", account)
    elsewhere = world.create("account", **valid())
    world.change("visit", moved, accountId=elsewhere)
    assert sorted(each["records"] for each in entries(world)) == [1, 2]
    assert restore(world, account) == [("account", account), ("contact", mine)]
    assert world.records.get(world.system, "contact", mine)["accountId"] == account
    assert world.records.get(world.system, "visit", visit)["accountId"] == account
    assert world.records.get(world.system, "visit", moved)["accountId"] == elsewhere
    with pytest.raises(RecordNotFound):
        world.records.get(world.system, "contact", other)
    assert restore(world, other) == [("contact", other)]


def test_records_deleted_together_come_back_one_by_one(world: World) -> None:
    parent = world.create("account", **valid())
    child = world.create("account", **valid(parentAccountId=parent))
    people = [world.create("contact", name="c", accountId=each) for each in (parent, child)]
    remove(world, "account", parent, child)
    assert [each["records"] for each in entries(world)] == [2, 2]
    assert restore(world, child) == [("account", child), ("contact", people[1])]
    assert world.records.get(world.system, "account", child)["parentAccountId"] is None
    assert restore(world, parent) == [("account", parent), ("contact", people[0])]


def test_a_cascade_over_several_levels_is_one_group(world: World) -> None:
    world.publish(
        ("field", {"object": "contact", "name": "bossId", "type": "lookup", "to": "contact",
                   "on_delete": "cascade"}),
        ("field", {"object": "memo", "name": "contactId", "type": "lookup", "to": "contact",
                   "on_delete": "cascade"}),
    )  # fmt: skip
    account = world.create("account", **valid())
    boss = world.create("contact", accountId=account)
    line = [boss]
    for _level in range(3):
        line.append(world.create("contact", bossId=line[-1]))
    memo = world.create("memo", contactId=line[-1])
    remove(world, "account", account)
    assert [each["records"] for each in entries(world)] == [6]
    restored = restore(world, account)
    assert restored[:2] == [("account", account), ("contact", boss)]
    assert {each for _name, each in restored} == {account, *line, memo}
    assert world.records.get(world.system, "memo", memo)["contactId"] == line[-1]
    assert world.records.get(world.system, "contact", line[2])["bossId"] == line[1]


def test_siblings_that_refer_to_each_other_come_back(world: World) -> None:
    world.publish(
        ("field", {"object": "contact", "name": "friendId", "type": "lookup", "to": "contact",
                   "on_delete": "restrict"}),
    )  # fmt: skip
    account = world.create("account", **valid())
    ids = [world.create("contact", name="a", accountId=account)]
    for name in "bcd":
        ids.append(world.create("contact", name=name, accountId=account, friendId=ids[-1]))
    remove(world, "account", account)
    assert {each for _name, each in restore(world, account)} == {account, *ids}
    assert world.records.get(world.system, "contact", ids[3])["friendId"] == ids[2]


def test_links_to_what_is_gone_are_empty_or_stand_in_the_way(world: World) -> None:
    owner = world.create("user", name="x", dimDepart=world.ids["east"], roleId=world.ids["rep"])
    account = world.create("account", **valid())
    contact = world.create("contact", name="c", accountId=account, ownerId=owner)
    remove(world, "contact", contact)
    remove(world, "user", owner)
    remove(world, "account", account)
    assert restore(world, contact) == [("contact", contact)]
    found = world.records.get(world.system, "contact", contact)
    assert (found["accountId"], found["ownerId"]) == (None, None)
    remove(world, "contact", contact)
    account = world.create("account", **valid())
    world.publish(
        ("field", {"object": "visit", "name": "accountId", "type": "lookup", "to": "account",
                   "on_delete": "restrict", "required": True}),
    )  # fmt: skip
    visit = world.create("visit", accountId=account)
    remove(world, "visit", visit)
    remove(world, "account", account)
    with pytest.raises(Problem) as caught:
        restore(world, visit)
    assert [each.code for each in caught.value.errors] == ["reference.not_found"]
    assert restore(world, account) == [("account", account)]
    assert restore(world, visit) == [("visit", visit)]


def test_a_unique_value_is_free_at_once_and_may_be_taken(world: World) -> None:
    record = world.create("account", **valid(taxCode="1"))
    remove(world, "account", record)
    other = world.create("account", **valid(taxCode="1"))
    with pytest.raises(Problem) as caught:
        restore(world, record)
    assert caught.value.errors[0].code == "field.not_unique"
    assert len(entries(world)) == 1
    world.change("account", other, taxCode="2")
    assert restore(world, record) == [("account", record)]


def test_no_rule_stands_in_the_way(world: World) -> None:
    record = world.create("account", **valid())
    remove(world, "account", record)
    world.publish(
        ("validation_rule", {"object": "account", "name": "no", "when": "TRUE", "message": "不行"}),
        ("field", {"object": "account", "name": "later", "type": "text", "required": True}),
    )
    assert restore(world, record) == [("account", record)]


def test_who_may_delete_may_restore(world: World) -> None:
    record = world.create("account", by=world.as_("owner"), **valid())
    remove(world, "account", record)
    seen = {name: len(entries(world, world.as_(name))) for name in
            ("owner", "leader", "stranger", "管理员")}  # fmt: skip
    assert seen == {"owner": 1, "leader": 1, "stranger": 0, "管理员": 1}
    with pytest.raises(BinEntryNotFound):
        restore(world, record, world.as_("stranger"))
    with pytest.raises(AccessDenied):
        world.records.write(
            world.as_("owner"), WriteCommand("restore", "account", [{"id": record}])
        )
    assert restore(world, record, world.as_("leader")) == [("account", record)]


@pytest.mark.parametrize("entry", ["", "x", "01890000-0000-7000-8000-000000000000"])
def test_what_is_not_there_cannot_be_restored(world: World, entry: str) -> None:
    for act in (world.records.restore, world.records.purge):
        with pytest.raises(BinEntryNotFound):
            act(world.system, entry)


def test_the_bin_is_read_page_by_page(world: World) -> None:
    for number in range(5):
        record = world.create("visit", name=str(number))
        context = replace(World.system, now=NOW + timedelta(seconds=number // 2))
        remove(world, "visit", record, by=context)
    remove(world, "memo", world.create("memo", name="m"))
    seen, cursor = [], None
    for _page in range(3):
        page = world.records.bin(world.system, BinQuery("visit", limit=2, cursor=cursor))
        seen += [each["title"] for each in page["entries"]]
        cursor = page["next"]
    assert (seen, cursor) == (["4", "3", "2", "1", "0"], None)
    with pytest.raises(QueryInvalid):
        entries(world, cursor="x")
    with pytest.raises(AccessDenied):
        entries(world, world.as_("owner"), object="role")


def test_purging_removes_for_good(world: World) -> None:
    world.publish(("object", {"name": "account", "label": "客户", "name_field": "accountName",
                              "history": True}))  # fmt: skip
    record = world.create("account", by=world.as_("owner"), **valid())
    world.create("contact", accountId=record)
    remove(world, "account", record)
    (entry,) = entries(world)
    with pytest.raises(AccessDenied):
        world.records.purge(world.as_("owner"), entry["id"])
    assert world.records.purge(world.as_("管理员"), entry["id"]) == 2
    assert entries(world) == []
    assert world.rows("SELECT count(*) FROM paas_bin") == [(0,)]
    with pytest.raises(RecordNotFound):
        world.records.history(world.system, "account", record, HistoryQuery())


def test_the_bin_is_emptied_in_bounded_pieces(world: World) -> None:
    account = world.create("account", **valid())
    for _each in range(4):
        world.create("contact", accountId=account)
    remove(world, "account", account)

    def purge(limit: int) -> int:
        before = NOW + timedelta(days=1)
        return world.database.write(lambda each: remove_deleted(each, before, limit))

    assert world.database.write(lambda each: remove_deleted(each, NOW, 99)) == 0
    assert (purge(3), entries(world), purge(3), purge(3)) == (3, [], 2, 0)


def test_history_and_feed_tell_of_it(world: World) -> None:
    world.publish(("object", {"name": "account", "label": "客户", "name_field": "accountName",
                              "history": True}))  # fmt: skip
    record = world.create("account", **valid(staff=1))
    cursor = world.records.changes(world.system, FeedQuery()).next
    gone = replace(World.system, now=NOW + timedelta(seconds=10))
    remove(world, "account", record, by=gone)
    restore(world, record)
    told = world.records.changes(world.system, FeedQuery(cursor)).changes
    assert [each["changeType"] for each in told] == ["delete", "undelete"]
    answer = world.records.history(world.system, "account", record, HistoryQuery())
    assert [(each["operation"], each["version"]) for each in answer["history"]] == [
        ("restore", 3), ("delete", 2), ("create", 1),
    ]  # fmt: skip

    def past(seconds: float) -> Any:
        when = gone.now + timedelta(seconds=seconds)
        return world.records.get_past(world.system, "account", record, when)

    assert (past(-5)["staff"], past(-5)["version"]) == (1, 1)
    assert past(4000)["version"] == 3
    with pytest.raises(RecordNotFound):
        past(5)


def test_the_directory_has_no_bin(world: World) -> None:
    user = world.create("user", name="x", dimDepart=world.ids["east"], roleId=world.ids["rep"])
    remove(world, "user", user)
    assert world.rows("SELECT count(*) FROM paas_bin") == [(0,)]


def test_an_id_may_be_deleted_twice(world: World) -> None:
    record = str(uuid7())
    for _time in range(2):
        world.create("memo", id=record, name="m")
        remove(world, "memo", record)
    first, second = entries(world)
    assert world.records.restore(LATER, first["id"])[0][1].id == record
    with pytest.raises(Problem) as caught:
        world.records.restore(LATER, second["id"])
    assert caught.value.errors[0].code == "record.id_taken"


def test_an_object_that_is_gone_takes_its_records_along(world: World) -> None:
    world.publish(
        ("object", {"name": "loose"}),
        ("field", {"object": "loose", "name": "name", "type": "text"}),
    )
    record = world.create("loose", name="m")
    remove(world, "loose", record)
    (entry,) = entries(world)
    world.catalog.publish(world.system, [Change("delete", "object", {"name": "loose"})])
    assert entries(world) == []
    with pytest.raises(BinEntryNotFound):
        world.records.restore(LATER, entry["id"])


def test_the_number_of_statements_does_not_depend_on_the_records(world: World) -> None:
    counted = []
    for count in (3, 60):
        account = world.create("account", **valid())
        rows = [{"name": str(n), "accountId": account} for n in range(count)]
        world.write("create", "contact", *rows)
        world.write("create", "visit", *rows)

        def act(work: Work, record: str = account) -> int:
            before = work.connection.statements
            work.write(WriteCommand("delete", "account", [{"id": record}]))
            return work.connection.statements - before

        deleting = world.records.begin(world.system, act)
        (entry,) = entries(world)

        def back(work: Work, group: str = entry["id"]) -> int:
            before = work.connection.statements
            restore_group(work, group)
            return work.connection.statements - before

        counted.append((deleting, world.records.begin(world.system, back)))
    assert counted[0] == counted[1]
    page = world.records.list(world.system, "visit", ListQuery(filter="ISBLANK(accountId)"))
    assert page.records == []
