"""Compiling: from source and environment to a `Formula`, or to every error found."""

from __future__ import annotations

from functools import partial
from typing import Any

from formula import problem
from formula.checker import Checked, check_tree
from formula.compiled import Evaluate, Formula, PicklistLiteral, PythonTargets
from formula.environment import Environment
from formula.evaluation import Evaluation, Row
from formula.expansion import depth, texts_made
from formula.limits import MAX_EXPANDED_DEPTH, MAX_TEXT_CALLS
from formula.packing import KeptTree, PackedReferences
from formula.parser import bounds, parse
from formula.problem import FormulaProblem
from formula.syntax import Node as Syntax
from formula.targets import oracle
from formula.targets.python import generate, generate_columns
from formula.types import Kind, Type
from paas.kernel import Violation


def _interpret(tree: KeptTree, result: Type) -> Evaluate:
    return partial(_walk, tree, result)


def _walk(tree: KeptTree, result: Type, row: Row, old: Row | None, evaluation: Evaluation) -> Any:
    return oracle.evaluate(tree.node, result, row, old, evaluation)


_TARGETS = PythonTargets(generate, generate_columns, _interpret)


def compile(source: str, environment: Environment, *, result: Type | Kind | None = None) -> Formula:
    """Compile a formula; raises `FormulaProblem` with every error found."""
    return _compiled(parse(source), environment, result, source)


def compile_syntax(
    syntax: Syntax, environment: Environment, *, result: Type | Kind | None = None
) -> Formula:
    """Compile what was parsed already, as part of something larger.

    Spans are those of the syntax; raises `FormulaProblem` with every error found.
    """
    excess = bounds(syntax)
    if excess is not None:
        raise FormulaProblem(errors=[excess])
    return _compiled(syntax, environment, result, "")


def _compiled(
    syntax: Syntax, environment: Environment, result: Type | Kind | None, source: str
) -> Formula:
    wanted = Type(result) if isinstance(result, Kind) else result
    checked = _checked(syntax, environment, wanted)
    if checked.tree is None:
        raise FormulaProblem(errors=checked.errors)
    literals = tuple(
        PicklistLiteral(
            node.span,
            node.choice.uid,
            "value" if node.written == node.choice.value else "label",
        )
        for node in checked.literals
        if node.choice is not None
    )
    return Formula(
        source,
        wanted or checked.tree.type,
        environment.blank,
        _TARGETS,
        KeptTree(checked.tree),
        PackedReferences(checked.references),
        literals,
        tuple(checked.warnings),
    )


def check(
    source: str, environment: Environment, *, result: Type | Kind | None = None
) -> list[Violation]:
    """Return every error of a formula, in the order of the source."""
    wanted = Type(result) if isinstance(result, Kind) else result
    try:
        return _checked(parse(source), environment, wanted).errors
    except FormulaProblem as refused:
        return list(refused.errors)


def _checked(syntax: Syntax, environment: Environment, wanted: Type | None) -> Checked:
    checked = check_tree(syntax, environment, wanted)
    if checked.tree is not None and depth(checked.tree) > MAX_EXPANDED_DEPTH:
        error = problem.TOO_DEEP.at("", span=syntax.span, limit=MAX_EXPANDED_DEPTH)
        return Checked(None, [error], checked.warnings, [], [])
    if checked.tree is not None and texts_made(checked.tree) > MAX_TEXT_CALLS:
        error = problem.TOO_MANY_TEXTS.at("", span=syntax.span, limit=MAX_TEXT_CALLS)
        return Checked(None, [error], checked.warnings, [], [])
    return checked
