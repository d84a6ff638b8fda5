"""What is kept of changes, and records as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paas.kernel import CallContext, Problem
from runtime import (
    Batch,
    HistoryQuery,
    HistoryUnreachable,
    Participant,
    QueryInvalid,
    RecordNotFound,
    Work,
    WriteCommand,
)
from runtime.retention import remove_history
from tests.integration.runtime.world import ADDRESS, NOW, World, valid

OBJECT = {"name": "account", "label": "客户", "name_field": "accountName"}


def keep(world: World, **more: Any) -> None:
    world.publish(("object", {**OBJECT, "history": True, **more}))


def at(seconds: float, context: CallContext = World.system) -> CallContext:
    return replace(context, now=NOW + timedelta(seconds=seconds))


def moment(seconds: float) -> datetime:
    return NOW.astimezone(UTC) + timedelta(seconds=seconds)


def history(world: World, record: str, context: CallContext = World.system, **query: Any) -> Any:
    return world.records.history(context, "account", record, HistoryQuery(**query))


def changes(answer: Any) -> list[Any]:
    return [each["changes"] for each in answer["history"]]


def test_every_change_says_who_when_and_what(world: World) -> None:
    keep(world)
    me = world.as_("owner")
    record = world.create("account", by=at(0, me), **valid(revenue=12.5, signedOn="2026-01-02"))
    world.change(
        "account",
        record,
        by=at(1, me),
        revenue=Decimal("-9999999999999999.99"),
        signedOn=None,
        staff=3,
    )
    answer = history(world, record)
    newest, first = answer["history"]
    revenue = orjson.dumps(newest["changes"].pop(0))
    assert revenue == b'{"field":"revenue","old":12.5,"new":-9999999999999999.99}'
    assert newest.pop("transactionId") != first.pop("transactionId")
    assert newest == {
        "version": 2, "operation": "update", "at": "2026-03-04T05:06:08.891Z",
        "actor": world.ids["owner"], "origin": "test",
        "changes": [
            {"field": "staff", "old": None, "new": 3},
            {"field": "signedOn", "old": "2026-01-02", "new": None},
        ],
    }  # fmt: skip
    assert (first["version"], first["operation"], first["changes"]) == (1, "create", [])
    assert answer["next"] is None


def test_without_a_switch_nothing_is_written(world: World) -> None:
    record = world.create("account", **valid())
    world.change("account", record, staff=3)
    assert world.rows("SELECT count(*) FROM paas_history") == [(0,)]
    assert changes(history(world, record)) == []


def test_a_field_may_differ_from_its_object(world: World) -> None:
    staff = {"object": "account", "name": "staff", "type": "integer"}
    world.publish(("field", {**staff, "history": True}))
    record = world.create("account", **valid())
    world.change("account", record, staff=1, revenue=2)
    world.change("account", record, revenue=3)
    assert changes(history(world, record)) == [[{"field": "staff", "old": None, "new": 1}], []]
    keep(world)
    world.publish(("field", {**staff, "history": False}))
    world.change("account", record, staff=2, revenue=4)
    assert changes(history(world, record, limit=1)) == [[{"field": "revenue", "old": 3, "new": 4}]]


def test_of_long_texts_only_the_change_is_kept(world: World) -> None:
    keep(world)
    world.publish(("field", {"object": "account", "name": "notes", "type": "long_text"}))
    record = world.create("account", by=at(0), **valid(notes="a"))
    world.change("account", record, by=at(10), notes="b")
    assert changes(history(world, record, fields=("notes",))) == [[{"field": "notes"}]]
    past = world.records.get_past(world.system, "account", record, moment(5))
    assert "notes" not in past
    now = world.records.get_past(world.system, "account", record, moment(15))
    assert now["notes"] == "b"
    with pytest.raises(HistoryUnreachable) as caught:
        world.records.get_past(world.system, "account", record, moment(5), fields=("notes",))
    assert [each.code for each in caught.value.errors] == ["field.without_history"]


def test_pages_by_field_and_cursor(world: World) -> None:
    keep(world)
    record = world.create("account", **valid())
    for number in range(1, 8):
        other: dict[str, Any] = {"staff": number} if number % 2 else {"revenue": 1}
        world.change("account", record, **other)
        world.change("account", record, discount=number)
    seen, cursor = [], None
    for _page in range(2):
        answer = history(world, record, fields=("staff", "level"), limit=2, cursor=cursor)
        seen += [each["changes"][0]["new"] for each in answer["history"]]
        cursor = answer["next"]
    assert (seen, cursor) == ([7, 5, 3, 1], None)
    with pytest.raises(QueryInvalid):
        history(world, record, fields=("nope",))
    foreign = history(world, record, limit=1)["next"]
    with pytest.raises(QueryInvalid):
        history(world, record, fields=("staff",), cursor=foreign)


def test_who_may_not_see_learns_nothing(world: World) -> None:
    keep(world)
    me = world.as_("owner")
    record = world.create("account", by=me, **valid())
    world.change("account", record, secret="x", staff=1)
    world.change("account", record, secret="y")
    shown = changes(history(world, record, me))
    assert shown == [[{"field": "staff", "old": None, "new": 1}], []]
    assert "secret" not in world.records.get_past(me, "account", record, moment(0))
    for act in (
        lambda who: history(world, record, who),
        lambda who: world.records.get_past(who, "account", record, moment(0)),
    ):
        with pytest.raises(RecordNotFound):
            act(world.as_("stranger"))
    with pytest.raises(QueryInvalid):
        history(world, record, me, fields=("secret",))
    with pytest.raises(QueryInvalid):
        world.records.get_past(me, "account", record, moment(0), fields=("secret",))


def test_a_deleted_record_is_read_by_whom_its_last_owner_allows(world: World) -> None:
    keep(world)
    record = world.create("account", by=at(0, world.as_("owner")), **valid(staff=1))
    world.change("account", record, by=at(1), staff=2)
    world.write("delete", "account", {"id": record}, context=at(2))
    for name in ("owner", "leader", "管理员"):
        who = world.as_(name)
        assert world.records.get_past(who, "account", record, moment(1))["staff"] == 2
        assert [each["operation"] for each in history(world, record, who)["history"]] == [
            "delete", "update", "create",
        ]  # fmt: skip
    for name, when in (("stranger", 1), ("owner", 2), ("owner", -1)):
        with pytest.raises(RecordNotFound):
            world.records.get_past(world.as_(name), "account", record, moment(when))
    with pytest.raises(RecordNotFound):
        history(world, record, world.as_("stranger"))


def test_history_says_how_far_it_reaches(world: World) -> None:
    record = world.create("account", by=at(0), **valid(staff=1))
    world.change("account", record, by=at(10), staff=2)
    keep(world)
    world.change("account", record, by=at(20), staff=3)

    def past(seconds: float) -> Any:
        return world.records.get_past(world.system, "account", record, moment(seconds))["staff"]

    assert (past(20), past(15), past(10)) == (3, 2, 2)
    with pytest.raises(HistoryUnreachable):
        past(5)
    with pytest.raises(RecordNotFound):
        past(-5)
    keep(world, history=False)
    world.change("account", record, by=at(30), staff=4)
    assert past(30) == 4
    with pytest.raises(HistoryUnreachable):
        past(25)
    keep(world)
    world.change("account", record, by=at(40), staff=5)
    assert past(35) == 4
    with pytest.raises(HistoryUnreachable):
        past(15)


def test_what_participants_change_is_history_too(tenant: Any) -> None:
    def raise_level(batch: Batch, _work: Work) -> None:
        for draft in batch.accepted:
            if batch.operation == "update":
                draft.set("level", "A")

    def count(batch: Batch, work: Work) -> None:
        if batch.operation == "update" and batch.drafts[0].values["staff"] == 1:
            rows = [{"id": each.id, "staff": 2} for each in batch.drafts]
            work.as_system(origin="flow").write(WriteCommand("update", "account", rows))

    world = World.build(
        tenant,
        Participant(
            "test",
            before_save=raise_level,
            after_save=count,
            objects=lambda model: model.name == "account",
        ),
    )
    keep(world)
    record = world.create("account", **valid())
    world.change("account", record, staff=1)
    answer = history(world, record)
    assert [each["origin"] for each in answer["history"]] == ["flow", "test", "test"]
    assert len({each["transactionId"] for each in answer["history"]}) == 2
    assert changes(answer) == [
        [{"field": "staff", "old": 1, "new": 2}],
        [{"field": "level", "old": "B", "new": "A"}, {"field": "staff", "old": None, "new": 1}],
        [],
    ]


def test_a_refused_write_leaves_no_history(world: World) -> None:
    keep(world)
    record = world.create("account", **valid(taxCode="1"))
    world.create("account", **valid(taxCode="2"))
    before = world.rows("SELECT count(*) FROM paas_history")
    with pytest.raises(Problem):
        world.change("account", record, taxCode="2")
    with pytest.raises(Problem):
        world.write("create", "account", valid(), valid(taxCode="2"))
    assert world.rows("SELECT count(*) FROM paas_history") == before


# ---------------------------------------------------------------- property

NAMES = ("accountName", "level", "revenue", "staff", "discount", "active", "signedOn", "calledAt",
         "parentAccountId", "ownerId", "dimDepart", "secret", "version", "updatedAt", "updatedBy",
         "createdAt", "approvalStatus", "entityType")  # fmt: skip
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "accountName": st.sampled_from(["甲", "乙", "a\"'\\", "🙂"]),
    "level": st.sampled_from([None, "A", "B"]),
    "revenue": st.none() | st.integers(-(10**15), 10**15) | st.sampled_from([0.01, -12.5]),
    "staff": st.none() | st.integers(-(10**17), 10**17),
    "discount": st.none() | st.sampled_from([0.5, 99.9]),
    "active": st.none() | st.booleans(),
    "signedOn": st.none() | st.dates().map(lambda day: day.isoformat()),
    "calledAt": st.none() | st.just("2026-02-03T04:05:06.007+08:00"),
    "secret": st.none() | st.text("äß中 ", min_size=1, max_size=9),
}
STEP: st.SearchStrategy[tuple[str, Any]] = st.one_of(
    st.tuples(st.just("create"), st.fixed_dictionaries({}, optional=VALUES)),
    st.tuples(st.just("update"), st.fixed_dictionaries({}, optional=VALUES)),
    st.tuples(st.just("update"), st.fixed_dictionaries({}, optional=VALUES)),
    st.tuples(st.just("delete"), st.just({})),
    st.tuples(st.just("owner"), st.sampled_from(["owner", "leader", "stranger"])),
)


@given(steps=st.lists(st.tuples(st.integers(0, 3), STEP), min_size=1, max_size=14))
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_as_of_equals_the_snapshot_taken_then(
    world: World, steps: list[tuple[int, tuple[str, Any]]]
) -> None:
    """Random writes to four records; after each, all are read, and read again at the end."""
    keep(world)
    ids: list[str | None] = [None] * 4
    known: list[str] = []
    taken: list[tuple[datetime, dict[str, Any]]] = []
    for second, (index, (operation, given_)) in enumerate(steps):
        context = at(second * 10, world.as_("管理员"))
        record = ids[index]
        if operation == "create" or record is None:
            values = given_ if isinstance(given_, dict) else {}
            outcome = world.write("create", "account", valid(**values), context=context)
            ids[index] = outcome[0].id
            known.append(outcome[0].id or "")
        elif operation == "update":
            world.change("account", record, by=context, address=ADDRESS, **given_)
        elif operation == "owner":
            world.change("account", record, by=context, ownerId=world.ids[given_])
        else:
            world.write("delete", "account", {"id": record}, context=context)
            ids[index] = None
        taken.append((moment(second * 10 + 5), {each: now(world, each) for each in known}))
    for when, seen in taken:
        assert {each: then(world, each, when) for each in known} == {
            each: seen.get(each) for each in known
        }


def now(world: World, record: str) -> dict[str, Any] | None:
    try:
        return world.records.get(world.system, "account", record, fields=NAMES)
    except RecordNotFound:
        return None


def then(world: World, record: str, when: datetime) -> dict[str, Any] | None:
    try:
        return world.records.get_past(world.system, "account", record, when, fields=NAMES)
    except RecordNotFound:
        return None


# ---------------------------------------------------------------- sets


def statements(world: World, operation: Any, rows: list[dict[str, Any]]) -> int:
    def act(work: Work) -> int:
        before = work.connection.statements
        work.write(WriteCommand(operation, "account", rows, is_batch=True))
        return work.connection.statements - before

    return world.records.begin(world.system, act)


def test_history_costs_one_statement_at_most_whatever_the_rows(world: World) -> None:
    counted: dict[str, list[int]] = {"create": [], "update": [], "delete": []}
    for is_kept in (False, True):
        keep(world, history=is_kept)
        for count in (3, 200):
            rows = [valid(taxCode=f"{is_kept}-{count}-{n}") for n in range(count)]
            counted["create"].append(statements(world, "create", rows))
            newest = "SELECT record_id FROM paas_outbox ORDER BY sequence DESC LIMIT "
            found = world.rows(newest + str(count))
            known = [{"id": str(row[0])} for row in found]
            changed = [{**each, "staff": n} for n, each in enumerate(known)]
            counted["update"].append(statements(world, "update", changed))
            counted["delete"].append(statements(world, "delete", known))
    more = 0 if world.database.dialect == "postgresql" else 1
    for few_off, many_off, few_on, many_on in counted.values():
        assert (few_off, few_on) == (many_off, many_on)
        assert few_on - few_off == more


def test_old_changes_go_in_bounded_pieces(world: World) -> None:
    keep(world)
    record = world.create("account", by=at(0), **valid())
    for number in range(1, 6):
        world.change("account", record, by=at(number * 10), staff=number)

    def remove(seconds: float, limit: int) -> int:
        before = moment(seconds)
        return world.database.write(lambda each: remove_history(each, before, limit))

    assert [remove(30, 2), remove(30, 2), remove(30, 2)] == [2, 1, 0]
    assert [each["version"] for each in history(world, record)["history"]] == [6, 5, 4]

    def past(seconds: float) -> Any:
        return world.records.get_past(world.system, "account", record, moment(seconds))["staff"]

    assert (past(45), past(35), past(25)) == (4, 3, 2)
    with pytest.raises(HistoryUnreachable):
        past(15)
