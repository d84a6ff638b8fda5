"""Keeping typed trees small: a flat record of the nodes, made a tree again when one is asked for.

A tenant keeps thousands of formulas and looks at few of their trees at a time, after publishing
at hardly any: the generated Python needs no tree unless a value fails. As nodes a tree takes five
times what it takes as a record.
"""

from __future__ import annotations

import struct
import weakref
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from formula.paths import Reference
from formula.tree import Aggregate, Call, FieldPath, Global, Let, Literal, Node, Variable, parts
from paas.kernel import Span

_OPEN = 64
"""Trees that stay trees, those used last."""

_SHAPE = struct.Struct("<4H")
"""Kind, how many nodes are below, start and end in the source."""
_SPAN = struct.Struct("<2H")
_LITERAL, _FIELD, _GLOBAL, _VARIABLE, _LET, _CALL, _AGGREGATE = range(7)
_VALUED, _CONDITIONED = 1, 2
"""In place of the count, which parts an aggregate has."""


class Packed:
    """A tree as a record: nodes in the order in which they can be made, and what they refer to."""

    __slots__ = ("_shape", "_things")

    def __init__(self, tree: Node) -> None:
        shape: list[bytes] = []
        things: list[Any] = []
        _write(tree, shape, things)
        self._shape = b"".join(shape)
        self._things = tuple(things)

    def tree(self) -> Node:
        """Return the tree, equal to the one packed."""
        made: list[Any] = []
        rest = iter(self._things)
        for kind, count, start, end in _SHAPE.iter_unpack(self._shape):
            span = Span(start, end)
            number = count.bit_count() if kind == _AGGREGATE else count
            below = made[len(made) - number :]
            del made[len(made) - number :]
            made.append(_made(kind, count, span, below, rest))
        (tree,) = made
        return tree  # type: ignore[no-any-return]


def _write(node: Node, shape: list[bytes], things: list[Any]) -> None:
    below = node.arguments if isinstance(node, Call) else parts(node)
    for part in below:
        _write(part, shape, things)
    kind, count, kept = _record(node, len(below))
    things += kept
    shape.append(_SHAPE.pack(kind, count, node.span.start, node.span.end))


def _record(node: Node, count: int) -> tuple[int, int, tuple[Any, ...]]:
    if isinstance(node, Call):
        return _CALL, count, (node.function, node.overload, node.type)
    if isinstance(node, Literal):
        return _LITERAL, 0, (node.value, node.type, node.choice, node.written)
    if isinstance(node, FieldPath):
        return _FIELD, 0, (node.steps, node.field, node.type, node.zero)
    if isinstance(node, Global):
        return _GLOBAL, 0, (node.scope, node.steps, node.field, node.type, node.zero)
    if isinstance(node, Variable):
        return _VARIABLE, 0, (node.name, node.type)
    if isinstance(node, Let):
        return _LET, count, (tuple([name for name, _bound in node.bindings]), node.type)
    has = (_VALUED if node.value is not None else 0) | (
        _CONDITIONED if node.condition is not None else 0
    )
    return _AGGREGATE, has, (node.function, node.overload, node.steps, node.child, node.type)


def _made(kind: int, count: int, span: Span, below: list[Any], rest: Iterable[Any]) -> Node:
    take = iter(rest).__next__
    if kind == _CALL:
        return Call(take(), take(), tuple(below), take(), span)
    if kind == _LITERAL:
        return Literal(take(), take(), span, take(), take())
    if kind == _FIELD:
        return FieldPath(take(), take(), take(), span, take())
    if kind == _GLOBAL:
        return Global(take(), take(), take(), take(), span, take())
    if kind == _VARIABLE:
        return Variable(take(), take(), span)
    if kind == _LET:
        *bound, body = below
        return Let(tuple(zip(take(), bound, strict=True)), body, take(), span)
    value = below[0] if count & _VALUED else None
    condition = below[-1] if count & _CONDITIONED else None
    function, overload, steps, child, type_ = (take() for _ in range(5))
    return Aggregate(function, overload, steps, child, value, condition, type_, span)


class KeptTree:
    """The tree of a compiled formula, packed once others have been used since."""

    __slots__ = ("__weakref__", "_kept")

    def __init__(self, tree: Node) -> None:
        self._kept: Node | Packed = tree
        _note(self)

    @property
    def node(self) -> Node:
        """Return the root."""
        kept = self._kept
        if isinstance(kept, Packed):
            kept = self._kept = kept.tree()
            _note(self)
        return kept

    def pack(self) -> None:
        """Make it small; whoever holds the tree keeps it."""
        kept = self._kept
        if not isinstance(kept, Packed):
            self._kept = Packed(kept)


_open: deque[weakref.ref[KeptTree]] = deque()


def _note(kept: KeptTree) -> None:
    """Remember an open tree, and pack the one that was opened longest ago."""
    _open.append(weakref.ref(kept))
    if len(_open) > _OPEN:
        oldest = _open.popleft()()
        if oldest is not None:
            oldest.pack()


class PackedReferences:
    """References as two rows: names, and places."""

    __slots__ = ("_names", "_spans")

    def __init__(self, references: Sequence[Reference]) -> None:
        self._names = tuple([name for each in references for name in (each.object, each.field)])
        self._spans = b"".join([_SPAN.pack(each.span.start, each.span.end) for each in references])

    def unpacked(self) -> tuple[Reference, ...]:
        """Return the references."""
        names = iter(self._names)
        return tuple(
            [
                Reference(next(names), next(names), Span(*span))
                for span in _SPAN.iter_unpack(self._spans)
            ]
        )
