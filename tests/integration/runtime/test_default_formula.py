"""Defaults that formulas give, on the server, for every writer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from metadata import PublishRefused
from runtime import RecordInvalid
from tests.integration.runtime.world import World

FIELDS: list[dict[str, Any]] = [
    {"name": "name", "type": "text", "length": 12, "default_formula": "$User.name & ' ' & code"},
    {"name": "code", "type": "text", "default": "K"},
    {"name": "due", "type": "date", "default_formula": "TODAY() + 7"},
    {"name": "team", "type": "department", "default_formula": "$User.dimDepart"},
    {"name": "level", "type": "picklist", "values": [{"value": "A"}, {"value": "B"}],
     "default_formula": "IF(amount > 100, 'A', 'B')"},
    {"name": "amount", "type": "currency", "scale": 2, "default_formula": "accountId.revenue / 3"},
    {"name": "share", "type": "percent", "scale": 1, "default_formula": "0.125"},
    {"name": "count", "type": "integer", "default_formula": "LEN(code)"},
    {"name": "at", "type": "datetime", "default_formula": "NOW()"},
    {"name": "urgent", "type": "boolean", "default_formula": "amount > 100"},
    {"name": "accountId", "type": "lookup", "to": "account"},
]  # fmt: skip


@pytest.fixture
def deals(world: World) -> World:
    world.publish(
        ("object", {"name": "deal", "label": "商机"}),
        *(("field", {"object": "deal", "label": each["name"], **each}) for each in FIELDS),
    )
    return world


def made(world: World, **values: Any) -> dict[str, Any]:
    me = world.as_("管理员")
    (outcome,) = world.write("create", "deal", values, context=me)
    return outcome.record or {}


def test_absent_values_come_from_formulas(deals: World) -> None:
    from tests.integration.runtime.world import valid

    account = deals.create("account", **valid(revenue=1000))
    record = made(deals, accountId=account, code="ABC")
    assert {each["name"]: record[each["name"]] for each in FIELDS} == {
        "name": "管理员 ABC",
        "code": "ABC",
        "due": "2026-03-11",
        "team": deals.ids["company"],
        "level": "B",  # formulas see what was sent and literals, not one another
        "amount": Decimal("333.33"),
        "share": Decimal("12.5"),
        "count": 3,
        "at": "2026-03-04T05:06:07.891Z",
        "urgent": False,
        "accountId": account,
    }


def test_what_is_sent_stands_even_if_it_is_null(deals: World) -> None:
    record = made(deals, name="我", due=None, amount=200)
    assert (record["name"], record["due"], record["level"]) == ("我", None, "A")


def test_a_value_that_does_not_fit_is_refused_in_its_place(deals: World) -> None:
    with pytest.raises(RecordInvalid) as caught:
        made(deals, code="一个很长很长很长的编码")
    assert [(each.pointer, each.code) for each in caught.value.errors] == [
        ("/name", "field.too_long")
    ]


@pytest.mark.parametrize("rows", [2, 40])
def test_the_number_of_statements_does_not_depend_on_the_rows(deals: World, rows: int) -> None:
    from runtime import WriteCommand

    def act(work: Any) -> int:
        before = work.connection.statements
        work.write(WriteCommand("create", "deal", [{"code": str(each)} for each in range(rows)]))
        return work.connection.statements - before

    me = deals.as_("管理员")
    deals.records.begin(me, act)
    # savepoint and its release, records, events, search tokens
    assert deals.records.begin(me, act) <= 5


@pytest.mark.parametrize(
    "field",
    [
        {"type": "text", "default_formula": "nowhere"},
        {"type": "date", "default_formula": "'text'"},
        {"type": "json", "default_formula": "'{}'"},
        {"type": "formula", "formula": "1", "result": "integer", "default_formula": "1"},
        {"type": "auto_number", "pattern": "{0}", "default_formula": "'1'"},
    ],
)
def test_a_formula_that_gives_no_value_of_the_field_is_refused(
    deals: World, field: dict[str, Any]
) -> None:
    with pytest.raises(PublishRefused):
        deals.publish(("field", {"object": "deal", "name": "x", **field}))


def test_a_field_that_a_default_reads_cannot_go(deals: World) -> None:
    from metadata import Change

    with pytest.raises(PublishRefused) as caught:
        deals.catalog.publish(
            deals.system, [Change("delete", "field", {"object": "deal", "name": "code"})]
        )
    assert {each.code for each in caught.value.errors} == {"metadata.in_use"}
