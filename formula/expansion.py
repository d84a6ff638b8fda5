"""Writing formula fields out in place: the tree of one formula moved to where another reads it."""

from __future__ import annotations

from dataclasses import replace

from formula.paths import Path
from formula.tree import Call, FieldPath, Global, Let, Literal, Node, Variable, children
from paas.kernel import Span


def expand(tree: object, path: Path, span: Span) -> tuple[Node, int]:
    """Return the tree as read through `path`, all of it at `span`, and its number of nodes."""
    assert isinstance(tree, Literal | FieldPath | Global | Variable | Let | Call)
    return _moved(tree, path, span), size(tree)


def size(tree: Node) -> int:
    """Count nodes."""
    count, level = 0, [tree]
    while level:
        count += len(level)
        level = [child for node in level for child in children(node)]
    return count


def depth(tree: Node) -> int:
    """Count levels."""
    count, level = 0, [tree]
    while level:
        count += 1
        level = [child for node in level for child in children(node)]
    return count


def _moved(node: Node, path: Path, span: Span) -> Node:
    if isinstance(node, Call):
        arguments = tuple(_moved(argument, path, span) for argument in node.arguments)
        return replace(node, arguments=arguments, span=span)
    if isinstance(node, FieldPath):
        steps = (*path.steps, *node.steps)
        if path.scope is not None:
            return Global(path.scope, steps, node.field, node.type, span, node.zero)
        return replace(node, steps=steps, span=span)
    if isinstance(node, Let):
        bindings = tuple((_renamed(name, span), _moved(v, path, span)) for name, v in node.bindings)
        return replace(node, bindings=bindings, body=_moved(node.body, path, span), span=span)
    if isinstance(node, Variable):
        return replace(node, name=_renamed(node.name, span), span=span)
    return replace(node, span=span)


def _renamed(name: str, span: Span) -> str:
    return f"{name}_{span.start}"
