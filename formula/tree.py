"""The typed tree: what a formula means. Every target reads this and nothing else.

Operators are calls too: their function is named by the sign (`+`, `=`, `&&`), and the overload's
`key` says which meaning was chosen (`add_number`, `add_date_days`). Formula fields are already
written out in place, picklist literals resolved, and whether a blank number reads as zero is
noted on each path. A target therefore needs no environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field as attribute
from datetime import date, datetime, time
from decimal import Decimal

from formula.environment import ChildSymbol, FieldSymbol
from formula.function import Function, Overload
from formula.types import PicklistValue, Type
from paas.kernel import Span, value_class

Scalar = Decimal | str | bool | date | datetime | time | None


@value_class
class Literal:
    """A constant.

    For a resolved picklist literal `value` is the API value, `choice` the value it names and
    `written` the text that stood in the source.
    """

    value: Scalar
    type: Type
    span: Span = attribute(compare=False)
    choice: PicklistValue | None = None
    written: str | None = None


@value_class
class FieldPath:
    """A field of the record, or of one reached through lookups (`steps`, outermost first).

    With `zero`, a null number reads as 0. A percent field reads as the fraction (45 → 0.45).
    A null truth value reads as false. `own_steps` is set on what a formula field reads that is
    written out in place: so many of the steps stand in the formula that names the field, and
    whatever lies beyond was written by the field's author, who reads in system mode.
    """

    steps: tuple[FieldSymbol, ...]
    field: FieldSymbol
    type: Type
    span: Span = attribute(compare=False)
    zero: bool = False
    own_steps: int | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """Return the canonical names; the last is the field's."""
        if not self.steps:
            return (self.field.name,)
        return (*[step.name for step in self.steps], self.field.name)


@value_class
class Global:
    """A value known before any record is read: `$User.Name`. `scope` is casefolded (`$user`)."""

    scope: str
    steps: tuple[FieldSymbol, ...]
    field: FieldSymbol
    type: Type
    span: Span = attribute(compare=False)
    zero: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """Return the scope and the canonical names."""
        return (self.scope, *[step.name for step in self.steps], self.field.name)


@value_class
class Variable:
    """A value bound by an enclosing `Let`; `name` is unique within the tree."""

    name: str
    type: Type
    span: Span = attribute(compare=False)


@value_class
class Let:
    """Values bound once, in order, and a body that uses them."""

    bindings: tuple[tuple[str, Node], ...]
    body: Node
    type: Type
    span: Span = attribute(compare=False)


@value_class
class Call:
    """A function or operator with its meaning chosen."""

    function: Function
    overload: Overload
    arguments: tuple[Node, ...]
    type: Type
    span: Span = attribute(compare=False)

    @property
    def key(self) -> str:
        """Return the permanent name of the chosen meaning."""
        return self.overload.key


@value_class
class Aggregate:
    """One value made of child records: how many there are, a sum, the least …

    `steps` lead from the record to the one whose children these are. `value` and `condition` are
    read from each child's row, where the lookup back is filled; only variables bound outside are
    known there besides. Child records whose value is null do not count. `own_steps` is that of
    `FieldPath`.
    """

    function: Function
    overload: Overload
    steps: tuple[FieldSymbol, ...]
    child: ChildSymbol
    value: Node | None
    condition: Node | None
    type: Type
    span: Span = attribute(compare=False)
    own_steps: int | None = None

    @property
    def key(self) -> str:
        """Return the permanent name of the chosen meaning."""
        return self.overload.key

    @property
    def path(self) -> tuple[str, ...]:
        """Return the canonical names of the lookups, and the key of the child rows."""
        return (*(step.name for step in self.steps), self.child.row_key)


Node = Literal | FieldPath | Global | Variable | Let | Call | Aggregate


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below that are about the same record, in order."""
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Let):
        return (*(value for _name, value in node.bindings), node.body)
    return ()


def parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below, those about child records included."""
    if isinstance(node, Aggregate):
        return tuple(part for part in (node.value, node.condition) if part is not None)
    return children(node)


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, parents first."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))
