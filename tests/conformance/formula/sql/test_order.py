"""Sorting and paging by a formula: the sort key orders as the values do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import formula
from formula.targets.sql.evaluator import SqlEvaluator
from formula.targets.sql.sqlite_function import sqlite_functions
from tests.conformance.formula.sql import world

TELLING = (
    "0",
    "-0.5",
    "0.5",
    "-12",
    "12",
    "1.5",
    "1.25",
    "-1.5",
    "-1.25",
    "9.99",
    "10",
    "1E-40",
    "-1E-40",
    "1E+200",
    "-1E+200",
    "999999999999999999999999999999999999999",
    "-999999999999999999999999999999999999998",
    "0.000000000000000000000000000000000000001",
)
"""Negative, zero, tiny and huge."""
SORT_KEY = next(call for name, _count, call in sqlite_functions() if name == "formula_sort_key")


def rows_of(values: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{**world.BLANK, "x": Decimal(value)} for value in values]


def test_order_by_a_formula_is_that_of_its_values(evaluator: SqlEvaluator) -> None:
    known = formula.compile("x / 3", world.environment())
    rows = rows_of(TELLING)
    values = [known.evaluate(row, None, world.evaluation()) for row in rows]
    wanted = sorted(range(len(rows)), key=lambda place: values[place])
    assert evaluator.in_order(known, rows, world.evaluation()) == wanted


def test_order_by_a_stored_number_is_that_of_its_values(evaluator: SqlEvaluator) -> None:
    known = formula.compile("n * s", world.environment())
    values = [known.evaluate(row, None, world.evaluation()) for row in world.ROWS]
    wanted = sorted(range(len(values)), key=lambda place: (values[place], place))
    assert evaluator.in_order(known, world.ROWS, world.evaluation()) == wanted


_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=12) | st.sampled_from(
    [Decimal(value) for value in TELLING]
)


@given(_decimals, _decimals)
def test_sort_keys_compare_as_numbers_do(left: Decimal, right: Decimal) -> None:
    first, second = (SORT_KEY(format(value, "f")) for value in (left, right))
    assert (first < second, first == second) == (left < right, left == right)
