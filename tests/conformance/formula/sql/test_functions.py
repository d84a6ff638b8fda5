"""Every meaning of the language on both databases, over telling rows and both blank modes."""

from __future__ import annotations

import pytest

import formula
from formula import BUILT_IN, Context, Kind, Passing, Type
from formula.targets.sql import NotInSql
from formula.targets.sql.evaluator import SqlEvaluator
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.missing import NOT_IN_POSTGRESQL, NOT_IN_SQL
from formula.targets.sql.postgresql import FUNCTIONS, PostgresqlLowering
from formula.tree import Call, walk
from tests.conformance.formula.sql import world
from tests.conformance.formula.sql.agreement import agrees
from tests.conformance.formula.sql.functions import CASES

MEANINGS = {
    overload.key
    for function in BUILT_IN
    for overload in function.overloads
    if overload.passing is not Passing.ROWS
}
"""Meanings over child records are proved where there are some, in `test_children`."""
SELF_MADE = {"today", "now", "let"}
FORMED = {"let", "positive"}
"""Meanings that the checker turns into something else."""
GAPS = {"sqlite": {*NOT_IN_SQL}, "postgresql": {*NOT_IN_SQL, *NOT_IN_POSTGRESQL}}
ROUNDED = Type(Kind.NUMBER, 18, 2)
PERCENT = Type(Kind.NUMBER, 18, 1, percent=True)


def compiled(source: str, blank: str, result: Type | None = None) -> formula.Formula:
    known = world.environment(blank)
    allowed = formula.Environment(
        known.object, known.objects, {}, Context(allow_change_functions=True), known.blank
    )
    return formula.compile(source, allowed, result=result)


def test_every_meaning_has_a_lowering_or_a_reason() -> None:
    """A new function is lowered in `formula.targets.sql.postgresql` or named in `missing`."""
    lowered = set(PostgresqlLowering.forms) | SELF_MADE | set(FUNCTIONS)
    assert MEANINGS - lowered == GAPS["postgresql"]
    reasons = [*NOT_IN_SQL.values(), *NOT_IN_POSTGRESQL.values()]
    assert all(each.zh and each.en for each in reasons)


def test_every_meaning_has_cases_that_use_it() -> None:
    assert MEANINGS - {"vlookup"} == set(CASES)
    for key, sources in CASES.items():
        for source in sources:
            assert key in FORMED or key in keys_of(source), source


def keys_of(source: str) -> set[str]:
    nodes = walk(compiled(source, "zero").tree)
    return {node.key for node in nodes if isinstance(node, Call)}


@pytest.mark.parametrize("blank", ["zero", "blank"])
@pytest.mark.parametrize("key", sorted(CASES))
def test_database_agrees_with_python(evaluator: SqlEvaluator, key: str, blank: str) -> None:
    for source in CASES[key]:
        plain = compiled(source, blank)
        results = [None, ROUNDED, PERCENT] if plain.type.kind is Kind.NUMBER else [None]
        for result in results:
            check(evaluator, compiled(source, blank, result))


def check(evaluator: SqlEvaluator, known: formula.Formula) -> None:
    wanted = [known.evaluate(row, None, world.evaluation()) for row in world.ROWS]
    try:
        found = evaluator.values(known, world.ROWS, world.evaluation())
    except NotInSql:
        assert is_gap(evaluator, known)
        return
    for row, value, expected in zip(world.ROWS, found, wanted, strict=True):
        assert agrees(known, value, expected), (known.source, row, value, expected)
    if known.type.kind is Kind.BOOLEAN:
        held = evaluator.holds(known, world.ROWS, world.evaluation())
        assert held == [value is True for value in wanted], known.source


def is_gap(evaluator: SqlEvaluator, known: formula.Formula) -> bool:
    return bool(GAPS[evaluator.dialect] & keys_of(known.source))


def test_sqlite_computes_everything_but_changes(on_sqlite: SqlEvaluator) -> None:
    for key in sorted(set(CASES) - GAPS["sqlite"]):
        known = compiled(CASES[key][0], "zero")
        assert len(on_sqlite.values(known, world.ROWS, world.evaluation())) == len(world.ROWS)


def test_both_dialects_walk_alike() -> None:
    assert issubclass(PostgresqlLowering, Lowering)
    with pytest.raises(TypeError):
        Lowering(None)  # type: ignore[abstract,arg-type]
