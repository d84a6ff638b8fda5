"""What a typed tree reads and depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from formula.environment import ChildSymbol
from formula.forms import arguments_of
from formula.function import Passing
from formula.tree import Aggregate, Call, FieldPath, Global, Node, children, parts

Path = tuple[str, ...]
Paths = frozenset[Path]
Found = tuple[Node, bool]
"""A node, and whether it is read in the record before the change too."""


@dataclass(frozen=True, slots=True)
class ChildRead:
    """Child records a formula reads, all of its aggregates over them together.

    `path` are the lookups from the record to the one whose children these are. `reads`, `hops`
    and `children` start at the child record; what is read through the lookup back to the parent
    is among the formula's own reads instead, and `reads` names the lookup alone.
    """

    path: Path
    child: ChildSymbol
    reads: Paths
    hops: Paths
    children: tuple[ChildRead, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything a formula reads. `hops` are the lookups to prefetch, shorter ones included."""

    reads: Paths
    reads_prior: Paths
    globals_read: Paths
    hops: Paths
    children: tuple[ChildRead, ...]
    lookups: Paths
    is_deterministic: bool
    uses_change: bool


@dataclass(slots=True)
class _Gathered:
    reads: set[Path] = field(default_factory=set)
    prior: set[Path] = field(default_factory=set)
    scopes: set[Path] = field(default_factory=set)
    hops: set[Path] = field(default_factory=set)
    children: list[ChildRead] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


def reach(tree: Node) -> Reach:
    """Find what a tree reads."""
    found = _gather([(tree, False)])
    lookups = arguments_of([call for call in found.calls if call.key == "vlookup"])
    return Reach(
        _kept(found.reads),
        _kept(found.prior),
        _kept(found.scopes),
        _kept(found.hops),
        tuple(found.children),
        _kept(lookups),
        not any(call.function.is_volatile for call in found.calls),
        any(call.function.needs_change for call in found.calls),
    )


def _kept(paths: Iterable[Path]) -> Paths:
    """Return paths to keep: each once in all formulas, and nothing for none."""
    kept = frozenset(map(_shared, paths))
    return kept or _NO_PATHS


@lru_cache(maxsize=4096)
def _shared(path: Path) -> Path:
    return path


_NO_PATHS: Paths = frozenset()


def _gather(trees: Iterable[Found]) -> _Gathered:
    found = _Gathered()
    aggregates: dict[Path, list[tuple[Aggregate, bool]]] = {}
    for node, is_prior in _walk(trees):
        if isinstance(node, FieldPath):
            found.reads.add(node.path)
            if is_prior:
                found.prior.add(node.path)
        elif isinstance(node, Global):
            found.scopes.add(node.path)
        elif isinstance(node, Call):
            found.calls.append(node)
        elif isinstance(node, Aggregate):
            aggregates.setdefault(node.path, []).append((node, is_prior))
    for path, nodes in aggregates.items():
        _add_children(found, path[:-1], nodes)
    # A lookup is walked wherever a path leads through it, or child records hang behind it.
    behind = [read for read in found.reads if len(read) > 1]
    found.hops = {read[:length] for read in behind for length in range(1, len(read))}
    for each in found.children:
        found.hops |= {each.path[:length] for length in range(1, len(each.path) + 1)}
    return found


def _add_children(found: _Gathered, path: Path, nodes: list[tuple[Aggregate, bool]]) -> None:
    child = nodes[0][0].child
    inside = _gather((part, prior) for node, prior in nodes for part in parts(node))
    back = child.lookup.name
    ours = {read for read in inside.reads if read[0] != back or len(read) == 1}
    for kept, theirs in ((found.reads, inside.reads), (found.prior, inside.prior)):
        kept |= {(*path, *read[1:]) for read in theirs if read[0] == back and len(read) > 1}
    found.scopes |= inside.scopes
    found.calls += inside.calls
    hops = frozenset(hop for hop in inside.hops if hop[0] != back)
    reads = frozenset({*ours, (back,)})
    found.children.append(ChildRead(path, child, reads, hops, tuple(inside.children)))


def _walk(trees: Iterable[Found]) -> Iterator[Found]:
    waiting = list(trees)
    while waiting:
        current, prior = waiting.pop()
        yield current, prior
        prior = prior or (isinstance(current, Call) and current.overload.passing is Passing.CHANGE)
        waiting.extend((child, prior) for child in children(current))
