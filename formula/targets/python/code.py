"""Pieces of generated source, and what is known where each of them runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from formula.function import Passing
from formula.tree import Aggregate, Call, FieldPath, Global, Let, Literal, Node, Variable, parts
from formula.types import Kind
from paas.kernel import value_class

TERNARY, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, ATOM = range(9)
"""Binding strengths of Python's operators, loosest first."""


@value_class
class Code:
    """An expression. With `nullable` it may be None; `is_int` stands for a whole number."""

    text: str
    strength: int = ATOM
    nullable: bool = False
    is_int: bool = False

    def within(self, least: int) -> str:
        """Return the text, bracketed if it binds more loosely than `least`."""
        return self.text if self.strength >= least else f"({self.text})"


@value_class
class Known:
    """Variables certainly assigned, and those certainly not None."""

    bound: frozenset[str] = frozenset()
    solid: frozenset[str] = frozenset()

    def binding(self, name: str) -> Known:
        """Return what is known once `name` is assigned."""
        return Known(self.bound | {name}, self.solid)

    def trusting(self, name: str) -> Known:
        """Return what is known once `name` was seen not to be None."""
        return Known(self.bound | {name}, self.solid | {name})

    def meet(self, other: Known) -> Known:
        """Return what is known whichever of two ways was taken."""
        return Known(self.bound & other.bound, self.solid & other.solid)


@value_class
class Condition:
    """An expression that is True or False, and what is known after either."""

    text: str
    strength: int
    yes: Known
    no: Known

    def within(self, least: int) -> str:
        """Return the text, bracketed if it binds more loosely than `least`."""
        return self.text if self.strength >= least else f"({self.text})"

    def negated(self) -> Condition:
        """Return the opposite."""
        return Condition(f"not {self.within(COMPARE)}", NOT, self.no, self.yes)


Column = tuple[str, str]
"""The base (`row` or `old`) and the row key of a column."""


@dataclass(slots=True)
class Columns:
    """Variables of a loop over columns.

    Columns `always` read are variables of the loop; those read `sometimes` are indexed, so that
    the records that do not need them do not pay. `before` is computed once, in front of the loop.
    """

    always: dict[Column, str]
    sometimes: dict[Column, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def item(self, base: str, key: str) -> str:
        """Return what reads a value."""
        name = self.always.get((base, key))
        if name is not None:
            return name
        return self.sometimes.setdefault((base, key), f"c{len(self.sometimes)}") + "[i]"


@dataclass(slots=True)
class Names:
    """Names given out while one formula is generated, and the constants behind them."""

    constants: dict[str, Any] = field(default_factory=dict)
    reads: Counter[tuple[str, ...]] = field(default_factory=Counter)
    known: dict[object, str] = field(default_factory=dict)
    needs_context: bool = False
    columns: Columns | None = None
    """Where the record's values are columns, what stands for them."""

    def item(self, row: str, key: str) -> str:
        """Return what reads a value of a row."""
        if self.columns is None or row not in ("row", "old"):
            return f"{row}[{key!r}]"
        return self.columns.item(row, key)

    def standing(self, row: str, key: str) -> str | None:
        """Return the variable that holds a value of a row without having been assigned."""
        return self.columns.always.get((row, key)) if self.columns is not None else None

    def constant(self, value: Any, *, identity: object = None) -> str:
        """Return the name of a constant."""
        key = ("constant", type(value), identity if identity is not None else str(value))
        if key not in self.known:
            self.known[key] = f"K{len(self.constants)}"
            self.constants[self.known[key]] = value
        return self.known[key]

    def variable(self, prefix: str, key: object) -> str:
        """Return the variable that stands for `key`."""
        return self.known.setdefault((prefix, key), f"{prefix}{len(self.known)}")

    def temporary(self) -> str:
        """Return a variable nobody else has."""
        return self.variable("t", len(self.known))


READS = (FieldPath, Global)


def count_reads(tree: Node) -> Counter[tuple[str, ...]]:
    """Count how often each path is read, to assign the repeated ones once."""
    found: Counter[tuple[str, ...]] = Counter()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            waiting += node.arguments
        elif isinstance(node, READS):
            found[node.path] += 1
        elif not isinstance(node, Literal):
            waiting += parts(node)
    return found


def is_nullable(node: Node, lets: dict[str, bool]) -> bool:
    """Tell whether a value may be null where nothing fails; blank text is not asked for."""
    if isinstance(node, READS):
        return not (node.zero or node.type.kind is Kind.BOOLEAN)
    if isinstance(node, Literal):
        return node.value is None
    if isinstance(node, Variable):
        return lets[node.name]
    if isinstance(node, Let):
        for name, bound in node.bindings:
            lets[name] = is_nullable(bound, lets)
        return is_nullable(node.body, lets)
    if isinstance(node, Aggregate):
        return not node.overload.is_total
    return _may_call_be_null(node, lets)


_RESULTS: dict[str, Callable[[int], Iterable[int]]] = {
    "if": lambda count: range(1, count),
    "ifs": lambda count: (*range(1, count - 1, 2), count - 1),
    "case": lambda count: (*range(2, count - 1, 2), count - 1),
    "blankvalue": lambda _count: (1,),
    "nullvalue": lambda _count: (1,),
    "iferror": lambda _count: (0,),
    "priorvalue": lambda _count: (0,),
}


def _may_call_be_null(node: Call, lets: dict[str, bool]) -> bool:
    places = _RESULTS.get(node.key)
    if places is not None:
        return any(is_nullable(node.arguments[i], lets) for i in places(len(node.arguments)))
    if node.overload.passing is not Passing.STRICT or not node.overload.is_total:
        return not node.overload.is_total
    return any(
        is_nullable(argument, lets)
        for argument in node.arguments
        if not argument.type.kind.is_texty
    )
