"""Whole columns give what their rows give one by one."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import formula
from tests.unit.formula import generated, world


def columns_of(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {key: [row[key] for row in rows] for key in rows[0]} if rows else {}


@given(
    generated.expressions(),
    st.lists(st.tuples(generated.rows, generated.rows), max_size=4),
    st.booleans(),
)
def test_columns_agree_with_rows(source: str, pairs: Any, is_new: bool) -> None:
    compiled = formula.compile(source, world.environment())
    rows, olds = [row for row, _old in pairs], [old for _row, old in pairs]
    wanted = [
        compiled.evaluate(row, None if is_new else old, world.evaluation())
        for row, old in zip(rows, olds, strict=True)
    ]
    old_columns = None if is_new else columns_of(olds)
    found = compiled.evaluate_columns(
        columns_of(rows), world.evaluation(), count=len(rows), old=old_columns
    )
    assert found == wanted
    walked = [
        compiled.walk(row, None if is_new else old, world.evaluation())
        for row, old in zip(rows, olds, strict=True)
    ]
    assert found == walked
    assert [type(value) for value in found] == [type(value) for value in walked]


@pytest.mark.parametrize(
    "source",
    [
        "10 / amount",
        "amount + qty",
        "LEN(name)",
        "1 + 1",
        "IF(name = 'x', 0, 10 / amount + 10 / qty)",
        "IF(amount = 1, LEN($User.Name), 10 / amount)",
    ],
)
def test_a_record_that_fails_does_not_spoil_the_others(source: str) -> None:
    rows: list[dict[str, Any]] = [
        {"amount": D(n % 3), "qty": D(1), "name": "x" * n} for n in range(9)
    ]
    compiled = formula.compile(source, world.environment())
    known = world.evaluation()
    found = compiled.evaluate_columns(columns_of(rows), known, count=9)
    assert found == [compiled.walk(row, None, world.evaluation()) for row in rows]
    assert len(known.diagnostics) == (3 if "/" in source else 0)


def test_a_missing_column_is_blank() -> None:
    compiled = formula.compile("amount + qty", world.environment())
    found = compiled.evaluate_columns({"amount": [D(1), D(2)]}, world.evaluation(), count=2)
    assert found == [1, 2]


def test_columns_of_other_lengths_are_refused() -> None:
    compiled = formula.compile("amount + qty", world.environment())
    with pytest.raises(ValueError, match="'qty' has 1 values, not 2"):
        compiled.evaluate_columns(
            {"amount": [D(1), D(2)], "qty": [D(1)]}, world.evaluation(), count=2
        )


def test_a_global_that_is_not_known_fails_record_by_record() -> None:
    compiled = formula.compile("amount > 1 && $User.age > 3", world.environment())
    columns = {"amount": [D(1), D(2), None]}
    found = compiled.evaluate_columns(columns, world.evaluation(globals={}), count=3)
    rows = [{"amount": value} for value in columns["amount"]]
    assert found == [compiled.evaluate(row, None, world.evaluation(globals={})) for row in rows]
