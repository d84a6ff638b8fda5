"""Stored formulas of records that were there before: a job computes them."""

from __future__ import annotations

from typing import Any

from runtime import ListQuery, to_fill
from tests.integration.jobs.shop import Shop
from tests.integration.runtime.world import valid

KEPT = {"object": "account", "type": "formula", "stored": True, "result": "integer"}


def publish(shop: Shop, *documents: tuple[str, dict[str, Any]]) -> int:
    """Publish as the application does, and return how many jobs that made."""
    world = shop.world
    with world.database.read() as connection:
        old = world.catalog.snapshot(connection)
    world.publish(*documents)
    with world.database.read() as connection:
        new = world.catalog.snapshot(connection)
    jobs = list(to_fill(new, old))
    for job in jobs:
        shop.jobs.enqueue(shop.system, job)
    return len(jobs)


def values(shop: Shop) -> list[tuple[Any, ...]]:
    query = ListQuery(fields=("accountName", "people", "double"), sort="accountName", limit=200)
    page = shop.world.records.list(shop.system, "account", query)
    return [tuple(each[name] for name in query.fields or ()) for each in page.records]


def test_a_job_computes_what_was_there_before(shop: Shop) -> None:
    names = [f"第{number:03}家" for number in range(450)]
    ids: list[str] = []
    for start in range(0, 450, 150):
        rows = [valid(accountName=name, staff=3) for name in names[start : start + 150]]
        made = shop.world.write("create", "account", *rows, is_batch=True)
        ids += [each.id for each in made if each.id]
    shop.world.create("contact", accountId=ids[0], name="a")
    rule = {"object": "account", "name": "never", "when": "people = 0", "message": "不行"}
    count = publish(
        shop,
        ("field", {**KEPT, "name": "people", "formula": "COUNT(contact)"}),
        ("field", {**KEPT, "name": "double", "formula": "staff * 2"}),
        ("validation_rule", rule),
    )
    assert count == 1
    shop.workers.run_due()
    assert values(shop) == [(name, int(name == names[0]), 6) for name in names[:200]]
    more = shop.world.records.get(shop.system, "account", ids[-1], fields=("double", "people"))
    assert (more["double"], more["people"]) == (6, 0)


def test_only_what_changes_the_meaning_is_computed_anew(shop: Shop) -> None:
    first = ("field", {**KEPT, "name": "people", "formula": "COUNT(contact)"})
    second = ("field", {**KEPT, "name": "double", "formula": "staff * 2"})
    shop.world.create("account", **valid(staff=4))
    assert publish(shop, first, second) == 1
    shop.workers.run_due()
    assert publish(shop, (first[0], {**first[1], "label": "人数"})) == 0
    assert publish(shop, (second[0], {**second[1], "formula": "staff * 3"})) == 1
    shop.workers.run_due()
    assert [row[2] for row in values(shop)] == [12]
