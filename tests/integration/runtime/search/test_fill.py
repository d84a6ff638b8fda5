"""Fields that become searchable later: records that are there already are found after filling."""

from __future__ import annotations

from typing import Any

import pytest

from paas.kernel import is_uuid
from runtime import SearchQuery, Work, forget_slots, refill
from runtime.search import fill, fill_step, is_filled
from tests.integration.runtime.world import World, put, valid


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "RECORDS", 3)
    monkeypatch.setattr(fill, "TOKENS", 7)


def describe(world: World, **changes: Any) -> None:
    """Publish changes to the field `secret`, as the product does."""
    document = {"object": "account", "name": "secret", "type": "text", "length": 30, **changes}
    world.catalog.publish(world.system, [put("field", document)], after=forget_slots)


def found(world: World, text: str) -> int:
    return len(world.records.search(world.system, SearchQuery(text)).results)


def filled(world: World) -> bool:
    with world.database.read() as connection:
        return is_filled(connection, world.catalog.snapshot(connection))


@pytest.fixture
def stocked(world: World) -> World:
    for index in range(8):
        world.create("account", **valid(secret=f"代号{index}"))
    world.records.fill_search(world.system)
    return world


def test_records_that_were_there_are_found_after_filling(stocked: World) -> None:
    describe(stocked, searchable=True)
    assert (found(stocked, "代号"), filled(stocked)) == (0, False)
    assert stocked.records.fill_search(stocked.system) == (8, True)
    assert (found(stocked, "代号"), filled(stocked)) == (8, True)
    assert stocked.records.fill_search(stocked.system, steps=1) == (0, True)


def test_filling_goes_on_where_it_stopped_while_others_write(stocked: World) -> None:
    describe(stocked, searchable=True)

    def step(work: Work) -> tuple[int, bool]:
        done = fill_step(work)
        return done.records, done.is_last

    def once() -> tuple[int, bool]:
        return stocked.records.begin(stocked.system, step)

    assert once() == (3, False)
    first = stocked.records.search(stocked.system, SearchQuery("代号")).results
    assert len(first) == 3
    stocked.change("account", first[0]["id"], secret="别名")
    stocked.create("account", **valid(secret="代号九"))
    assert [once() for _ in range(3)] == [(3, False), (3, False), (0, False)]
    assert once() == (0, True)
    assert (found(stocked, "代号"), found(stocked, "别名")) == (8, 1)


def test_a_field_no_longer_searchable_leaves_nothing_behind(stocked: World) -> None:
    describe(stocked, searchable=True)
    stocked.records.fill_search(stocked.system)
    before = stocked.rows("SELECT count(*) FROM paas_search WHERE token = '代号'")
    describe(stocked)
    assert (found(stocked, "代号"), filled(stocked)) == (0, False)
    stocked.records.fill_search(stocked.system)
    after = stocked.rows("SELECT count(*) FROM paas_search WHERE token = '代号'")
    assert (before[0][0], after[0][0], filled(stocked)) == (8, 0, True)


def test_a_field_searchable_again_is_filled_again(stocked: World) -> None:
    describe(stocked, searchable=True)
    stocked.records.fill_search(stocked.system)
    describe(stocked)
    account = stocked.create("account", **valid(secret="其间新建"))
    assert is_uuid(account)
    describe(stocked, searchable=True)
    stocked.records.fill_search(stocked.system)
    assert (found(stocked, "其间"), found(stocked, "代号")) == (1, 8)


def test_everything_can_be_made_anew(stocked: World) -> None:
    stocked.database.write(lambda connection: connection.execute("DELETE FROM paas_search"))
    assert (found(stocked, "大众"), filled(stocked)) == (0, True)
    stocked.database.write(refill)
    stocked.records.fill_search(stocked.system)
    assert (found(stocked, "大众"), filled(stocked)) == (8, True)
