"""Replacing choices and numbering records that were there before, set by set."""

from __future__ import annotations

from typing import Any

import pytest

import runtime.upkeep
from runtime import UpkeepInvalid, numbering, replacement
from tests.integration.jobs.shop import Shop, wait_for

COLOURS = [{"value": name} for name in ("red", "green", "blue")]


@pytest.fixture
def paints(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(runtime.upkeep, "ROWS", 3)
    shop.world.publish(
        ("object", {"name": "paint", "label": "涂料"}),
        ("field", {"object": "paint", "name": "name", "type": "text"}),
        ("field", {"object": "paint", "name": "colour", "type": "picklist", "values": COLOURS}),
        ("field", {"object": "paint", "name": "mix", "type": "multi_picklist", "values": COLOURS}),
        ("validation_rule", {"object": "paint", "name": "never", "when": "colour = 'blue'",
                             "message": "不行"}),
    )  # fmt: skip
    return shop


def snapshot(shop: Shop) -> Any:
    with shop.world.database.read() as connection:
        return shop.world.catalog.snapshot(connection)


def finish(shop: Shop, new: Any) -> Any:
    job = shop.jobs.enqueue(shop.system, new)
    shop.workers.start(1)
    wait_for(lambda: shop.jobs.get(job.id).is_ended)
    return shop.jobs.get(job.id)


def column(shop: Shop, name: str) -> list[Any]:
    from runtime import ListQuery

    page = shop.world.records.list(
        shop.world.system, "paint", ListQuery(sort="createdAt,id", limit=200)
    )
    return [each[name] for each in page.records]


def test_a_choice_is_replaced_in_every_record_whatever_rules_say(paints: Shop) -> None:
    rows = [{"colour": each} for each in ("red", "green") * 4]
    paints.world.write("create", "paint", *rows)
    new = replacement(
        snapshot(paints), object_name="paint", field_name="colour", old="red", new="blue"
    )
    job = finish(paints, new)
    assert (job.status.value, job.done) == ("done", 4)
    assert sorted(column(paints, "colour")) == ["blue"] * 4 + ["green"] * 4
    (count,) = paints.world.rows(
        "SELECT count(*) FROM paas_outbox WHERE object = 'paint' AND operation = 'update'"
    )
    assert count == (4,)


def test_one_of_several_choices_is_replaced_and_none_is_there_twice(paints: Shop) -> None:
    for mix in (["red", "green"], ["red", "blue"], ["green"], ["red"]):
        paints.world.create("paint", mix=mix)
    finish(
        paints,
        replacement(snapshot(paints), object_name="paint", field_name="mix", old="red", new="blue"),
    )
    assert column(paints, "mix") == [["green", "blue"], ["blue"], ["green"], ["blue"]]


def test_a_choice_that_is_gone_from_the_description_can_be_emptied(paints: Shop) -> None:
    paints.world.create("paint", mix=["red", "green"])
    field = {"object": "paint", "name": "mix", "type": "multi_picklist", "values": COLOURS[1:]}
    paints.world.publish(("field", field))
    finish(
        paints,
        replacement(snapshot(paints), object_name="paint", field_name="mix", old="red", new=None),
    )
    assert column(paints, "mix") == [["green"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"field_name": "name", "old": "red", "new": "blue"},
        {"field_name": "colour", "old": "red", "new": "pink"},
        {"field_name": "colour", "old": "red", "new": "red"},
        {"field_name": "nowhere", "old": "red", "new": "blue"},
    ],
)
def test_a_replacement_that_means_nothing_is_refused(paints: Shop, wrong: dict[str, Any]) -> None:
    with pytest.raises(UpkeepInvalid):
        replacement(snapshot(paints), object_name="paint", **wrong)


def test_records_from_before_get_their_numbers_in_order(paints: Shop) -> None:
    paints.world.write("create", "paint", *[{"name": str(each)} for each in range(7)])
    field = {"object": "paint", "name": "number", "type": "auto_number", "pattern": "P{00}"}
    paints.world.publish(("field", {**field, "unique": True}))
    paints.world.create("paint", name="new")
    job = finish(paints, numbering(snapshot(paints), object_name="paint", field_name="number"))
    assert (job.status.value, job.done) == ("done", 7)
    assert column(paints, "number") == [f"P{each:02}" for each in (*range(2, 9), 1)]
    with pytest.raises(UpkeepInvalid):
        numbering(snapshot(paints), object_name="paint", field_name="name")
