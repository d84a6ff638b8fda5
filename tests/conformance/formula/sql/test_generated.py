"""Generated formulas and rows: both databases say what Python says.

What goes through doubles has no exact answer, so that a rounding after it may tip over; those
functions are proved by `test_functions` and left out here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

import formula
from formula.targets.sql import NotInSql
from formula.targets.sql.evaluator import SqlEvaluator
from tests.conformance.formula.sql import world as stored
from tests.conformance.formula.sql.agreement import agrees, is_near
from tests.unit.formula import generated, world

ROWS = st.lists(generated.rows, min_size=1, max_size=3)
FEW_SKIPPED = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


def evaluation() -> formula.Evaluation:
    return world.evaluation(zone="America/New_York")


def storable(value: Any) -> Any:
    """Return a value as the product stores it: no NUL in text, moments in milliseconds."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    return {k: storable(v) for k, v in value.items()} if isinstance(value, dict) else value


@pytest.mark.postgresql
@FEW_SKIPPED
@given(source=generated.expressions(), rows=ROWS, zero=st.booleans())
def test_databases_agree_with_python(
    source: str,
    rows: list[dict[str, Any]],
    zero: bool,
    on_sqlite: SqlEvaluator,
    on_postgresql: SqlEvaluator,
) -> None:
    assume("\0" not in source and "\\u0000" not in source)
    try:
        known = formula.compile(source, world.environment(blank="zero" if zero else "blank"))
    except formula.FormulaProblem:
        reject()  # whether what is generated compiles is proved where it is generated
    assume(not is_near(known) and not known.uses_change)
    rows = [storable(row) for row in rows]
    for evaluator in (on_sqlite, on_postgresql):
        check(evaluator, known, rows)


def check(evaluator: SqlEvaluator, known: formula.Formula, rows: list[dict[str, Any]]) -> None:
    try:
        found = evaluator.values(known, rows, evaluation())
    except NotInSql:
        return
    for row, value in zip(rows, found, strict=True):
        wanted = known.evaluate(row, None, evaluation())
        assert agrees(known, value, wanted), (evaluator.dialect, row, value, wanted)
    if known.type.kind is formula.Kind.BOOLEAN:
        held = evaluator.holds(known, rows, evaluation())
        assert held == [known.evaluate(row, None, evaluation()) for row in rows]


def test_the_world_of_stored_fields_differs_from_that_of_generated_ones() -> None:
    """One declares precision and scale, the other none: both readings of numbers are proved."""
    assert stored.TYPES["n"].scale == 2
    assert world.DEAL.fields["amount"].type.scale is None
