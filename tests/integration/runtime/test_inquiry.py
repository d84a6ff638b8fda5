"""Queries: columns, conditions, child records, pages, explanations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from paas.kernel import Problem
from runtime import Answer, ListQuery, Request, read_body, read_query
from tests.integration.runtime.world import World, valid


def ask(world: World, text: str, *, person: str = "owner", **beside: Any) -> Answer:
    return world.records.query(world.as_(person), Request(read_query(text), **beside))


def rows(world: World, text: str, *, person: str = "owner", **parameters: Any) -> list[Any]:
    """Return the values of each record, without the names of the columns."""
    found = ask(world, text, person=person, parameters=parameters).records
    return [tuple(each.values()) if len(each) > 1 else next(iter(each.values())) for each in found]


@pytest.fixture
def filled(world: World) -> World:
    """Three accounts of `owner`, the first above the second, with contacts."""
    owner = world.as_("owner")
    first: dict[str, Any] = {"accountName": "甲", "revenue": 10.25, "staff": 5, "level": "A"}
    second: dict[str, Any] = {"accountName": "乙", "revenue": 20.5, "staff": 3}
    third: dict[str, Any] = {
        "accountName": "丙",
        "revenue": None,
        "staff": None,
        "level": "A",
        "active": False,
    }
    dates = ("2024-01-31", "2026-03-01", "2026-03-04")
    for name, row, day in zip("abc", (first, second, third), dates, strict=True):
        above = {"parentAccountId": world.ids["a"]} if name == "b" else {}
        values = valid(**row, signedOn=day, **above)
        world.ids[name] = world.create("account", by=owner, **values)
    for name, account in (("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b")):
        world.create("contact", by=owner, name=name, accountId=world.ids[account])
    return world


def test_conditions_of_queries_find_what_they_say(filled: World) -> None:
    cases: dict[str, list[str]] = {
        "level IN ('A 级', 'C')": ["甲", "丙"],
        "level NOT IN ('A')": ["乙"],
        "staff NOT IN (3)": ["甲", "丙"],
        "NOT staff IN (3)": ["甲", "丙"],
        "staff + 1 IN (4, 5) OR FALSE": ["乙"],
        "accountName LIKE '甲%'": ["甲"],
        "accountName NOT LIKE '%甲%'": ["乙", "丙"],
        "accountName LIKE '_'": ["甲", "乙", "丙"],
        "accountName LIKE '丙'": ["丙"],
        "ownerId.name LIKE '%ner'": ["甲", "乙", "丙"],
        "signedOn = 2024-01-31": ["甲"],
        "signedOn > 2024-01-31": ["乙", "丙"],
        "createdAt < 2026-03-04T05:06:08Z": ["甲", "乙", "丙"],
        "createdAt < 2026-03-04T13:06:07+08:00": [],
        "signedOn = LAST_N_DAYS:30": ["乙", "丙"],
        "signedOn <> LAST_N_DAYS:30": ["甲"],
        "signedOn < THIS_FISCAL_QUARTER": ["甲"],
        "TODAY = signedOn": ["丙"],
        "signedOn >= TODAY": ["丙"],
        "TODAY > signedOn": ["甲", "乙"],
        "createdAt = TODAY": ["甲", "乙", "丙"],
        "createdAt <= YESTERDAY": [],
        "CALENDAR_YEAR(createdAt) = 2026 && FISCAL_QUARTER(signedOn) = 1": ["甲", "乙", "丙"],
        "DAY_ONLY(createdAt) = signedOn": ["丙"],
        "id IN (SELECT accountId FROM contact)": ["甲", "乙"],
        "id IN (SELECT accountId FROM contact WHERE name LIKE 'b%')": ["乙"],
        "id NOT IN (SELECT accountId FROM contact WHERE name LIKE 'b%')": ["甲", "丙"],
        "parentAccountId IN (SELECT id FROM account WHERE staff > 4)": ["乙"],
        "parentAccountId IN (SELECT accountId FROM contact)": ["乙"],
        "parentAccountId IN (SELECT id FROM account WHERE id IN "
        "(SELECT accountId FROM contact WHERE name = 'a3'))": ["乙"],
        "ownerId IN (SELECT id FROM user WHERE name = 'owner')": ["甲", "乙", "丙"],
        "ownerId IN (SELECT ownerId FROM contact WHERE name = 'a1')": ["甲", "乙", "丙"],
        "COUNT(contact) > 2": ["甲"],
        "EXISTS(contact, name LIKE 'b_')": ["乙"],
        "perHead = 2.05": ["甲"],
        "parentAccountId.parentAccountId.accountName = '甲'": [],
    }
    found = {
        each: sorted(rows(filled, f"SELECT accountName FROM account WHERE {each}"))
        for each in cases
    }
    assert found == {each: sorted(expected) for each, expected in cases.items()}


def test_parameters_take_the_type_of_what_they_are_compared_with(filled: World) -> None:
    cases: tuple[tuple[str, Any, list[str]], ...] = (
        ("signedOn >= :p", "2026-03-04", ["丙"]),
        (":p <= createdAt", "2026-03-04T05:06:07Z", ["甲", "乙", "丙"]),
        ("staff = :p", "5", ["甲"]),
        ("staff = :p", 5, ["甲"]),
        ("revenue = :p", Decimal("20.5"), ["乙"]),
        ("active = :p", False, ["丙"]),
        ("level = :p", "A 级", ["甲", "丙"]),
        ("accountName LIKE :p", "乙%", ["乙"]),
        ("accountName IN :p", ["甲", "丙", "' OR TRUE"], ["甲", "丙"]),
        ("accountName IN (:p)", "甲", ["甲"]),
        ("signedOn IN :p", ["2024-01-31"], ["甲"]),
        ("accountName IN :p", [], []),
        ("accountName = :p", "' OR '' = '", []),
    )
    for text, value, expected in cases:
        query = f"SELECT accountName FROM account WHERE {text}"
        assert sorted(rows(filled, query, p=value)) == sorted(expected), text


def test_columns_are_paths_and_formulas_with_names(filled: World) -> None:
    text = (
        "SELECT accountName, ownerId.dimDepart.departName AS team, revenue * 2 twice, "
        "account.staff, COUNT(contact) FROM account ORDER BY twice DESC NULLS FIRST, staff"
    )
    names = ("accountName", "team", "twice", "staff", "expr4")
    assert ask(filled, text).records == [
        dict(zip(names, each, strict=True))
        for each in (
            ("丙", "east", None, None, 0),
            ("乙", "east", Decimal(41), 3, 1),
            ("甲", "east", Decimal("20.5"), 5, 3),
        )
    ]


def test_all_readable_fields_come_where_none_are_named(filled: World) -> None:
    (record,) = ask(filled, "SELECT FIELDS(ALL) FROM account WHERE staff = 5").records
    assert record == filled.records.get(filled.as_("owner"), "account", filled.ids["a"])
    assert "secret" not in record


def test_child_records_come_with_each_record_in_one_statement(filled: World) -> None:
    text = (
        "SELECT accountName, (SELECT name, accountId.staff FROM contact WHERE name <> 'a1' "
        "ORDER BY name DESC LIMIT 1), (SELECT accountName FROM account.parentAccountId) AS below "
        "FROM account ORDER BY signedOn"
    )
    with filled.database.read() as connection:
        before = connection.statements
        found = ask(filled, text)
        asked = connection.statements - before
    below = [[row["accountName"] for row in each["below"]["records"]] for each in found.records]
    shown = [(each["accountName"], each["contact"]) for each in found.records]
    assert [(*pair, names) for pair, names in zip(shown, below, strict=True)] == [
        ("甲", {"records": [{"name": "a3", "accountId.staff": 5}], "more": True}, ["乙"]),
        ("乙", {"records": [{"name": "b1", "accountId.staff": 3}], "more": False}, []),
        ("丙", {"records": [], "more": False}, []),
    ]  # fmt: skip
    more = [{"name": f"n{number}", "accountId": filled.ids["c"]} for number in range(50)]
    filled.write("create", "contact", *more, context=filled.as_("owner"))
    with filled.database.read() as connection:
        before = connection.statements
        ask(filled, text)
        assert connection.statements - before == asked


def test_pages_go_through_nulls_first_and_new_records(filled: World) -> None:
    made = [valid(accountName=f"n{n}", revenue=n % 4 or None) for n in range(9)]
    filled.write("create", "account", *made, context=filled.as_("owner"))
    for order in (
        "revenue NULLS FIRST",
        "revenue DESC NULLS FIRST, accountName DESC",
        "revenue * 3 DESC, accountName",
        "COUNT(contact) DESC",
        "shownAs",
    ):
        text = f"SELECT accountName FROM account ORDER BY {order}"
        whole = [each["accountName"] for each in ask(filled, f"{text} LIMIT 2000").records]
        paged: list[str] = []
        cursor = None
        while True:
            page = ask(filled, f"{text} LIMIT 5", cursor=cursor, count=True)
            assert page.count is not None
            paged += [each["accountName"] for each in page.records]
            cursor = page.next
            if cursor is None:
                break
            filled.create("account", by=filled.as_("owner"), **valid(accountName=f"x{page.count}"))
        assert [each for each in paged if each[0] != "x"] == [
            each for each in whole if each[0] != "x"
        ]
        assert len(set(paged)) == len(paged)


def test_numbers_without_a_declared_scale_sort_by_value(filled: World) -> None:
    for staff in (1, 3, 7, 30):
        values = valid(accountName=f"n{staff}", revenue=100, staff=staff)
        filled.create("account", by=filled.as_("owner"), **values)
    text = "SELECT accountName FROM account WHERE NOT(ISBLANK(staff)) ORDER BY revenue / staff"
    listed = filled.records.list(filled.as_("owner"), "account", ListQuery(sort="perHead"))
    expected = ["甲", "n30", "乙", "n7", "n3", "n1"]
    assert rows(filled, text) == expected
    assert [each["accountName"] for each in listed.records][:6] == expected


def test_json_and_text_ask_the_same(filled: World) -> None:
    body = {
        "from": "account",
        "select": [
            "accountName",
            {"from": "contact", "as": "people", "select": ["name"], "order_by": ["name"]},
        ],
        "where": "staff >= :least",
        "order_by": ["accountName DESC"],
        "limit": 10,
        "params": {"least": 3},
        "count": True,
    }
    text = (
        "SELECT accountName, (SELECT name FROM contact ORDER BY name) people FROM account "
        "WHERE staff >= :least ORDER BY accountName DESC LIMIT 10"
    )
    context = filled.as_("owner")
    same = filled.records.query(context, read_body(body))
    assert same == ask(filled, text, parameters={"least": 3}, count=True)
    assert same.count == 2
    again = {"query": text, "params": {"least": 3}, "count": True}
    assert filled.records.query(context, read_body(again)) == same


WRONG = (
    ("SELECT nonsense FROM account", ["formula.unknown_field"]),
    ("SELECT id FROM nonsense", ["query.object_unknown"]),
    ("SELECT id FROM account WHERE", ["query.syntax"]),
    ("SELECT id FROM account WHERE staff = 'x'", ["formula.unlike_types"]),
    ("SELECT id FROM account WHERE level = 'Z'", ["formula.unknown_picklist_value"]),
    ("SELECT id FROM account WHERE staff = :p", ["query.parameter_missing"]),
    ("SELECT id FROM account WHERE signedOn = 2024-02-30", ["query.date_invalid"]),
    ("SELECT id FROM account WHERE staff = TODAY", ["query.date_misplaced"]),
    ("SELECT id FROM account WHERE signedOn + TODAY = 1", ["query.date_misplaced"]),
    ("SELECT id FROM account WHERE signedOn > LAST_N_YEARS:9999", ["query.date_misplaced"]),
    ("SELECT id FROM account WHERE id IN (SELECT name FROM contact)", ["query.semi_join"]),
    ("SELECT id FROM account WHERE id IN (SELECT ownerId FROM contact)", ["query.semi_join"]),
    ("SELECT id FROM account WHERE staff IN (SELECT staff FROM account)", ["query.semi_join"]),
    ("SELECT id FROM account WHERE id IN (SELECT id FROM nonsense)", ["query.semi_join"]),
    ("SELECT id, (SELECT id FROM visitor) FROM account", ["query.children_unknown"]),
    ("SELECT id AS a, staff AS a FROM account", ["query.name_taken"]),
    ("SELECT id FROM account HAVING staff = 1", ["query.not_aggregated"]),
    ("SELECT level, staff, COUNT() FROM account GROUP BY level", ["query.not_grouped"]),
    ("SELECT SUM(accountName) FROM account", ["query.aggregate_invalid"]),
    ("SELECT id FROM account LIMIT 0", ["query.limit"]),
    ("SELECT id FROM account LIMIT 2001", ["query.limit"]),
    ("SELECT staff FROM account WHERE SUM(staff) > 1", ["formula.unknown_children"]),
    ("SELECT ISCHANGED(staff) FROM account", ["formula.not_allowed_here"]),
    ("SELECT a, b, nonsense.c FROM account WHERE d = 1", ["formula.unknown_field"] * 4),
)


def test_a_wrong_query_is_refused_with_everything_that_is_wrong(filled: World) -> None:
    context = filled.as_("owner")
    found = []
    for text, _codes in WRONG:
        with pytest.raises(Problem) as caught:
            filled.records.query(context, Request(read_query(text)))
        found.append((text, [each.code for each in caught.value.errors]))
    assert found == list(WRONG)


def test_a_violation_points_into_the_text_of_the_query(filled: World) -> None:
    text = "SELECT id FROM account WHERE level = 'A' AND nonsense = 1"
    with pytest.raises(Problem) as caught:
        ask(filled, text)
    (violation,) = caught.value.errors
    assert violation.span is not None
    assert text[violation.span.start : violation.span.end] == "nonsense"


def test_an_explanation_names_indexes_and_advises(filled: World) -> None:
    context = filled.as_("管理员")

    def advice(text: str) -> Any:
        (found,) = filled.records.explain(context, Request(read_query(text)))
        shown = found.shown("en-US")
        return (
            {step["access"] for step in shown["steps"] if step["object"] == "account"},
            [(each["code"], each["fields"]) for each in shown["warnings"]],
        )

    by_key = advice(f"SELECT id FROM account WHERE id = '{filled.ids['a']}'")
    assert by_key[1] == []
    _access, warnings = advice("SELECT id FROM account WHERE staff = 5 AND signedOn > TODAY")
    assert warnings == [("query.not_selective", ["signedOn", "staff"])]
    _access, warnings = advice("SELECT id FROM account ORDER BY revenue")
    assert warnings == [("query.unindexed_sort", ["revenue"])]


def test_a_slow_query_is_stopped(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [{"name": f"n{n}", "accountId": filled.ids["a"]} for n in range(400)]
    filled.write("create", "contact", *many, context=filled.as_("owner"))
    monkeypatch.setattr("runtime.inquiry.asking.TIME_LIMIT", 0.002)
    text = (
        "SELECT COUNT() FROM contact "
        "WHERE COUNT(accountId.contact, UPPER(name & accountId.accountName) = 'X') > 1"
    )
    with pytest.raises(Problem) as caught:
        ask(filled, text)
    assert caught.value.code == "tenant.too_slow"
    assert ask(filled, "SELECT COUNT() n FROM account").records == [{"n": 3}]
