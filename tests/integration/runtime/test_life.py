"""Void 作废: records that are kept and no longer count."""

from __future__ import annotations

from typing import Any

import pytest

from paas.kernel import CallContext, Problem
from runtime import (
    AccessDenied,
    HistoryQuery,
    LifeChange,
    ListQuery,
    Outcome,
    RecordForbidden,
    RecordLocked,
    RecordNotFound,
    RecordStale,
)
from runtime.problem import RecordNotVoidable, RecordVoid
from tests.integration.runtime.world import ALL, World

MEMO = {"name": "memo", "label": "memo", "sharing": "read_write"}


@pytest.fixture
def memo(world: World) -> str:
    """A record from before its object had a life status."""
    record = world.create("memo", by=world.as_("owner"), name="old")
    world.publish(
        ("object", {**MEMO, "voidable": True, "history": True}),
        ("permission_set", {"name": "sales", "objects": {
            "memo": {**ALL, "void": True}, "user": {"read": True},
        }}),
    )  # fmt: skip
    return record


def change(
    world: World, record: str, *, void: bool = True, by: CallContext | None = None, **more: Any
) -> Outcome:
    return world.records.set_life(by or world.system, LifeChange("memo", record, void, **more))


def listed(world: World, **query: Any) -> list[str]:
    page = world.records.list(world.system, "memo", ListQuery(sort="name", **query))
    return [each["name"] for each in page.records]


def test_void_records_are_kept_and_not_listed(world: World, memo: str) -> None:
    world.create("memo", name="new")
    assert listed(world) == ["new", "old"]
    assert change(world, memo, by=world.as_("owner")) == Outcome(memo, 2)
    assert listed(world) == ["new"]
    assert listed(world, filter="name != 'x'") == ["new"]
    assert listed(world, filter="lifeStatus = '作废'") == ["old"]
    assert world.records.list(world.system, "memo", ListQuery(count=True)).count == 1
    found = world.records.get(world.as_("owner"), "memo", memo)
    assert (found["lifeStatus"], found["updatedBy"]) == ("void", world.ids["owner"])
    assert change(world, memo, void=False).version == 3
    assert listed(world) == ["new", "old"]


def test_nobody_changes_a_void_record(world: World, memo: str) -> None:
    change(world, memo)
    for context in (world.system, world.as_("owner"), world.as_("管理员")):
        with pytest.raises(RecordVoid):
            world.change("memo", memo, by=context, name="x")
    with pytest.raises(Problem):
        world.change("memo", memo, lifeStatus="normal")
    world.write("delete", "memo", {"id": memo}, context=world.as_("owner"))


def test_it_is_an_operation_of_its_own(world: World, memo: str) -> None:
    with pytest.raises(RecordForbidden):
        change(world, memo, by=world.as_("stranger"))
    world.publish(("permission_set", {"name": "sales", "objects": {"memo": ALL}}))
    with pytest.raises(AccessDenied):
        change(world, memo, by=world.as_("owner"))
    assert change(world, memo, by=world.as_("管理员")).version == 2
    for record in ("x", "01890000-0000-7000-8000-000000000000"):
        with pytest.raises(RecordNotFound):
            change(world, record)
    with pytest.raises(RecordNotVoidable):
        world.records.set_life(world.system, LifeChange("visit", memo, True))


def test_locks_and_versions_hold(world: World, memo: str) -> None:
    with pytest.raises(RecordStale) as caught:
        change(world, memo, version=7)
    assert caught.value.extra == {"version": 1}
    capability = world.records.capability
    world.write("update", "memo", {"id": memo, "lockStatus": "locked"}, capability=capability)
    with pytest.raises(RecordLocked):
        change(world, memo, by=world.as_("owner"))
    assert change(world, memo, by=world.as_("管理员"), version=2).version == 3
    assert change(world, memo, version=3).version == 3


def test_it_is_history_and_no_rule_stands_in_the_way(world: World, memo: str) -> None:
    world.publish(
        ("validation_rule", {"object": "memo", "name": "no", "when": "TRUE", "message": "不行"})
    )
    change(world, memo, by=world.as_("owner"))
    (entry,) = world.records.history(world.system, "memo", memo, HistoryQuery())["history"]
    assert entry["changes"] == [{"field": "lifeStatus", "old": None, "new": "void"}]
    assert entry["actor"] == world.ids["owner"]
