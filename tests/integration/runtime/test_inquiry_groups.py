"""Queries with groups: against an oracle over random rows, and what they say of their results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from runtime import Answer, Request, read_query
from tests.integration.runtime.world import World, valid

Row = dict[str, Any]
NAMES = ("level", "revenue", "staff", "signedOn", "active", "discount")
LARGEST = Decimal("9999999999999999.99")
CENTS = st.one_of(
    st.integers(-500, 500), st.integers(-(10**18) + 1, 10**18 - 1)
).map(lambda units: Decimal(units).scaleb(-2))  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "level": st.sampled_from(["A", "B", None]),
            "revenue": st.none() | CENTS,
            "staff": st.none() | st.integers(-3, 9),
            "signedOn": st.none() | st.dates(date(2023, 11, 1), date(2024, 2, 28)),
            "active": st.booleans(),
            "discount": st.none() | st.integers(-5, 5).map(lambda n: Decimal(n) / 10),
        }
    ),
    max_size=12,
)


def ask(world: World, text: str, *, person: str = "owner", **parameters: Any) -> Answer:
    return world.records.query(world.as_(person), Request(read_query(text), parameters=parameters))


@dataclass(frozen=True)
class Case:
    """A query with groups, and the same said in Python."""

    text: str
    key: Callable[[Row], tuple[Any, ...]]
    results: Callable[[list[Row]], tuple[Any, ...]]
    keeps: Callable[[list[Row]], bool] = lambda _rows: True
    where: Callable[[Row], bool] = lambda _row: True
    is_rollup: bool = False


def present(rows: list[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if row[name] is not None]


def total(values: list[Any]) -> Any:
    return sum(values, Decimal(0)) if values else None


def mean(values: list[Any], scale: int = 2) -> Any:
    if not values:
        return None
    exact = Decimal(sum(values, Decimal(0)))
    numerator = int(exact.scaleb(6))
    whole = (abs(numerator) * 2 * 10**scale + len(values) * 10**6) // (2 * len(values) * 10**6)
    return Decimal(whole if numerator >= 0 else -whole).scaleb(-scale)


def per_head(row: Row) -> Any:
    """What the formula field `revenue / staff` shows, blank numbers being zero."""
    staff = row["staff"] or 0
    if not staff:
        return None
    exact = (row["revenue"] or Decimal(0)).scaleb(2)
    units = abs(int(exact))
    whole = (2 * units + abs(staff)) // (2 * abs(staff))
    return Decimal(-whole if (exact < 0) != (staff < 0) else whole).scaleb(-2)


def whole(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["revenue"] is not None and row["staff"] is not None]


CASES = (
    Case(
        "SELECT level, COUNT() n, SUM(revenue) s, AVG(revenue) a, MIN(revenue) lo, "
        "MAX(revenue) hi FROM account GROUP BY level",
        lambda row: (row["level"],),
        lambda rows: (
            len(rows),
            total(present(rows, "revenue")),
            mean(present(rows, "revenue")),
            min(present(rows, "revenue"), default=None),
            max(present(rows, "revenue"), default=None),
        ),
    ),
    Case(
        "SELECT CALENDAR_YEAR(signedOn) y, CALENDAR_QUARTER(signedOn) q, AVG(staff) a, "
        "COUNT(staff) c, COUNT_DISTINCT(staff) d, MAX(signedOn) m FROM account "
        "WHERE active GROUP BY y, q",
        lambda row: (
            row["signedOn"].year if row["signedOn"] else None,
            (row["signedOn"].month + 2) // 3 if row["signedOn"] else None,
        ),
        lambda rows: (
            mean(present(rows, "staff")),
            len(present(rows, "staff")),
            len(set(present(rows, "staff"))),
            max((each.isoformat() for each in present(rows, "signedOn")), default=None),
        ),
        where=lambda row: row["active"],
    ),
    Case(
        "SELECT level, active, SUM(staff) s, GROUPING(active) g FROM account "
        "GROUP BY ROLLUP(level, active)",
        lambda row: (row["level"], row["active"]),
        lambda rows: (total(present(rows, "staff")),),
        is_rollup=True,
    ),
    Case(
        "SELECT perHead, COUNT() n, SUM(perHead) s FROM account GROUP BY perHead "
        "HAVING COUNT() > 1 OR perHead > 0",
        lambda row: (per_head(row),),
        lambda rows: (len(rows), total([per_head(each) for each in rows if per_head(each) is not None])),  # noqa: E501
        keeps=lambda rows: len(rows) > 1 or (per_head(rows[0]) or 0) > 0,
    ),
    Case(
        "SELECT AVG(perHead) a, MIN(revenue * staff) lo, SUM(revenue - staff) s, AVG(discount) d "
        "FROM account",
        lambda _row: (),
        lambda rows: (
            mean([p for row in rows if (p := per_head(row)) is not None]),
            min((row["revenue"] * row["staff"] for row in whole(rows)), default=None),
            total([row["revenue"] - row["staff"] for row in whole(rows)]),
            mean(present(rows, "discount")),
        ),
    ),
)  # fmt: skip


def order(key: tuple[Any, ...]) -> tuple[tuple[bool, Any], ...]:
    """Nulls last, as the keys of groups are ordered where nothing else is said."""
    return tuple((each is None, each if each is not None else 0) for each in key)


def expected(case: Case, rows: list[Row]) -> list[tuple[Any, ...]]:
    found = sorted((row for row in rows if case.where(row)), key=lambda row: order(case.key(row)))
    groups = [(key, list(each)) for key, each in groupby(found, key=case.key)]
    if not case.is_rollup:
        if not groups and case.key({**dict.fromkeys(NAMES)}) == ():
            groups = [((), [])]
        return [(*key, *case.results(each)) for key, each in groups if case.keeps(each)]
    made = []
    for level, by_level in groupby(groups, key=lambda each: each[0][0]):
        parts = list(by_level)
        made += [(*key, *case.results(each), 0) for key, each in parts]
        together = [row for _key, each in parts for row in each]
        made.append((level, None, *case.results(together), 1))
    return [*made, (None, None, *case.results(found), 1)]


@pytest.fixture
def emptied(world: World) -> Callable[[list[Row]], World]:
    """Fills the world with other rows again and again."""
    ids: list[dict[str, Any]] = []

    def fill(rows: list[Row]) -> World:
        if ids:
            world.write("delete", "account", *ids, is_batch=True)
            ids.clear()
        if rows:
            values = [
                valid(**{
                    name: value.isoformat() if isinstance(value, date) else value
                    for name, value in row.items()
                })
                for row in rows
            ]  # fmt: skip
            made = world.write(
                "create", "account",
                *({**each, "ownerId": world.ids["owner"]} for each in values),
                is_batch=True,
            )  # fmt: skip
            ids.extend({"id": each.id} for each in made)
        return world

    return fill


def test_groups_equal_the_oracle_on_random_rows(emptied: Callable[[list[Row]], World]) -> None:
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=ROWS)
    @example(rows=[{**dict.fromkeys(NAMES), "active": True, "revenue": LARGEST}] * 11)
    def agree(rows: list[Row]) -> None:
        world = emptied(rows)
        for case in CASES:
            found = [tuple(each.values()) for each in ask(world, case.text).records]
            assert found == expected(case, rows), case.text

    agree()


def test_groups_are_ordered_by_results_and_limited(world: World) -> None:
    made = [
        valid(level=level, staff=staff)
        for level, staff in (("A", 1), ("A", 2), ("B", 9), ("C", 1), (None, 5))
    ]
    world.write("create", "account", *made, context=world.as_("owner"))
    text = (
        "SELECT level, SUM(staff) / COUNT() each, TEXT(level) label FROM account GROUP BY level "
        "ORDER BY SUM(staff) DESC, level NULLS FIRST LIMIT 3"
    )
    answer = ask(world, text)
    assert answer.records == [
        {"level": "B", "each": 9, "label": "B 级"},
        {"level": None, "each": 5, "label": None},
        {"level": "A", "each": Decimal("1.5"), "label": "A 级"},
    ]
    assert answer.is_truncated
    assert answer.labels == {"level": {"B": "B 级", "A": "A 级"}}


def test_having_and_where_take_parameters_and_periods(world: World) -> None:
    made = [
        valid(level=level, staff=staff, signedOn=day)
        for level, staff, day in (
            ("A", 1, "2026-03-01"), ("A", 2, "2020-01-01"), ("B", 9, "2019-01-01")
        )
    ]  # fmt: skip
    world.write("create", "account", *made, context=world.as_("owner"))
    text = (
        "SELECT level FROM account WHERE staff < :most GROUP BY level "
        "HAVING MAX(signedOn) = LAST_N_MONTHS:3 OR SUM(staff) > :least"
    )
    assert ask(world, text, most=100, least=8).records == [{"level": "B"}]
    assert ask(world, text, most=100, least=9).records == []
    recent = "SELECT level FROM account GROUP BY level HAVING MAX(signedOn) > LAST_MONTH"
    assert ask(world, recent).records == [{"level": "A"}]


def test_lookups_and_texts_are_keys_too(world: World) -> None:
    above = world.create("account", by=world.as_("owner"), **valid(accountName="上"))
    made = [valid(accountName=f"n{n}", parentAccountId=above, staff=n) for n in range(3)]
    world.write("create", "account", *made, context=world.as_("owner"))
    text = (
        "SELECT parentAccountId, parentAccountId.accountName, MAX(accountName) m, "
        "COUNT_DISTINCT(ownerId) o FROM account GROUP BY parentAccountId, "
        "parentAccountId.accountName HAVING parentAccountId = :id ORDER BY m"
    )
    assert ask(world, text, id=above).records == [
        {"parentAccountId": above, "parentAccountId.accountName": "上", "m": "n2", "o": 1}
    ]
