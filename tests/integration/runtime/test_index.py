"""Indexes over several fields: unique together, found by both databases, served to lists."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

import formula
from metadata import Change, PublishRefused
from paas.kernel import Problem
from runtime import ListQuery, WriteCommand
from runtime.sql.select import Reading, Term, build
from tests.integration.runtime.world import World, valid

UNIQUE = (
    "index",
    {
        "object": "account",
        "name": "once",
        "fields": ["accountName", "-signedOn"],
        "unique": True,
        "message": {"zh-CN": "同名客户{当天}已签约。", "en-US": "Signed that day already."},
    },
)


def refusal(world: World, **values: Any) -> list[tuple[str, str | None, str]]:
    with pytest.raises(Problem) as refused:
        world.create("account", **valid(**values))
    return [(each.code, each.pointer, each.detail("zh-CN")) for each in refused.value.errors]


def test_records_may_not_have_the_same_values_together(world: World) -> None:
    world.publish(UNIQUE)
    world.create("account", **valid(accountName="甲", signedOn="2026-01-01"))
    world.create("account", **valid(accountName="甲", signedOn="2026-01-02"))
    world.create("account", **valid(accountName="乙", signedOn="2026-01-01"))
    wanted = [("record.fields_not_unique", "", "同名客户{当天}已签约。")]
    assert refusal(world, accountName="甲", signedOn="2026-01-01") == wanted


def test_a_record_in_which_one_is_blank_is_not_compared(world: World) -> None:
    world.publish(UNIQUE)
    for _ in range(2):
        world.create("account", **valid(accountName="甲", signedOn=None))


def test_without_a_message_the_labels_are_told(world: World) -> None:
    world.publish((UNIQUE[0], {**UNIQUE[1], "message": {}}))
    world.create("account", **valid(accountName="甲", signedOn="2026-01-01"))
    (found,) = refusal(world, accountName="甲", signedOn="2026-01-01")
    assert found[2] == "已有记录的accountName、signedOn与此相同。"


def test_a_batch_gives_up_only_the_rows_that_occur_twice(world: World) -> None:
    world.publish(UNIQUE)
    rows = [valid(accountName=name, signedOn="2026-01-01") for name in "甲乙甲丙乙"]
    outcomes = world.write("create", "account", *rows, all_or_none=False, is_batch=True)
    assert [each.problem is None for each in outcomes] == [True, True, False, True, False]


def test_of_two_at_the_same_moment_one_is_refused(world: World) -> None:
    world.publish(UNIQUE)
    row = valid(accountName="甲", signedOn="2026-01-01")

    def create(_number: int) -> bool:
        try:
            world.records.write(world.system, WriteCommand("create", "account", [row]))
        except Problem:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(create, range(6))) == 1


def test_values_that_occur_twice_already_stand_in_the_way_of_a_publish(world: World) -> None:
    for _ in range(2):
        world.create("account", **valid(accountName="甲", signedOn="2026-01-01"))
    with pytest.raises(PublishRefused) as refused:
        world.publish(UNIQUE)
    (found,) = refused.value.errors
    assert (found.code, found.params["name"]) == ("metadata.duplicates_exist", "account.once")
    world.create("account", **valid(accountName="甲", signedOn="2026-01-01"))


def test_an_index_that_changes_or_goes_is_made_anew_or_dropped(world: World) -> None:
    def indexes() -> set[str]:
        tables = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
            "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()",
        }
        with world.database.read() as connection:
            return {name for (name,) in connection.fetch(tables[connection.dialect])}

    before = indexes()
    world.publish(UNIQUE)
    first = indexes() - before
    assert len(first) == 1
    world.publish((UNIQUE[0], {**UNIQUE[1], "fields": ["signedOn", "accountName"]}))
    second = indexes() - before
    assert len(second) == 1
    assert second != first
    world.catalog.publish(
        world.system, [Change("delete", "index", {"name": "once", "object": "account"})]
    )
    assert indexes() == before


def test_a_list_is_read_from_an_index_over_filter_and_order(world: World) -> None:
    world.publish(
        ("index", {"object": "account", "name": "list", "fields": ["taxCode", "-revenue"]}),
        ("object", {"name": "account", "label": "客户", "sharing": "read",
                    "name_field": "accountName"}),
    )  # fmt: skip
    query = ListQuery(filter="taxCode = 'x'", sort="-revenue", limit=2)
    context = world.as_("owner")
    for revenue in (3, 1, None, 2):
        world.create("account", **valid(revenue=revenue))
    assert world.records.list(context, "account", query).records == []
    assert world.records.is_bounded("account", query)
    assert not world.records.is_bounded("account", replace(query, sort="-staff"))


def test_the_database_reads_such_a_list_without_sorting(world: World) -> None:
    world.publish(
        ("index", {"object": "account", "name": "list", "fields": ["secret", "-revenue"]})
    )
    terms = (Term(("revenue",), descending=True), Term(("id",), descending=True))
    with world.database.read() as connection:
        snapshot = world.catalog.snapshot(connection)
        condition = formula.compile("secret = 'x'", snapshot.environment("account", blank="blank"))
        model = snapshot.object("account")
        reading = Reading(
            snapshot, connection.dialect, model, (("id",),), filter=condition, order=terms
        )
        text = build(reading).statement.text
        if connection.dialect == "sqlite":
            plan = connection.fetch(
                f"EXPLAIN QUERY PLAN {text}", (*build(reading).statement.constants.values(), 5)
            )
        else:
            known = {**build(reading).statement.constants, "limit": 5}
            connection.execute("SET enable_seqscan = off")
            plan = connection.fetch(f"EXPLAIN {text}", known)
            connection.execute("SET enable_seqscan = on")
    said = " ".join(str(row) for row in plan)
    assert "ix_o_account__" in said, said
    assert "TEMP B-TREE" not in said
    assert "Sort" not in said
