"""The rules of the language, on every target."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import formula
from formula.arithmetic import rounded
from formula.targets.browser import BrowserEvaluator
from formula.targets.sql.evaluator import SqlEvaluator
from tests.conformance.formula.rules import BLANK, FULL, GIVEN
from tests.unit.formula import world

Run = Callable[[formula.Formula, dict[str, Any], formula.Evaluation], Any]
_DIGITS = 18


@pytest.fixture(
    scope="module",
    params=[
        "oracle",
        "python",
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        "browser",
    ],
)
def run(request: pytest.FixtureRequest) -> Run:
    if request.param == "oracle":
        return lambda known, row, evaluation: known.walk(row, None, evaluation)
    if request.param == "python":
        return lambda known, row, evaluation: known.evaluate(row, None, evaluation)
    name = "browser" if request.param == "browser" else f"on_{request.param}"
    evaluator: SqlEvaluator | BrowserEvaluator = request.getfixturevalue(name)
    return lambda known, row, evaluation: evaluator.value(known, row, None, evaluation)


def value_of(run: Run, source: str, row: dict[str, Any], blank: str) -> Any:
    known = formula.compile(source, world.environment(blank=blank))
    value = run(known, row, world.evaluation(zone="Asia/Shanghai"))
    return rounded(value, _DIGITS) if isinstance(value, Decimal) else value


@pytest.mark.parametrize(("source", "zero", "spread"), BLANK)
def test_null(run: Run, source: str, zero: Any, spread: Any) -> None:
    assert value_of(run, source, {}, "zero") == zero
    assert value_of(run, source, {}, "blank") == spread


@pytest.mark.parametrize(("source", "wanted"), GIVEN)
def test_rule(run: Run, source: str, wanted: Any) -> None:
    wanted = rounded(wanted, _DIGITS) if isinstance(wanted, Decimal) else wanted
    assert value_of(run, source, FULL, "zero") == wanted
    assert value_of(run, source, FULL, "blank") == wanted
