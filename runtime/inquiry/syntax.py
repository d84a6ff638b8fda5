"""What a query says, before anybody knows what its names mean.

Both front ends — text and JSON — make an `Inquiry`. Expressions in it are syntax of the formula
language, with a few forms of queries on top (`Membership`, `Likeness`, `Parameter`) that
`runtime.inquiry.condition` translates away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from formula import Apply, Chain, Constant, Name, Unary
from paas.kernel import Span

ANYWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Parameter:
    """`:name`, a value that is given beside the query."""

    name: str
    span: Span = field(default=ANYWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Membership:
    """`operand IN (…)`: values, one parameter that is a list, or another query."""

    operand: Node
    values: tuple[Node, ...] | Parameter | Inquiry
    is_negated: bool = False
    span: Span = field(default=ANYWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Likeness:
    """`operand LIKE 'pattern'`, where % stands for any text and _ for one character."""

    operand: Node
    pattern: Constant | Parameter
    is_negated: bool = False
    span: Span = field(default=ANYWHERE, compare=False, repr=False)


Node = Constant | Name | Apply | Unary | Chain | Parameter | Membership | Likeness


@dataclass(frozen=True, slots=True)
class Placed:
    """An expression, and the JSON pointer of the text it stands in ("" for a query as text)."""

    node: Node
    pointer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One column: an expression, and what it is called in the answer."""

    expression: Placed
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Children:
    """The child records of each record, as a query of their own: `inquiry.object` names them."""

    inquiry: Inquiry
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One sort key; nulls come last unless something else is said."""

    expression: Placed
    is_descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A whole query. Without `items` it asks for every field the caller may read."""

    object: str
    items: tuple[Item | Children, ...] = ()
    where: Placed | None = None
    keys: tuple[Placed, ...] = ()
    is_rollup: bool = False
    having: Placed | None = None
    order: tuple[Term, ...] = ()
    limit: int | None = None
    pointer: str = field(default="", repr=False)
    span: Span = field(default=ANYWHERE, compare=False, repr=False)


def below(node: Node | Inquiry) -> Iterator[Node | Inquiry]:
    """Yield what stands directly inside a node or query."""
    if isinstance(node, Apply):
        yield from node.arguments
    elif isinstance(node, Chain):
        yield from node.operands
    elif isinstance(node, Unary):
        yield node.operand
    elif isinstance(node, Membership):
        yield node.operand
        yield from node.values if isinstance(node.values, tuple) else (node.values,)
    elif isinstance(node, Likeness):
        yield node.operand
    elif isinstance(node, Inquiry):
        yield from _parts(node)


def _parts(inquiry: Inquiry) -> Iterator[Node | Inquiry]:
    for item in inquiry.items:
        yield item.inquiry if isinstance(item, Children) else item.expression.node
    for placed in (inquiry.where, inquiry.having, *inquiry.keys):
        if placed is not None:
            yield placed.node
    for term in inquiry.order:
        yield term.expression.node
