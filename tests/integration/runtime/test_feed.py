"""The change feed: what was written, in order, once, and only to whom it may concern."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from paas.db import Database
from paas.kernel import CallContext, is_uuid, uuid7
from runtime import (
    AccessDenied,
    FeedPage,
    FeedQuery,
    QueryInvalid,
    RecordForbidden,
    RecordStale,
    Work,
    WriteCommand,
)
from runtime.problem import RecordVersionRequired
from runtime.retention import remove_events
from tests.integration.runtime.world import NOW, STAMP, World, valid


def read(world: World, context: CallContext = World.system, **query: Any) -> FeedPage:
    return world.records.changes(context, FeedQuery(**query))


def brief(page: FeedPage) -> list[tuple[str, str]]:
    return [(each["changeType"], each.get("recordId", "")) for each in page.changes]


def start(world: World) -> str:
    page = read(world)
    assert (page.changes, page.has_more) == ([], False)
    return page.next


def test_changes_come_in_order_and_once(world: World) -> None:
    cursor = start(world)
    me = world.as_("owner")
    record = world.create("account", by=me, **valid())
    world.change("account", record, by=me, staff=3, revenue=1)
    other = world.create("visit", name="v")
    world.write("delete", "account", {"id": record}, context=me)
    page = read(world, since=cursor)
    assert brief(page) == [("create", other), ("delete", record)]
    assert read(world, since=page.next) == FeedPage([], page.next, has_more=False)
    assert read(world, since=page.changes[0]["cursor"]).changes == page.changes[1:]


def test_an_event_says_who_when_what_and_where(world: World) -> None:
    cursor, me = start(world), world.as_("owner")
    record = world.create("account", **valid(ownerId=world.ids["owner"]))
    world.change("account", record, by=me, staff=3, revenue=1)
    (created, changed) = read(world, me, since=cursor).changes
    assert is_uuid(changed.pop("transactionId"))
    assert isinstance(changed.pop("cursor"), str)
    assert changed == {
        "changeType": "update", "object": "account", "recordId": record,
        "changedFields": ["revenue", "staff"], "commitTs": STAMP, "origin": "test",
        "actor": world.ids["owner"],
    }  # fmt: skip
    assert created["actor"] is None
    assert {"accountName", "address", "ownerId"} <= set(created["changedFields"])


def test_one_transaction_has_one_id(world: World) -> None:
    cursor = start(world)

    def act(work: Work) -> None:
        work.write(WriteCommand("create", "visit", [{"name": "a"}, {"name": "b"}]))
        work.write(WriteCommand("create", "memo", [{"name": "c"}]))

    world.records.begin(world.system, act)
    found = read(world, since=cursor).changes
    assert len(found) == 3
    assert len({each["transactionId"] for each in found}) == 1


def test_pages_are_bounded_and_lose_nothing(world: World) -> None:
    cursor = start(world)
    made = [world.create("visit", name=str(number)) for number in range(7)]
    world.create("memo", name="m")
    seen, sizes = [], []
    for _page in range(4):
        page = read(world, since=cursor, limit=2, objects=("visit",))
        seen += [each["recordId"] for each in page.changes]
        sizes.append((len(page.changes), page.has_more))
        cursor = page.next
    assert seen == made
    assert sizes == [(2, True), (2, True), (2, True), (1, False)]


def test_looking_for_rare_objects_is_bounded_too(world: World) -> None:
    cursor = start(world)
    world.write("create", "visit", *({"name": str(number)} for number in range(1500)))
    memo = world.create("memo", name="m")
    first = read(world, since=cursor, objects=("memo",))
    assert (first.changes, first.has_more) == ([], True)
    assert brief(read(world, since=first.next, objects=("memo",))) == [("create", memo)]


def test_a_subscriber_learns_what_he_may_know(world: World) -> None:
    cursor = start(world)
    mine = world.create("account", **valid(ownerId=world.ids["owner"], secret="x"))
    gone = world.create("account", **valid(ownerId=world.ids["owner"]))
    world.change("account", mine, secret="y", staff=1)
    world.write("delete", "account", {"id": gone})
    people = {
        name: read(world, world.as_(name), since=cursor) for name in ("owner", "stranger", "管理员")
    }
    assert brief(people["owner"]) == [("create", mine), ("update", mine), ("delete", gone)]
    assert people["owner"].changes[1]["changedFields"] == ["staff"]
    assert people["管理员"].changes[1]["changedFields"] == ["staff", "secret"]
    assert [each for each in people["stranger"].changes if each.pop("cursor")] == [
        {"changeType": "delete", "object": "account", "recordId": gone, "commitTs": STAMP}
    ]


def test_who_loses_sight_is_told_so(world: World) -> None:
    record = world.create("account", **valid(ownerId=world.ids["owner"]))
    cursor = start(world)
    world.change("account", record, ownerId=world.ids["stranger"])
    world.change("account", record, staff=1)
    before, after = (
        read(world, world.as_(name), since=cursor).changes for name in ("owner", "stranger")
    )
    assert [each for each in before if each.pop("cursor")] == [
        {"changeType": "hidden", "object": "account", "recordId": record, "commitTs": STAMP}
    ]
    assert [each["changedFields"] for each in after] == [["ownerId", "dimDepart"], ["staff"]]


def test_objects_without_grants_stay_silent(world: World) -> None:
    world.publish(("object", {"name": "hush"}), ("field", {"object": "hush", "name": "name",
                                                           "type": "text"}))  # fmt: skip
    cursor, me = start(world), world.as_("owner")
    record = world.create("hush", name="x")
    world.write("delete", "hush", {"id": record})
    assert read(world, me, since=cursor).changes == []
    with pytest.raises(AccessDenied):
        read(world, me, since=cursor, objects=("hush",))


def test_gaps_are_told(world: World) -> None:
    cursor = start(world)
    for number in range(5):
        world.create("visit", name=str(number))
    (first, *_rest) = read(world, since=cursor).changes
    later = NOW + timedelta(days=1)
    assert world.database.write(lambda each: remove_events(each, NOW, 1000)) == 0
    before = world.rows("SELECT count(*) FROM paas_outbox")[0][0]
    assert world.database.write(lambda each: remove_events(each, later, before - 3)) == before - 3
    page = read(world, since=first["cursor"])
    assert [each["changeType"] for each in page.changes] == ["gap", "create", "create", "create"]
    assert page.changes[0]["reason"] == "expired"
    assert read(world, since=page.changes[0]["cursor"]).changes == page.changes[1:]
    assert read(world, since="oldest").changes == page.changes[1:]
    assert read(world, since=page.next).changes == []
    assert world.database.write(lambda each: remove_events(each, later, 1000)) == 3
    assert read(world, since=page.next).changes == []
    assert read(world, since=read(world).next).changes == []
    world.database.write(lambda each: each.execute(f"UPDATE paas_state SET epoch = '{uuid7()}'"))
    moved = read(world, since=page.next).changes
    assert [(each["changeType"], each["reason"]) for each in moved] == [("gap", "moved")]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIiwxLDJd", "é", "A" * 300])
def test_a_forged_cursor_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(QueryInvalid):
        read(world, since=cursor)


def test_many_writers_and_a_reader_that_never_rests(world: World) -> None:
    """Nothing is lost, nothing comes twice, and each writer's changes come in his order."""
    writers, rounds = 6, 12
    cursor, ids = start(world), [str(uuid7()) for _each in range(writers)]
    seen: list[tuple[str, str]] = []
    failures: list[BaseException] = []

    def guarded(act: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                act()
            except BaseException as error:
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def writer(number: int) -> Callable[[], None]:
        def act() -> None:
            world.create("visit", id=ids[number], name="0")
            for each in range(rounds):
                world.change("visit", ids[number], name=str(each + 1))

        return act

    is_done = threading.Event()

    def reader() -> None:
        nonlocal cursor
        while True:
            last = is_done.is_set()
            page = read(world, since=cursor, limit=7)
            seen.extend((each["recordId"], each["changeType"]) for each in page.changes)
            cursor = page.next
            if last and not page.has_more and not page.changes:
                return

    reading = guarded(reader)
    for thread in [guarded(writer(number)) for number in range(writers)]:
        thread.join()
    is_done.set()
    reading.join()
    assert failures == []
    assert len(seen) == writers * (rounds + 1)
    for each in ids:
        assert [kind for record, kind in seen if record == each] == [
            "create", *["update"] * rounds,
        ]  # fmt: skip


def test_what_a_slow_writer_began_early_is_not_passed_over(world: World) -> None:
    if world.database.dialect != "postgresql":
        return  # one writer: nobody can be slow beside another
    cursor = start(world)
    has_written, may_end = threading.Event(), threading.Event()

    def slow(work: Work) -> None:
        work.write(WriteCommand("create", "visit", [{"name": "slow"}]))
        has_written.set()
        assert may_end.wait(20)

    waiting = world.records.submit_work(world.system, slow)
    assert has_written.wait(20)
    quick = world.create("visit", name="quick")
    early = read(world, since=cursor)
    assert early.changes == []
    may_end.set()
    waiting.result()
    late = read(world, since=early.next)
    assert len(late.changes) == 2
    assert late.changes[1]["recordId"] == quick


# ---------------------------------------------------------------- lost updates


def test_who_is_behind_learns_what_changed(world: World) -> None:
    me = world.as_("owner")
    record = world.create("account", by=me, **valid())
    world.change("account", record, staff=1, secret="x")
    world.change("account", record, revenue=5)
    for version, fields in ((1, ["revenue", "staff"]), (2, ["revenue"]), (9, None)):
        with pytest.raises(RecordStale) as caught:
            world.change("account", record, by=me, version=version, staff=7)
        extra = {"version": 3} if fields is None else {"version": 3, "changedFields": fields}
        assert caught.value.extra == extra
    world.database.write(lambda each: remove_events(each, NOW + timedelta(days=1), 10_000))
    with pytest.raises(RecordStale) as caught:
        world.change("account", record, by=me, version=1, staff=7)
    assert caught.value.extra == {"version": 3}


def test_an_object_may_ask_for_the_version(world: World) -> None:
    world.publish(("object", {"name": "memo", "sharing": "read_write", "require_version": True}))
    me = world.as_("owner")
    record = world.create("memo", by=me, name="m")
    for operation in ("update", "delete"):
        with pytest.raises(RecordVersionRequired) as caught:
            world.write(operation, "memo", {"id": record}, context=me)
        assert caught.value.extra == {"version": 1}
    world.change("memo", record, by=me, name="n", version=1)
    world.change("memo", record, name="by the system")
    other = world.create("memo", name="not mine")
    with pytest.raises(RecordForbidden):
        world.write("delete", "memo", {"id": other}, context=world.as_("stranger"))
    world.write("delete", "memo", {"id": record, "version": 3}, context=me)


# ---------------------------------------------------------------- commits


def test_commits_are_told_to_whoever_listens(database: Database) -> None:
    heard: list[str] = []

    def listener() -> None:
        heard.append("commit")

    database.commits.listen(listener)
    database.write(lambda connection: connection.execute("UPDATE paas_state SET id = 1"))
    with pytest.raises(ZeroDivisionError):
        database.write(lambda _connection: 1 // 0)
    count = len(heard)
    database.commits.forget(listener)
    database.write(lambda connection: connection.execute("UPDATE paas_state SET id = 1"))
    assert (count >= 1, len(heard)) == (True, count)
