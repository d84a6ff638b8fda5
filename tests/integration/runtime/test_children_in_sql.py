"""Child records in filters, formula fields and sorts: what the database finds is what rules see."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import formula
from formula import Evaluation
from metadata import Snapshot
from paas.db import Connection
from paas.kernel import Problem
from runtime import ListQuery, QueryInvalid
from runtime.prefetch import prefetch
from runtime.sql.codec import reader
from runtime.sql.select import Reading, build
from tests.integration.runtime.world import World, valid

FIELDS: list[dict[str, Any]] = [
    {"name": "score", "type": "decimal", "precision": 18, "scale": 2},
    {"name": "points", "type": "integer"},
    {"name": "share", "type": "percent", "precision": 5, "scale": 1},
    {"name": "born", "type": "date"},
    {"name": "met", "type": "datetime"},
    {"name": "keen", "type": "boolean"},
    {
        "name": "quota",
        "type": "formula",
        "result": "decimal",
        "precision": 18,
        "scale": 4,
        "formula": "score / points",
    },
    {
        "name": "ofParent",
        "type": "formula",
        "result": "decimal",
        "precision": 18,
        "scale": 2,
        "formula": "accountId.revenue + accountId.parentAccountId.revenue",
    },
]
LARGE = 9_999_999_999_999_999
CONTACTS: dict[str, list[dict[str, Any]]] = {
    "甲": [
        {"name": "a", "score": 10.5, "points": 3, "share": 25, "born": "2001-02-03"},
        {"name": "b", "score": -2.25, "points": 0, "keen": True, "met": "2024-01-01T00:00:00Z"},
        {"name": None, "points": 7, "share": 12.5, "born": "1999-12-31", "keen": True},
    ],
    "乙": [{"name": "c", "score": LARGE, "points": 1}, {"name": "d", "score": LARGE, "points": 2}],
    "丙": [],
}

CONDITIONS = [
    "COUNT(contact) = 3",
    "COUNT(contact) = 0",
    "COUNT(contact, name = 'a' || name = '') = 2",
    "EXISTS(contact)",
    "NOT(EXISTS(contact, points > 2))",
    "EXISTS(contact, NOT(keen) && points >= 1)",
    "SUM(contact.score) = 8.25",
    "SUM(contact.score) > 19999999999999997",
    "SUM(contact.score) = 19999999999999998",
    "SUM(contact.points, keen) = 7",
    "SUM(contact.share) = 0.375",
    "SUM(contact.quota) > 3 && SUM(contact.quota) < 3.6",
    "ROUND(AVG(contact.points), 3) = 3.333",
    "ISBLANK(AVG(contact.points))",
    "AVG(contact.quota) = 3.5",
    "MIN(contact.score) < 0",
    "MAX(contact.score) = 10.5",
    "MAX(contact.quota) = 3.5",
    "MIN(contact.quota) > 4999999999999999",
    "MAX(contact.born) = DATE(2001, 2, 3)",
    "YEAR(MIN(contact.born, points > 3)) = 1999",
    "MAX(contact.met) < NOW()",
    "COUNT(contact, accountId.revenue > 50) > 0",
    "COUNT(contact, accountId.parentAccountId.accountName = '乙') = 3",
    "COUNT(contact, ofParent > 150) = 3",
    "SUM(contact.ofParent) = 900",
    "MAX(contact.accountId.accountId.revenue) = 100",
    "LET(n, COUNT(contact) * 2, n > 3 && n * n = 36)",
    "LET(limit, staff * 1.5, COUNT(contact, points >= limit) = 1)",
    "LET(limit, staff / 2, COUNT(contact, LET(x, points - limit, x * x >= 4)) > 1)",
    "COUNT(contact, LET(x, points * 2, x > 5 && x < 20)) = 2",
    "COUNT(account) = 1",
    "EXISTS(account, EXISTS(contact, points = 7) && parentAccountId.accountName = '乙')",
    "EXISTS(account, COUNT(contact) > COUNT(account.account)) && TRUE",
    "COUNT(parentAccountId.contact) = 2",
    "SUM(parentAccountId.contact.score) > 1 && COUNT(contact) = 3",
    "IFERROR(SUM(contact.points, 6 / points > 1) > 0, accountName = '甲')",
    "IFERROR(EXISTS(contact, 6 / points > 1), accountName = '甲')",
    "IFERROR(EXISTS(contact, 6 / points > 10), accountName = '甲')",
    "COUNT(contact, 6 / points > 1) = 1",
    "IF(EXISTS(contact, keen), COUNT(contact, keen), 0) = 2",
    "CASE(COUNT(contact), 3, 'many', 2, 'two', 'none') = 'two'",
    "COUNT(contact, ownerId.name = $User.name) = COUNT(contact)",
]


@pytest.fixture
def filled(world: World) -> World:
    world.publish(
        *(("field", {"object": "contact", **each}) for each in FIELDS),
        (
            "permission_set",
            {
                "name": "sales",
                "objects": {
                    **{
                        name: {"create": True, "read": True, "update": True}
                        for name in ("account", "contact", "visit", "memo")
                    },
                    **{name: {"read": True} for name in ("user", "department", "role")},
                },
            },
        ),
    )
    parent = None
    for name, revenue, staff in (("乙", 200, 6), ("甲", 100, 2), ("丙", None, None)):
        values = valid(accountName=name, revenue=revenue, staff=staff, parentAccountId=parent)
        record_id = world.create("account", by=world.as_("owner"), **values)
        parent = record_id if name == "乙" else parent
        for each in CONTACTS[name]:
            world.create("contact", by=world.as_("owner"), **each, accountId=record_id)
    return world


def found(world: World, source: str, person: str = "owner") -> set[str]:
    query = ListQuery(fields=("accountName",), filter=source, sort="accountName")
    page = world.records.list(world.as_(person), "account", query)
    return {each["accountName"] for each in page.records}


def holding(world: World, source: str) -> set[str]:
    """Return the accounts for which the oracle says that a condition holds."""
    context = world.as_("owner")
    with world.database.read() as connection:
        snapshot = world.catalog.snapshot(connection)
        environment = snapshot.environment("account", blank="blank")
        made = formula.compile(source, environment, result=formula.Kind.BOOLEAN)
        related = prefetch(snapshot, snapshot.object("account"), [made], connection.dialect)
        rows = [related.row(each) for each in _stored(connection, snapshot)]
        related.complete(connection, rows)
    evaluation = Evaluation(
        now=context.now, today=context.today, globals={"$user": {"name": "owner"}}
    )
    return {row["accountName"] for row in rows if made.walk(row, None, evaluation)}


def _stored(connection: Connection, snapshot: Snapshot) -> list[dict[str, Any]]:
    model = snapshot.object("account")
    names = tuple((name,) for name, field in model.fields.items() if field.column is not None)
    selected = build(Reading(snapshot, connection.dialect, model, names))
    read = reader(selected.outputs, purpose="draft", dialect=connection.dialect)
    return [read(row) for row in connection.fetch(selected.statement, {"limit": 99})]


@pytest.mark.parametrize("source", CONDITIONS)
def test_a_filter_finds_what_the_oracle_says(filled: World, source: str) -> None:
    assert found(filled, source) == holding(filled, source)


def test_the_cases_tell_records_apart(filled: World) -> None:
    every = {"甲", "乙", "丙"}
    results = [found(filled, source) for source in CONDITIONS]
    assert sum(0 < len(each) < len(every) for each in results) > len(CONDITIONS) * 0.8


def test_formula_fields_over_child_records_are_shown_sorted_and_filtered(filled: World) -> None:
    filled.publish(
        ("field", {"object": "account", "name": "people", "type": "formula", "result": "integer",
                   "formula": "COUNT(contact)"}),
        ("field", {"object": "account", "name": "total", "type": "formula", "result": "decimal",
                   "precision": 18, "scale": 2, "formula": "SUM(contact.score, points > 0)"}),
        ("field", {"object": "account", "name": "eldest", "type": "formula", "result": "date",
                   "formula": "MIN(contact.born)"}),
    )  # fmt: skip
    query = ListQuery(
        fields=("accountName", "people", "total", "eldest", "parentAccountId.people"),
        sort="-people",
        filter="people > 0",
    )
    page = filled.records.list(filled.as_("管理员"), "account", query)
    shown = [
        (each["accountName"], each["people"], each["total"], each["eldest"])
        for each in page.records
    ]
    assert shown == [("甲", 3, Decimal("10.5"), "1999-12-31"), ("乙", 2, 2 * LARGE, None)]
    assert page.records[0]["parentAccountId.people"] == 2


def test_a_user_counts_the_child_records_he_may_see_and_an_administrators_field_all(
    filled: World,
) -> None:
    filled.publish(
        ("field", {"object": "account", "name": "people", "type": "formula", "result": "integer",
                   "formula": "COUNT(contact)"}),
        ("object", {"name": "account", "label": "客户", "name_field": "accountName",
                    "sharing": "read"}),
    )  # fmt: skip
    assert found(filled, "COUNT(contact) = 3", "stranger") == set()
    assert found(filled, "COUNT(contact) = 0", "stranger") == {"甲", "乙", "丙"}
    assert found(filled, "COUNT(contact) = 3", "管理员") == {"甲"}
    assert found(filled, "people = 3", "stranger") == {"甲"}
    assert found(filled, "COUNT(account, people = 3) = 1", "stranger") == {"乙"}


def test_a_formula_field_in_a_filter_reads_as_its_author(filled: World) -> None:
    """What a field shows is what it is filtered by, though the lookup behind it is invisible."""
    filled.publish(
        ("object", {"name": "contact", "label": "contact", "sharing": "read"}),
    )
    query = ListQuery(fields=("name", "ofParent"), filter="ofParent = 300", sort="name")
    page = filled.records.list(filled.as_("stranger"), "contact", query)
    assert [(each["name"], each["ofParent"]) for each in page.records] == [
        ("a", 300),
        ("b", 300),
        (None, 300),
    ]
    query = ListQuery(fields=("name",), filter="accountId.revenue = 100")
    assert filled.records.list(filled.as_("stranger"), "contact", query).records == []


def test_child_fields_nobody_may_read_are_refused(filled: World) -> None:
    filled.publish(
        (
            "permission_set",
            {
                "name": "sales",
                "objects": {
                    "account": {"read": True},
                    "contact": {"read": True, "fields": {"score": "none"}},
                },
            },
        )
    )
    for source in ("SUM(contact.score) > 1", "EXISTS(contact, score > 1)"):
        with pytest.raises(Problem) as refused:
            found(filled, source)
        assert "formula.field_unreadable" in str(refused.value.errors)
    with pytest.raises((QueryInvalid, Problem)):
        found(filled, "COUNT(visit) = 1")
