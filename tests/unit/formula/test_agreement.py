"""Generated Python says what the oracle says, for every function and every kind of row."""

from __future__ import annotations

import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import formula
from formula.targets import oracle
from formula.targets.python import generate
from tests.unit.formula import generated, world

BUGS = (TypeError, AttributeError, LookupError)


def strict(tree: Any, result: formula.Type) -> Any:
    """Generate so that falling back for another reason than a failing value is an error."""

    def fall_back(row: Any, old: Any, evaluation: Any) -> Any:
        error = sys.exc_info()[1]
        assert not isinstance(error, BUGS), error
        return oracle.evaluate(tree, result, row, old, evaluation)

    return generate(tree, result, fallback=fall_back)


@given(generated.expressions(), generated.rows, st.none() | generated.rows, st.booleans())
def test_generated_python_agrees_with_the_oracle(
    source: str, row: dict[str, Any], old: dict[str, Any] | None, zero: bool
) -> None:
    environment = world.environment(blank="zero" if zero else "blank")
    compiled = formula.compile(source, environment)
    walked = compiled.walk(row, old, world.evaluation())
    found = strict(compiled.tree, compiled.type)(row, old, world.evaluation())
    assert found == walked
    assert type(found) is type(walked)


@given(generated.expressions(), generated.rows, st.none() | generated.rows)
def test_nothing_a_row_holds_makes_a_formula_raise(
    source: str, row: dict[str, Any], old: dict[str, Any] | None
) -> None:
    compiled = formula.compile(source, world.environment())
    evaluation = world.evaluation()
    compiled.evaluate(row, old, evaluation)
    assert all(found.code.startswith("formula.") for found in evaluation.diagnostics)


@given(st.text(max_size=60) | st.text("()+-*/^&|=<>!,.'\"ab1$ \n", max_size=60))
def test_nothing_written_raises_anything_but_the_declared_problem(source: str) -> None:
    found = formula.check(source, world.environment())
    for violation in found:
        assert violation.code.startswith("formula.")
        assert violation.detail("zh-CN") and violation.detail("en-US")
        assert violation.span is not None
        assert 0 <= violation.span.start <= violation.span.end <= len(source)


@given(generated.careless | generated.damaged(), generated.rows, st.none() | generated.rows)
def test_no_expression_raises_anything_but_the_declared_problem(
    source: str, row: dict[str, Any], old: dict[str, Any] | None
) -> None:
    found = formula.check(source, world.environment())
    try:
        compiled = formula.compile(source, world.environment())
    except formula.FormulaProblem as problem:
        assert [each.code for each in found] == [each.code for each in problem.errors]
        assert all(each.code.startswith("formula.") for each in found)
        assert all(each.detail("zh-CN") and each.detail("en-US") for each in found)
        return
    assert found == []
    assert compiled.walk(row, old, world.evaluation()) == compiled.evaluate(
        row, old, world.evaluation()
    )


@given(generated.expressions() | generated.careless)
def test_printing_and_parsing_gives_the_same_tree(source: str) -> None:
    tree = formula.parse(source)
    printed = formula.print_formula(tree)
    assert formula.parse(printed) == tree
    assert formula.print_formula(formula.parse(printed)) == printed
