"""Compiling: from source and environment to a `Formula` that can be evaluated and asked things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from formula import problem
from formula.analysis import Paths, Reach, reach
from formula.checker import Checked, check_tree
from formula.environment import Blank, Environment
from formula.evaluation import Evaluation, Row
from formula.expansion import depth
from formula.limits import MAX_EXPANDED_DEPTH
from formula.parser import parse
from formula.paths import Reference
from formula.problem import FormulaProblem
from formula.targets import oracle
from formula.targets.python import generate
from formula.tree import Node
from formula.types import Kind, Type
from paas.kernel import Span, Violation

Evaluate = Callable[[Row, Row | None, Evaluation], Any]


@dataclass(frozen=True, slots=True)
class PicklistLiteral:
    """A text in the source that stands for a picklist value; `matched` is "value" or "label"."""

    span: Span
    uid: str
    matched: str


@dataclass(frozen=True, eq=False)
class Formula:
    """A checked formula. `evaluate(row, old_row, evaluation)` runs the generated Python."""

    source: str
    type: Type
    tree: Node
    blank: Blank
    literals: tuple[PicklistLiteral, ...] = ()
    references: tuple[Reference, ...] = ()
    warnings: tuple[Violation, ...] = field(default=(), repr=False)

    @cached_property
    def evaluate(self) -> Evaluate:
        """Return the Python target, generated on first use.

        It takes the record, the record before the change (None while it is being created) and
        the evaluation, and returns a Python value or None. It never raises for what rows hold.
        """
        return generate(self.tree, self.type)

    def walk(self, row: Row, old: Row | None, evaluation: Evaluation) -> Any:
        """Evaluate by the oracle."""
        return oracle.evaluate(self.tree, self.type, row, old, evaluation)

    @cached_property
    def _reach(self) -> Reach:
        return reach(self.tree)

    @property
    def reads(self) -> Paths:
        """Return the paths read from the record, formula fields written out."""
        return self._reach.reads

    @property
    def reads_prior(self) -> Paths:
        """Return the paths also read from the record before the change."""
        return self._reach.reads_prior

    @property
    def globals_read(self) -> Paths:
        """Return the globals read, each path led by its casefolded scope."""
        return self._reach.globals_read

    @property
    def hops(self) -> Paths:
        """Return the lookups whose records must be at hand."""
        return self._reach.hops

    @property
    def is_deterministic(self) -> bool:
        """Tell whether the result is the same at all times."""
        return self._reach.is_deterministic

    @property
    def uses_change(self) -> bool:
        """Tell whether the record before the change matters."""
        return self._reach.uses_change

    @property
    def is_own_record(self) -> bool:
        """Tell whether nothing is read through lookups."""
        return not self._reach.hops


def compile(source: str, environment: Environment, *, result: Type | Kind | None = None) -> Formula:
    """Compile a formula; raises `FormulaProblem` with every error found."""
    wanted = Type(result) if isinstance(result, Kind) else result
    checked = _checked(source, environment, wanted)
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
        checked.tree,
        environment.blank,
        literals,
        tuple(checked.references),
        tuple(checked.warnings),
    )


def check(
    source: str, environment: Environment, *, result: Type | Kind | None = None
) -> list[Violation]:
    """Return every error of a formula, in the order of the source."""
    wanted = Type(result) if isinstance(result, Kind) else result
    try:
        return _checked(source, environment, wanted).errors
    except FormulaProblem as refused:
        return list(refused.errors)


def _checked(source: str, environment: Environment, wanted: Type | None) -> Checked:
    syntax = parse(source)
    checked = check_tree(syntax, environment, wanted)
    if checked.tree is not None and depth(checked.tree) > MAX_EXPANDED_DEPTH:
        error = problem.TOO_DEEP.at("", span=syntax.span, limit=MAX_EXPANDED_DEPTH)
        checked = Checked(None, [error], checked.warnings, [], [])
    return checked
