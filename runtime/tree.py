"""Trees of records: parents with their children, created level by level, all or none.

Every level is one command for each object, so the number of statements follows the shape of the
tree and not the number of its records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from paas.kernel import Finding, Kind, Problem, Violation
from runtime.command import WriteCommand
from runtime.problem import BatchRefused
from runtime.work import Work

MAX_NODES = 200
MAX_LEVELS = 5


class TreeInvalid(Problem):
    """The tree is not valid."""

    code = "record.tree_invalid"
    kind = Kind.INVALID
    zh = "记录树有错误。"
    en = "The tree of records has errors."


CHILDREN_UNKNOWN = Finding(
    "record.children_unknown",
    "“{object}”没有子记录“{name}”；可用的有：{known}",
    "“{object}” has no child records “{name}”; there are: {known}",
)
PARENT_GIVEN = Finding(
    "record.parent_given",
    "“{field}”由上级记录决定，不能填写。",
    "“{field}” follows from the record above and cannot be given.",
)
TREE_TOO_LARGE = Finding(
    "record.tree_too_large",
    "一棵树最多 {nodes} 条记录、{levels} 层。",
    "A tree has at most {nodes} records and {levels} levels.",
)


@dataclass(slots=True)
class TreeNode:
    """A record to be created, what is below it, and, once it is there, its id."""

    values: Mapping[str, Any]
    pointer: str
    ref: str | None = None
    children: dict[str, list[TreeNode]] = field(default_factory=dict)
    id: str | None = None
    version: int | None = None


def create_tree(work: Work, name: str, roots: Sequence[TreeNode]) -> None:
    """Create the records of a tree and note their ids; raises `TreeInvalid`, `BatchRefused`."""
    errors: list[Violation] = []
    count = _count(roots)
    if not 1 <= count <= MAX_NODES:
        errors.append(TREE_TOO_LARGE.at("/records", nodes=MAX_NODES, levels=MAX_LEVELS))
        raise TreeInvalid(errors=errors)
    level: list[_Placed] = [_Placed(node, work.snapshot.object(name).name) for node in roots]
    for _step in range(MAX_LEVELS):
        _create(work, level)
        level = [each for placed in level for each in _below(work, placed, errors)]
        if errors:
            raise TreeInvalid(errors=errors)
        if not level:
            return
    raise TreeInvalid(
        errors=[TREE_TOO_LARGE.at(level[0].node.pointer, nodes=MAX_NODES, levels=MAX_LEVELS)]
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A node in its object, with the lookup that leads to its parent."""

    node: TreeNode
    object: str
    lookup: str | None = None
    parent: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        row = dict(self.node.values)
        if self.lookup is not None:
            row[self.lookup] = self.parent
        return row


def _count(nodes: Sequence[TreeNode]) -> int:
    count, level = 0, list(nodes)
    while level and count <= MAX_NODES:
        count += len(level)
        level = [each for node in level for found in node.children.values() for each in found]
    return count


def _create(work: Work, level: Sequence[_Placed]) -> None:
    for name in dict.fromkeys(each.object for each in level):
        placed = [each for each in level if each.object == name]
        rows = [each.row for each in placed]
        try:
            outcomes = work.write(WriteCommand("create", name, rows, is_batch=True))
        except BatchRefused as refused:
            errors = [_pointed(each, placed) for each in refused.errors]
            raise BatchRefused(errors=errors, **refused.params) from refused
        for each, outcome in zip(placed, outcomes, strict=True):
            each.node.id, each.node.version = outcome.id, outcome.version


def _pointed(violation: Violation, placed: Sequence[_Placed]) -> Violation:
    """Return a violation that points into the tree instead of the batch."""
    _empty, _records, index, *rest = (violation.pointer or "").split("/")
    node = placed[int(index)].node
    inside = "/".join(("", "fields", *rest)) if rest else ""
    return replace(violation, pointer=node.pointer + inside)


def _below(work: Work, placed: _Placed, errors: list[Violation]) -> Iterator[_Placed]:
    owner = work.snapshot.object(placed.object).symbol
    for name, nodes in placed.node.children.items():
        child = owner.children.get(name.casefold())
        if child is None:
            known = ", ".join(sorted({each.name for each in owner.children.values()}))
            place = f"{placed.node.pointer}/children/{name[:80]}"
            errors.append(
                CHILDREN_UNKNOWN.at(place, object=owner.name, name=name[:80], known=known)
            )
            continue
        lookup = child.lookup.name
        for node in nodes:
            if any(key.casefold() == lookup.casefold() for key in node.values):
                errors.append(PARENT_GIVEN.at(f"{node.pointer}/fields/{lookup}", field=lookup))
            yield _Placed(node, child.object, lookup, placed.node.id)
