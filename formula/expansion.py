"""Writing formula fields out in place: the tree of one formula moved to where another reads it."""

from __future__ import annotations

from dataclasses import replace

from formula.paths import Path
from formula.tree import (
    Aggregate,
    Call,
    FieldPath,
    Global,
    Let,
    Literal,
    Node,
    Variable,
    parts,
)
from formula.types import Kind
from paas.kernel import Span

LEAVES = (Literal, FieldPath, Global, Variable)


def expand(tree: object, path: Path, span: Span) -> tuple[Node, int]:
    """Return the tree as read through `path`, all of it at `span`, and its number of nodes."""
    assert isinstance(tree, Literal | FieldPath | Global | Variable | Let | Call | Aggregate)
    return _moved(tree, path, span), size(tree)


def size(tree: Node) -> int:
    """Count nodes."""
    count, level = 0, [tree]
    while level:
        count += len(level)
        level = [child for node in level for child in parts(node)]
    return count


def depth(tree: Node) -> int:
    """Count levels."""
    count, level = 0, [tree]
    while level:
        count += 1
        level = [
            child
            for node in level
            if not isinstance(node, LEAVES)
            for child in (node.arguments if isinstance(node, Call) else parts(node))
        ]
    return count


def spends(tree: Node) -> bool:
    """Tell whether a call draws on the meter of the evaluation."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            if node.overload.spends:
                return True
            waiting += node.arguments
        elif not isinstance(node, LEAVES):
            waiting += parts(node)
    return False


def texts_made(tree: Node) -> int:
    """Count calls that make a text of some length."""
    count, waiting = 0, [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call):
            count += node.overload.spends or _makes_text(node)
            waiting += node.arguments
        elif not isinstance(node, LEAVES):
            waiting += parts(node)
    return count


def _makes_text(node: Call) -> bool:
    """Tell whether a call makes a new text from others, rather than choosing or writing one."""
    return node.overload.signature.result is Kind.TEXT and any(
        argument.type.kind is Kind.TEXT for argument in node.arguments
    )


def has_aggregate(tree: object) -> bool:
    """Tell whether child records are read anywhere."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Aggregate):
            return True
        waiting.extend(parts(node))  # type: ignore[arg-type]
    return False


def _moved(node: Node, path: Path, span: Span) -> Node:
    if isinstance(node, Call):
        arguments = tuple(_moved(argument, path, span) for argument in node.arguments)
        return replace(node, arguments=arguments, span=span)
    if isinstance(node, FieldPath):
        steps = (*path.steps, *node.steps)
        if path.scope is not None:
            return Global(path.scope, steps, node.field, node.type, span, node.zero)
        return replace(node, steps=steps, span=span, own_steps=len(path.steps))
    if isinstance(node, Aggregate):
        # Value and condition read the child's row, which stays the same row.
        steps = (*path.steps, *node.steps)
        return replace(_respanned(node, span), steps=steps, own_steps=len(path.steps))
    if isinstance(node, Let):
        bindings = tuple((_renamed(name, span), _moved(v, path, span)) for name, v in node.bindings)
        return replace(node, bindings=bindings, body=_moved(node.body, path, span), span=span)
    if isinstance(node, Variable):
        return replace(node, name=_renamed(node.name, span), span=span)
    return replace(node, span=span)


def _respanned(node: Aggregate, span: Span) -> Aggregate:
    still = Path(None, (), node.child.lookup)
    value = None if node.value is None else _moved(node.value, still, span)
    condition = None if node.condition is None else _moved(node.condition, still, span)
    return replace(node, value=value, condition=condition, span=span)


def _renamed(name: str, span: Span) -> str:
    return f"{name}_{span.start}"
