"""What a typed tree reads and depends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formula.function import Passing
from formula.tree import Call, FieldPath, Global, Node, children

Paths = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything a formula reads. `hops` are the lookups to prefetch, shorter ones included."""

    reads: Paths
    reads_prior: Paths
    globals_read: Paths
    hops: Paths
    is_deterministic: bool
    uses_change: bool


def reach(tree: Node) -> Reach:
    """Find what a tree reads."""
    reads, prior, scopes = set(), set(), set()
    volatile = change = False
    for node, is_prior in _walk(tree, False):
        if isinstance(node, FieldPath):
            reads.add(node.path)
            if is_prior:
                prior.add(node.path)
        elif isinstance(node, Global):
            scopes.add(node.path)
        elif isinstance(node, Call):
            volatile = volatile or node.function.is_volatile
            change = change or node.function.needs_change
    hops = {path[:length] for path in reads for length in range(1, len(path))}
    return Reach(
        frozenset(reads),
        frozenset(prior),
        frozenset(scopes),
        frozenset(hops),
        not volatile,
        change,
    )


def _walk(node: Node, is_prior: bool) -> Iterator[tuple[Node, bool]]:
    waiting = [(node, is_prior)]
    while waiting:
        current, prior = waiting.pop()
        yield current, prior
        prior = prior or (isinstance(current, Call) and current.overload.passing is Passing.CHANGE)
        waiting.extend((child, prior) for child in children(current))
