"""Every meaning of the language on both databases, over telling rows and both blank modes."""

from __future__ import annotations

import pytest

import formula
from formula import BUILT_IN, Context, Kind, Type
from formula.targets.sql import NotInSql
from formula.targets.sql.evaluator import SqlEvaluator
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.postgresql import FUNCTIONS, NOT_IN_SQL, PostgresqlLowering
from formula.tree import Call, walk
from tests.conformance.formula.sql import world
from tests.conformance.formula.sql.agreement import agrees
from tests.conformance.formula.sql.functions import CASES

MEANINGS = {overload.key for function in BUILT_IN for overload in function.overloads}
SELF_MADE = {"today", "now", "let"}
FORMED = {"let", "positive"}
"""Meanings that the checker turns into something else."""
NEEDS_CHANGE = {"isnew", "isclone", "ischanged", "priorvalue"}
ROUNDED = Type(Kind.NUMBER, 18, 2)
PERCENT = Type(Kind.NUMBER, 18, 1, percent=True)


def compiled(source: str, blank: str, result: Type | None = None) -> formula.Formula:
    known = world.environment(blank)
    allowed = formula.Environment(
        known.object, known.objects, {}, Context(allow_change_functions=True), known.blank
    )
    return formula.compile(source, allowed, result=result)


def test_every_meaning_has_a_lowering_or_a_reason() -> None:
    """A new function is lowered in `formula.targets.sql.postgresql` or named in NOT_IN_SQL."""
    forms = set(PostgresqlLowering.forms) | SELF_MADE
    assert MEANINGS - forms - set(FUNCTIONS) <= set(NOT_IN_SQL)
    assert not set(NOT_IN_SQL) & set(FUNCTIONS)
    assert all(reason.endswith(".") for reason in NOT_IN_SQL.values())


def test_every_meaning_has_cases_that_use_it() -> None:
    assert MEANINGS - set(NOT_IN_SQL) <= set(CASES) <= MEANINGS
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
    gaps = NEEDS_CHANGE if evaluator.dialect == "sqlite" else set(NOT_IN_SQL)
    return bool(gaps & keys_of(known.source))


def test_sqlite_computes_everything_but_changes(on_sqlite: SqlEvaluator) -> None:
    for key in sorted(set(CASES) - NEEDS_CHANGE):
        known = compiled(CASES[key][0], "zero")
        assert len(on_sqlite.values(known, world.ROWS, world.evaluation())) == len(world.ROWS)


def test_both_dialects_walk_alike() -> None:
    assert issubclass(PostgresqlLowering, Lowering)
    with pytest.raises(TypeError):
        Lowering(None)  # type: ignore[abstract,arg-type]
