"""The syntax tree: what was written, before anybody knows what the names mean.

Spans do not take part in comparison, so two sources that differ only in layout parse alike.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from decimal import Decimal

from paas.kernel import Span, value_class

ANYWHERE = Span(0, 0)


@value_class
class Constant:
    """A number, a text, TRUE, FALSE or NULL; a date or a moment too, which only queries write."""

    value: Decimal | str | bool | date | datetime | None
    span: Span = field(default=ANYWHERE, compare=False, repr=False)


@value_class
class Name:
    """A dotted path, written as one word."""

    text: str
    span: Span = field(default=ANYWHERE, compare=False, repr=False)


@value_class
class Apply:
    """A function applied to arguments; `name_span` is the function's name alone."""

    name: str
    arguments: tuple[Node, ...]
    span: Span = field(default=ANYWHERE, compare=False, repr=False)
    name_span: Span = field(default=ANYWHERE, compare=False, repr=False)


@value_class
class Unary:
    """`-`, `+` or `!` before an operand."""

    operator: str
    operand: Node
    span: Span = field(default=ANYWHERE, compare=False, repr=False)


@value_class
class Chain:
    """Operands joined by one operator; only `&&` and `||` join more than two."""

    operator: str
    operands: tuple[Node, ...]
    span: Span = field(default=ANYWHERE, compare=False, repr=False)
    bracketed: bool = field(default=False, compare=False)


Node = Constant | Name | Apply | Unary | Chain
