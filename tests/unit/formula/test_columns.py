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


@pytest.mark.parametrize("source", ["10 / amount", "amount + qty", "LEN(name)", "1 + 1"])
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
