"""Criteria over child records and records looked up: entry, steps, and what a refusal says."""

from __future__ import annotations

from typing import Any

import pytest

import formula
from runtime import FormulaRows, Work
from tests.integration.workflow.office import MANAGER, Office, role, step
from workflow.problem import NoFlowMatches

LINES = (
    ("object", {"name": "line", "label": "明细", "name_field": "title"}),
    ("field", {"object": "line", "name": "title", "type": "text"}),
    ("field", {"object": "line", "name": "price", "type": "currency", "precision": 18, "scale": 2}),
    ("field", {"object": "line", "name": "dealId", "type": "lookup", "to": "deal"}),
)  # fmt: skip


@pytest.fixture
def shop(office: Office) -> Office:
    office.publish(*LINES)
    return office


def deal(shop: Office, *prices: int | None, **values: Any) -> str:
    record_id = shop.deal(**values)
    for price in prices:
        shop.create("line", title="件", price=price, dealId=record_id)
    return record_id


@pytest.mark.parametrize(
    ("entry", "takes"),
    [
        ("COUNT(line) = 3", True),
        ("COUNT(line, price > 15) = 1 && EXISTS(line, price = 0)", True),
        ("SUM(line.price) = 30 && MAX(line.price) = 20 && MIN(line.price) = 10", True),
        ("AVG(line.price, price > 0) = 15", True),
        ("SUM(line.price) > amount", False),
        ("EXISTS(line, price > dealId.amount)", False),
        ("EXISTS(line, ownerId.name = 'rep' || ISBLANK(ownerId))", True),
        ("COUNT(parentId.line) = 1 && parentId.dealName = '上级'", True),
        ("COUNT(deal, parentId.amount > 1) = 0", True),
        ("VLOOKUP(deal.amount, deal.dealName, '上级') = 7", True),
        ("VLOOKUP(deal.amount, deal.dealName, '没有') = 7", False),
    ],
)
def test_entry_reads_child_records_and_records_looked_up(
    shop: Office, entry: str, takes: bool
) -> None:
    shop.flow(entry=entry)
    parent = deal(shop, 5, dealName="上级", amount=7)
    record_id = deal(shop, 10, 20, None, parentId=parent)
    if takes:
        assert shop.waiting(shop.submit(record_id)) == ["leader"]
    else:
        with pytest.raises(NoFlowMatches):
            shop.submit(record_id)


def test_a_record_without_child_records_counts_none(shop: Office) -> None:
    shop.flow(entry="COUNT(line) = 0 && NOT(EXISTS(line)) && ISBLANK(MAX(line.createdAt))")
    assert shop.waiting(shop.submit(deal(shop))) == ["leader"]


def test_steps_read_child_records(shop: Office) -> None:
    shop.flow(
        {**MANAGER, "entry": "EXISTS(line, price > 1000)"},
        {**step("money", role("finance"), mode="any"), "entry": "SUM(line.price) >= 30"},
    )
    assert set(shop.waiting(shop.submit(deal(shop, 10, 20)))) == {"cash", "credit"}


def test_approvers_and_actions_read_child_records(shop: Office) -> None:
    shop.flow(
        MANAGER,
        on_approve=[{"kind": "field_update", "field": "count", "value": "COUNT(line, price > 5)"}],
    )
    record_id = deal(shop, 1, 10, 20)
    shop.approve("leader", shop.submit(record_id))
    assert shop.read(record_id, "count") == (2,)


def test_a_refused_entry_names_the_criterion_over_child_records(shop: Office) -> None:
    shop.flow(entry="amount > 50 && COUNT(line) > 5 && SUM(line.price) = 10")
    with pytest.raises(NoFlowMatches) as caught:
        shop.submit(deal(shop, 10))
    assert [error.params["criterion"] for error in caught.value.errors] == ["COUNT(line) > 5"]


def test_as_many_statements_whatever_the_number_of_records(shop: Office) -> None:
    ids = [deal(shop, 1, 2) for _ in range(5)]

    def statements(some: list[str]) -> int:
        def act(work: Work) -> int:
            before = work.connection.statements
            model = work.snapshot.object("deal")
            environment = work.snapshot.environment("deal")
            entry = formula.compile("COUNT(line, price > dealId.amount) > 0", environment)
            rows = FormulaRows(work, model, some, [entry])
            assert [rows.evaluate(entry, each) for each in some] == [False] * len(some)
            return work.connection.statements - before

        return shop.records.begin(shop.system, act)

    assert statements(ids) == statements(ids[:1])
