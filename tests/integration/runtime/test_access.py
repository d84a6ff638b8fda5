"""Who may touch which rows and fields: every way to a record gives the same answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from paas.kernel import CallContext, Problem
from runtime import AccessDenied, ListQuery, QueryInvalid, RecordForbidden, RecordNotFound
from tests.integration.runtime.world import World, valid

PEOPLE = ("owner", "leader", "stranger", "管理员")
SEES = {
    "account": {"owner", "leader", "管理员"},
    "visit": set(PEOPLE),
    "memo": set(PEOPLE),
}
EDITS = {
    "account": {"owner", "leader", "管理员"},
    "visit": {"owner", "leader", "管理员"},
    "memo": set(PEOPLE),
}
DELETES = {"owner", "leader", "管理员"}


def record_of(world: World, name: str) -> str:
    me = world.as_("owner")
    values = valid() if name == "account" else {"name": "x"}
    return world.create(name, by=me, **values)


def outcome_of(act: Callable[[], object]) -> str:
    try:
        act()
    except Problem as problem:
        return problem.code
    return "done"


@pytest.mark.parametrize("name", SEES)
@pytest.mark.parametrize("person", PEOPLE)
def test_every_way_to_a_record_agrees(world: World, name: str, person: str) -> None:
    record, who = record_of(world, name), world.as_(person)
    sees = person in SEES[name]
    found = world.records.list(who, name, ListQuery(count=True))
    got = outcome_of(lambda: world.records.get(who, name, record))
    assert got == ("done" if sees else "record.not_found")
    assert ([each["id"] for each in found.records], found.count) == (
        ([record], 1) if sees else ([], 0)
    )
    if name == "account":
        refers = outcome_of(lambda: world.create("visit", by=who, accountId=record))
        assert refers == ("done" if sees else "record.invalid")
    refused = "record.forbidden" if sees else "record.not_found"
    field = "staff" if name == "account" else "name"
    value = 1 if name == "account" else "y"
    changed = outcome_of(lambda: world.change(name, record, by=who, **{field: value}))
    assert changed == ("done" if person in EDITS[name] else refused)
    (part,) = world.write(
        "update", name, {"id": record, field: value}, context=who, all_or_none=False
    )
    assert (part.problem.code if part.problem else "done") == changed
    gone = outcome_of(lambda: world.write("delete", name, {"id": record}, context=who))
    assert gone == ("done" if person in DELETES else refused)


def test_a_related_record_that_is_invisible_reads_as_null(world: World) -> None:
    account = world.create("account", by=world.as_("owner"), **valid())
    visit = world.create("visit", by=world.as_("owner"), accountId=account)
    fields = ("accountId.accountName", "accountId.ownerId.name", "ownerId.name")

    def read(person: str) -> dict[str, object]:
        return world.records.get(world.as_(person), "visit", visit, fields=fields)

    assert read("leader") == {
        "id": visit,
        "accountId.accountName": "大众",
        "accountId.ownerId.name": "owner",
        "ownerId.name": "owner",
    }
    assert read("stranger") == {
        "id": visit,
        "accountId.accountName": None,
        "accountId.ownerId.name": None,
        "ownerId.name": "owner",
    }
    asked = ListQuery(filter="accountId.accountName = '大众'", sort="accountId.accountName")
    assert len(world.records.list(world.as_("leader"), "visit", asked).records) == 1
    assert world.records.list(world.as_("stranger"), "visit", asked).records == []


def test_a_formula_field_reads_in_system_mode(world: World) -> None:
    world.publish(
        ("field", {"object": "visit", "name": "about", "type": "formula", "result": "text",
                   "formula": "accountId.accountName"})
    )  # fmt: skip
    account = world.create("account", by=world.as_("owner"), **valid())
    visit = world.create("visit", by=world.as_("owner"), accountId=account)
    found = world.records.get(world.as_("stranger"), "visit", visit)
    assert found["about"] == "大众"


def test_unreadable_fields_are_left_out_and_refused_by_name(world: World) -> None:
    record = world.create("account", **valid(secret="x", ownerId=world.ids["owner"]))
    me = world.as_("owner")
    assert "secret" not in world.records.get(me, "account", record)
    assert "secret" not in (world.change("account", record, by=me, staff=1).record or {})
    world.create("visit", by=me, accountId=record)

    def codes(act: Callable[[], object]) -> list[str]:
        with pytest.raises(Problem) as caught:
            act()
        return [each.code for each in caught.value.errors]

    unreadable = ["query.field_unreadable"]
    records = world.records
    assert codes(lambda: records.get(me, "account", record, fields=("secret",))) == unreadable
    assert codes(lambda: records.list(me, "account", ListQuery(sort="-secret"))) == unreadable
    by_path = ListQuery(fields=("accountId.secret",))
    assert codes(lambda: records.list(me, "visit", by_path)) == unreadable
    for source in ("secret = 'x'", "account.secret = 'x'"):
        asked = ListQuery(filter=source)
        assert codes(partial(records.list, me, "account", asked)) == ["formula.field_unreadable"]
    through = ListQuery(filter="accountId.secret = 'x'")
    assert codes(lambda: records.list(me, "visit", through)) == ["formula.field_unreadable"]


def test_leading_many_departments_sees_all_of_them(world: World) -> None:
    record = record_of(world, "account")
    stranger = world.ids["stranger"]
    for count in range(6):
        assert outcome_of(lambda: world.records.get(world.as_("stranger"), "account", record)) == (
            "record.not_found"
        )
        world.create("department", departName=str(count), managerId=stranger)
    world.change("department", world.ids["east"], managerId=stranger)
    assert len(world.as_("stranger").principal.led_departments) == 7  # type: ignore[union-attr]
    assert world.records.get(world.as_("stranger"), "account", record)["id"] == record


def test_moving_a_department_moves_its_records(world: World) -> None:
    record, leader = record_of(world, "account"), world.as_("leader")
    assert world.records.get(leader, "account", record)
    world.change("department", world.ids["east"], parentDepartId=world.ids["ops"])
    with pytest.raises(RecordNotFound):
        world.records.get(leader, "account", record)


def test_departments_make_no_cycle(world: World) -> None:
    company, sales, east, ops = (world.ids[name] for name in ("company", "sales", "east", "ops"))
    for department, parent in ((company, east), (sales, sales)):
        with pytest.raises(Problem) as caught:
            world.change("department", department, parentDepartId=parent)
        assert [each.code for each in caught.value.errors] == ["record.hierarchy_cycle"]
    with pytest.raises(Problem) as caught:
        world.write(
            "update",
            "department",
            {"id": sales, "parentDepartId": ops},
            {"id": ops, "parentDepartId": east},
        )
    assert {each.code for each in caught.value.errors} == {"record.hierarchy_cycle"}
    world.write(
        "update",
        "department",
        {"id": east, "parentDepartId": ops},
        {"id": ops, "parentDepartId": sales},
    )
    lines = world.rows(
        f"SELECT ancestor_id, depth FROM paas_department_ancestry WHERE descendant_id = '{east}' "
        "ORDER BY depth"
    )
    assert lines == [(east, 0), (ops, 1), (sales, 2), (company, 3)]


def test_writes_about_people_count_the_security_revision(world: World) -> None:
    def revision() -> int:
        return int(world.rows("SELECT security_revision FROM paas_state")[0][0])

    before = revision()
    world.change("user", world.ids["owner"], title="x")
    world.create("account", **valid())
    assert revision() == before + 1
    world.change("user", world.ids["owner"], title="x")
    assert revision() == before + 1


def test_a_read_only_object_refuses(world: World) -> None:
    with pytest.raises(AccessDenied):
        world.change("user", world.ids["owner"], by=world.as_("owner"), title="x")
    visit = record_of(world, "visit")
    with pytest.raises(RecordForbidden):
        world.change("visit", visit, by=world.as_("stranger"), name="y")


def test_without_any_grant_nothing_is_seen(world: World) -> None:
    nobody = world.create("user", name="nobody")
    world.ids["nobody"] = nobody
    context: CallContext = world.as_("nobody")
    with pytest.raises(AccessDenied):
        world.records.list(context, "account", ListQuery())
    with pytest.raises((AccessDenied, QueryInvalid)):
        world.records.list(context, "visit", ListQuery(filter="accountId.accountName = 'x'"))
