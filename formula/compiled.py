"""A checked formula: what it means, what it reads, and how to run it.

`formula.compiler` makes these; it also hands in the two Python targets, so that targets may know
formulas without formulas knowing targets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from formula.analysis import ChildRead, Paths, Reach, reach
from formula.environment import Blank
from formula.evaluation import Evaluation, Row
from formula.packing import KeptTree, PackedReferences
from formula.paths import Reference
from formula.tree import Node
from formula.types import Type
from paas.kernel import Span, Violation

Evaluate = Callable[[Row, Row | None, Evaluation], Any]
"""Takes the record, the record before the change (None on create), and the evaluation."""


Columns = Mapping[str, Sequence[Any]]
EvaluateColumns = Callable[[Columns, Columns | None, int, Evaluation], list[Any]]


@dataclass(frozen=True, slots=True)
class PythonTargets:
    """The targets every formula can be run on: each makes an `Evaluate` of a tree."""

    generate: Callable[[Node, Type, Evaluate], Evaluate]
    generate_columns: Callable[[Node, Type, Evaluate], EvaluateColumns]
    interpret: Callable[[KeptTree, Type], Evaluate]


@dataclass(frozen=True, slots=True)
class PicklistLiteral:
    """A text in the source that stands for a picklist value; `matched` is "value" or "label"."""

    span: Span
    uid: str
    matched: str


@dataclass(frozen=True, eq=False)
class Formula:
    """A checked formula. `evaluate(row, old_row, evaluation)` runs the generated Python.

    What it keeps is small, since a tenant keeps thousands: tree and references are packed.
    """

    source: str
    type: Type
    blank: Blank
    targets: PythonTargets = field(repr=False)
    _tree: KeptTree = field(repr=False)
    _references: PackedReferences = field(repr=False)
    literals: tuple[PicklistLiteral, ...] = ()
    warnings: tuple[Violation, ...] = field(default=(), repr=False)

    @property
    def tree(self) -> Node:
        """Return the root of the typed tree."""
        return self._tree.node

    @property
    def references(self) -> tuple[Reference, ...]:
        """Return the words of the source that name fields, in its order."""
        return self._references.unpacked()

    @cached_property
    def evaluate(self) -> Evaluate:
        """Return the Python target, generated on first use.

        It takes the record, the record before the change (None while it is being created) and
        the evaluation, and returns a Python value or None. It never raises for what rows hold.
        """
        return self.targets.generate(self.tree, self.type, self.walk)

    def evaluate_columns(
        self,
        columns: Columns,
        evaluation: Evaluation,
        *,
        count: int,
        old: Columns | None = None,
    ) -> list[Any]:
        """Return the values for `count` records given as columns, keyed as rows are.

        A column holds what rows hold under its key: values under names of fields, related rows
        under keys of lookups. A column that is missing is blank throughout.
        """
        return self._over_columns(columns, old, count, evaluation)

    @cached_property
    def _over_columns(self) -> EvaluateColumns:
        return self.targets.generate_columns(self.tree, self.type, self.evaluate)

    @cached_property
    def walk(self) -> Evaluate:
        """Return the oracle, which takes the same and answers the same, slowly."""
        return self.targets.interpret(self._tree, self.type)

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
    def child_reads(self) -> tuple[ChildRead, ...]:
        """Return the child records whose rows must be at hand, under their `row_key`."""
        return self._reach.children

    @property
    def lookups(self) -> Paths:
        """Return object, field wanted and field searched of every VLOOKUP."""
        return self._reach.lookups

    @property
    def is_deterministic(self) -> bool:
        """Tell whether the result is the same at all times while no record changes."""
        return self._reach.is_deterministic

    @property
    def uses_change(self) -> bool:
        """Tell whether the record before the change matters."""
        return self._reach.uses_change

    @property
    def is_own_record(self) -> bool:
        """Tell whether no other record is read."""
        return not (self._reach.hops or self._reach.children or self._reach.lookups)
