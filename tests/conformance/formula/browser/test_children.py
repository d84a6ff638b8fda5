"""Formulas over child records in the browser, and what it leaves to the server."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

import formula
from formula import BUILT_IN, Passing
from formula.targets.browser import BrowserEvaluator, BrowserUndecided
from formula.tree import Aggregate, walk
from tests.conformance.formula.browser.agreement import agrees
from tests.unit.formula import generated, world

ACCOUNT = {
    "credit": Decimal(10),
    "since": date(2000, 1, 1),
    "#contact.accountId": [
        {
            "name": "a",
            "age": Decimal(7),
            "share": Decimal(45),
            "born": date(1999, 12, 31),
            "active": True,
            "#task.contactId": [{"hours": Decimal(2)}],
        },
        {"name": "bc", "age": Decimal("30.5"), "share": None, "born": None, "active": False},
        {"name": None, "age": None, "share": Decimal(10), "born": date(2001, 1, 1)},
    ],
}
ROWS = (
    {"@accountId": None, "qty": Decimal(1)},
    {"@accountId": {**ACCOUNT, "#contact.accountId": []}},
    {"@accountId": ACCOUNT, "qty": Decimal(6)},
)
SOURCES = (
    *(source for sources in generated.AGGREGATES.values() for source in sources),
    "MIN(accountId.contact.age)",
    "AVG(accountId.contact.age, active)",
    "SUM(accountId.contact.share) / 3",
    "EXISTS(accountId.contact)",
)


def compiled(source: str) -> formula.Formula:
    return formula.compile(source, world.environment(blank="blank"))


@pytest.mark.parametrize("source", SOURCES)
def test_the_browser_agrees_with_the_oracle(browser: BrowserEvaluator, source: str) -> None:
    known = compiled(source)
    for row in ROWS:
        wanted = known.walk(row, None, world.evaluation())
        found = browser.value(known, row, None, world.evaluation())
        assert agrees(known, found, wanted), (row, found, wanted)


def test_every_aggregate_is_met() -> None:
    trees = (compiled(source).tree for source in SOURCES)
    met = {node.key for tree in trees for node in walk(tree) if isinstance(node, Aggregate)}
    over_rows = (o.key for f in BUILT_IN for o in f.overloads if o.passing is Passing.ROWS)
    assert met == set(over_rows)


def test_looking_up_other_records_is_left_to_the_server(browser: BrowserEvaluator) -> None:
    known = compiled("VLOOKUP(account.credit, account.accountName, name)")
    with pytest.raises(BrowserUndecided):
        browser.value(known, {"name": "x"}, None, world.evaluation())


def test_child_records_nobody_fetched_are_left_to_the_server(browser: BrowserEvaluator) -> None:
    known = compiled("COUNT(accountId.contact)")
    with pytest.raises(BrowserUndecided):
        browser.value(known, {"@accountId": {}}, None, world.evaluation())
