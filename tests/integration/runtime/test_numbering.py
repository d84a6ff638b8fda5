"""Automatic numbers: patterns, periods, record types, fifty writers at once, nobody waiting."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from metadata import PublishRefused
from paas.kernel import CallContext, Problem
from runtime import RecordInvalid
from tests.integration.runtime.world import World

NOON = datetime(2026, 3, 31, 4, tzinfo=UTC)
FIELD = {"object": "bill", "name": "number", "label": "编号", "type": "auto_number"}


def publish(world: World, *more: tuple[str, dict[str, Any]], **field: Any) -> None:
    world.publish(
        ("object", {"name": "bill", "label": "单据"}),
        ("field", {"object": "bill", "name": "name", "type": "text", "unique": True}),
        *more,
        ("field", {**FIELD, **field}),
    )


def at(moment: datetime) -> CallContext:
    return CallContext(now=moment, zone="Asia/Shanghai", origin="test")


def number(world: World, context: CallContext | None = None, **values: Any) -> Any:
    record = world.create("bill", by=context or world.system, **values)
    return world.records.get(world.system, "bill", record)["number"]


def test_numbers_follow_their_pattern(world: World) -> None:
    publish(world, pattern="S{YY}{MM}{DD}-{000}#", start=998)
    made = [number(world, at(NOON)) for _each in range(4)]
    assert made == ["S260331-998#", "S260331-999#", "S260331-1000#", "S260331-1001#"]


def test_numbers_begin_again_with_each_month_of_the_tenants_zone(world: World) -> None:
    publish(world, pattern="{YYYY}{MM}-{0000}", reset="month")
    late = datetime(2026, 3, 31, 16, tzinfo=UTC)  # already April in Shanghai
    made = [number(world, at(each)) for each in (NOON, NOON, late, late, NOON)]
    assert made == ["202603-0001", "202603-0002", "202604-0001", "202604-0002", "202603-0003"]


def test_record_types_have_patterns_of_their_own(world: World) -> None:
    types = [("record_type", {"object": "bill", "name": name}) for name in ("sale", "buy")]
    publish(world, *types, pattern="X{00}", patterns={"buy": "B{00}"})
    made = [number(world, entityType=each) for each in ("sale", "buy", "sale", "buy")]
    assert made == ["X01", "B01", "X02", "B02"]


def test_a_batch_counts_once(world: World) -> None:
    publish(world, pattern="{000}")
    outcomes = world.write("create", "bill", *[{"name": str(each)} for each in range(200)])
    records = [world.records.get(world.system, "bill", each.id or "") for each in outcomes]
    assert [each["number"] for each in records] == [f"{each:03}" for each in range(1, 201)]


def test_fifty_writers_at_once_get_fifty_numbers(world: World) -> None:
    publish(world, pattern="{YYYY}-{0000}", reset="year", unique=True)
    with ThreadPoolExecutor(50) as pool:
        made = list(pool.map(lambda each: number(world, name=str(each)), range(50)))
    assert sorted(made) == [f"2026-{each:04}" for each in range(1, 51)]


def test_no_writer_waits_for_another_ones_transaction(world: World) -> None:
    publish(world, pattern="{000}")
    if world.database.dialect == "sqlite":
        return  # one writer at a time, by nature
    inside, done = threading.Event(), threading.Event()

    def linger(work: Any) -> None:
        from runtime import WriteCommand

        work.write(WriteCommand("create", "bill", [{"name": "slow"}]))
        inside.set()
        assert done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(world.records.begin, world.system, linger)
        assert inside.wait(10)
        assert number(world, name="quick") == "002"
        done.set()
        slow.result(10)


def test_what_is_refused_leaves_a_gap_or_none_but_never_a_duplicate(world: World) -> None:
    publish(world, pattern="{000}", unique=True)
    number(world, name="a")
    with pytest.raises(Problem):
        number(world, name="a")
    assert number(world, name="b") in ("002", "003")


def test_callers_give_no_numbers_and_importers_may(world: World) -> None:
    publish(world, pattern="{000}")
    me = world.as_("管理员")
    with pytest.raises(RecordInvalid) as caught:
        world.create("bill", by=me, number="7")
    assert [each.code for each in caught.value.errors] == ["field.not_writable"]
    assert number(world, number="OLD-7") == "OLD-7"


@pytest.mark.parametrize(
    "field",
    [
        {"pattern": "N"},
        {"pattern": "{0}{00}"},
        {"pattern": "{YYYYY}{0}"},
        {"pattern": "{0"},
        {"pattern": "{MM}{0}", "reset": "month"},
        {"pattern": "{0}", "reset": "year"},
        {"pattern": "{0}", "patterns": {"none": "{0}"}},
        {},
    ],
)
def test_patterns_that_cannot_be_are_refused(world: World, field: dict[str, Any]) -> None:
    with pytest.raises(PublishRefused):
        publish(world, **field)
