"""Lists: filters, sorts, pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

from paas.kernel import Problem
from runtime import ListQuery
from tests.integration.runtime.world import World, valid


def names(world: World, query: ListQuery, *, person: str = "owner") -> list[str]:
    page = world.records.list(world.as_(person), "account", query)
    return [each["accountName"] for each in page.records]


def fill(world: World, *rows: dict[str, Any]) -> None:
    world.write("create", "account", *(valid(**row) for row in rows), context=world.as_("owner"))


def every_page(world: World, sort: str, *, limit: int = 2, between: Any = None) -> list[str]:
    found: list[str] = []
    query = ListQuery(fields=("accountName",), sort=sort, limit=limit)
    context = world.as_("owner")
    while True:
        page = world.records.list(context, "account", query)
        found += [each["accountName"] for each in page.records]
        if page.next is None:
            return found
        if between is not None:
            between()
        query = ListQuery(fields=("accountName",), sort=sort, limit=limit, cursor=page.next)


def test_filters_find_what_they_say(world: World) -> None:
    fill(
        world,
        {"accountName": "甲", "revenue": 10, "staff": 5, "level": "A", "signedOn": "2024-01-31"},
        {"accountName": "乙", "revenue": 20.5, "staff": None, "level": "B", "active": False},
        {"accountName": "丙'丁", "revenue": None, "level": None},
    )
    cases = {
        "revenue >= 10.5": ["乙"],
        "revenue < 100": ["甲", "乙"],
        "level = 'A 级'": ["甲"],
        "ISBLANK(level)": ["丙'丁"],
        "NOT(active)": ["乙"],
        "signedOn = DATE(2024, 1, 31)": ["甲"],
        'CONTAINS(accountName, "\'")': ["丙'丁"],
        "perHead = 2": ["甲"],
        "ownerId.name = 'owner' && dimDepart.departName = 'east'": ["甲", "乙", "丙'丁"],
        "ownerId.dimDepart.department.departName = 'nowhere'": [],
        "ownerId.name = $User.name && createdAt <= NOW() && signedOn <= TODAY()": ["甲"],
        "$User.dimDepart.departName = 'east'": ["甲", "乙", "丙'丁"],
        "shownAs = '甲 / owner'": ["甲"],
    }
    found = {each: sorted(names(world, ListQuery(filter=each))) for each in cases}
    assert found == {each: sorted(expected) for each, expected in cases.items()}


def test_pages_go_through_nulls_in_both_directions(world: World) -> None:
    fill(
        world,
        *(
            {"accountName": f"r{n}", "revenue": n if n % 3 else None, "staff": n // 2}
            for n in range(9)
        ),
    )
    rising = [f"r{n}" for n in (1, 2, 4, 5, 7, 8)]
    assert every_page(world, "revenue") == [*rising, "r0", "r3", "r6"]
    assert every_page(world, "-revenue") == [*reversed(rising), "r6", "r3", "r0"]
    by_two = [f"r{n}" for n in (1, 0, 2, 3, 5, 4, 7, 6, 8)]
    assert every_page(world, "staff,-revenue", limit=1) == by_two
    assert every_page(world, "perHead", limit=4)[-2:] == ["r0", "r1"]


def test_records_that_come_in_between_neither_repeat_nor_hide(world: World) -> None:
    fill(world, *({"accountName": f"r{n}", "revenue": 10 - n, "staff": n + 1} for n in range(6)))
    count = iter(range(100))

    def between() -> None:
        fill(world, {"accountName": f"new{next(count)}", "revenue": 1, "staff": 1})

    for sort in ("accountName", "-createdAt", "-perHead", "ownerId.name,-staff"):
        found = every_page(world, sort, limit=5, between=between)
        assert len(set(found)) == len(found)
        assert {f"r{n}" for n in range(6)} <= set(found)


def test_newest_records_come_first_by_default(world: World) -> None:
    fill(world, *({"accountName": f"r{n}"} for n in range(5)))
    assert every_page(world, "") == ["r4", "r3", "r2", "r1", "r0"]


def test_text_sorts_by_code_point(world: World) -> None:
    fill(world, *({"accountName": each} for each in ("b", "B", "a", "啊", "Z", "é")))
    assert names(world, ListQuery(sort="accountName")) == ["B", "Z", "a", "b", "é", "啊"]


def test_a_wrong_cursor_is_refused(world: World) -> None:
    context = world.as_("owner")
    forged = (
        "x",
        "",
        "W10",
        "e30",
        "WyJ4Il0",
        "💥",
        "WyIwMDAwMDAwMDAwMDAiLCBudWxsXQ",
        "A" * 30_000,
    )
    for cursor in forged:
        with pytest.raises(Problem) as caught:
            world.records.list(context, "account", ListQuery(cursor=cursor))
        assert [each.code for each in caught.value.errors] == ["query.cursor_invalid"]


def test_a_cursor_belongs_to_its_query(world: World) -> None:
    fill(world, {}, {}, {})
    context = world.as_("owner")
    page = world.records.list(context, "account", ListQuery(limit=1, sort="revenue"))
    with pytest.raises(Problem):
        world.records.list(context, "account", ListQuery(sort="-revenue", cursor=page.next))


WRONG = (
    (ListQuery(fields=("nonsense",)), "query.field_unknown"),
    (ListQuery(fields=("accountName.x",)), "query.not_a_lookup"),
    (ListQuery(fields=("ownerId.nonsense",)), "query.field_unknown"),
    (ListQuery(sort="nonsense"), "query.field_unknown"),
    (ListQuery(sort=",".join(["staff"] * 9)), "query.too_long"),
    (ListQuery(limit=0), "query.limit"),
    (ListQuery(limit=201), "query.limit"),
    (ListQuery(filter="x" * 20_001), "query.too_long"),
    (ListQuery(filter="nonsense = 1"), "formula.unknown_field"),
    (ListQuery(filter="ISCHANGED(staff)"), "formula.not_allowed_here"),
    (ListQuery(filter="staff +"), "formula.unexpected_end"),
)


def test_a_wrong_query_is_refused_with_its_place(world: World) -> None:
    context, found = world.as_("owner"), []
    for query, _code in WRONG:
        with pytest.raises(Problem) as caught:
            world.records.list(context, "account", query)
        found.append([each.code for each in caught.value.errors])
    assert found == [[code] for _query, code in WRONG]


def test_json_carries_exact_numbers(world: World) -> None:
    fill(
        world,
        {"revenue": Decimal("9999999999999999.99"), "staff": 3, "active": None},
        {"revenue": -0.01, "staff": -5, "calledAt": "2024-01-01T00:00:00+08:00"},
        {"revenue": 12345678901234.5, "signedOn": "0001-01-01"},
    )
    fields = ("revenue", "staff", "active", "calledAt", "signedOn")
    context = world.as_("owner")
    query = ListQuery(fields=fields, sort="id", count=True)
    body = world.records.encode_list(context, "account", query)
    assert b'"revenue":9999999999999999.99,' in body
    page = orjson.loads(body)
    shown = [[each[name] for name in fields] for each in page["records"]]
    assert shown == [
        [1e16, 3, None, None, None],
        [-0.01, -5, True, "2023-12-31T16:00:00.000Z", None],
        [12345678901234.5, None, True, None, "0001-01-01"],
    ]
    assert (page["next"], page["count"]) == (None, 3)
    exact = world.records.list(context, "account", query).records
    assert exact[0]["revenue"] == Decimal("9999999999999999.99")
    record = str(exact[1]["id"])
    one, version = world.records.encode_get(context, "account", record, fields=fields)
    assert (orjson.loads(one), version) == (page["records"][1], 1)
