"""Prefetch: the related records that formulas look at, one query per lookup walked, for all rows.

Formulas are pure functions over rows; a row carries the record a lookup refers to under the
lookup's hop key, and its child records under theirs, one query per relationship. A child row
carries the row it is a child of, as that is being written. Administrators' formulas read in
system mode, so the answer does not depend on who saves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from formula import ChildRead, Formula
from metadata import ObjectModel, Snapshot, Storage, hop_key
from paas.db import Connection, Statement
from runtime.sql.codec import reader
from runtime.sql.related import children_statement
from runtime.sql.select import Reading, build

Path = tuple[str, ...]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hop:
    """One lookup to walk: from rows at `path[:-1]` through the field `path[-1]`."""

    path: Path
    key: str
    statement: Statement
    read: Callable[[tuple[Any, ...]], Row]


@dataclass(frozen=True, slots=True)
class Children:
    """Child records to fetch for the rows at `path`, and what is read through them in turn."""

    path: Path
    key: str
    lookup: str
    back: str
    statement: Statement
    read: Callable[[tuple[Any, ...]], Row]
    related: Prefetch

    def complete(self, connection: Connection, owners: Sequence[Row]) -> None:
        """Put child rows into `owners`; versions of one record have rows of their own."""
        found: dict[str, list[Row]] = {owner["id"]: [] for owner in owners}
        if found:
            for values in connection.fetch(self.statement, {"ids": list(found)}):
                child = self.read(values)
                found[child[self.lookup]].append(child)
        every: list[Row] = []
        for owner in owners:
            owner[self.key] = [{**child, self.back: owner} for child in found[owner["id"]]]
            every += owner[self.key]
        self.related.complete(connection, every)


@dataclass(frozen=True, slots=True)
class Prefetch:
    """What a set of formulas over one object needs beside the record itself."""

    hops: tuple[Hop, ...]
    integers: tuple[str, ...]
    """Whole-number fields that are read; formulas compute in decimals."""
    children: tuple[Children, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Tell whether rows must be prepared at all; if not, drafts' values serve as they are."""
        return bool(self.hops or self.integers or self.children)

    def row(self, values: Mapping[str, Any]) -> Row:
        """Return a row for formulas, without related records yet."""
        row = dict(values)
        for name in self.integers:
            if row[name] is not None:
                row[name] = Decimal(row[name])
        return row

    def complete(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Put the related records into `rows`: one query per hop, whatever their number."""
        levels: dict[Path, Sequence[Row]] = {(): rows}
        for hop in self.hops:
            parents, reference = levels[hop.path[:-1]], hop.path[-1]
            wanted = {row[reference] for row in parents if row[reference] is not None}
            found: dict[str, Row] = {}
            if wanted:
                rows_read = connection.fetch(hop.statement, {"ids": list(wanted)})
                found = {row["id"]: row for row in map(hop.read, rows_read)}
            for row in parents:
                row[hop.key] = found.get(row[reference])
            levels[hop.path] = list(found.values())
        for each in self.children:
            each.complete(connection, levels[each.path])


def prefetch(
    snapshot: Snapshot, model: ObjectModel, formulas: Iterable[Formula], dialect: str
) -> Prefetch:
    """Return what `formulas` over records of `model` need."""
    needed = tuple(formulas)
    paths = {path for each in needed for path in (*each.reads, *each.reads_prior)}
    walked = {path for each in needed for path in each.hops}
    found = of_paths(snapshot, model, paths, walked, dialect)
    reads = [read for each in needed for read in each.child_reads]
    return replace(found, children=_children(snapshot, reads, dialect))


def _children(snapshot: Snapshot, reads: Iterable[ChildRead], dialect: str) -> tuple[Children, ...]:
    """Return what to fetch of child records, once per relationship however many read it."""
    together: dict[tuple[Path, str], list[ChildRead]] = {}
    for read in reads:
        together.setdefault((read.path, read.child.row_key), []).append(read)
    return tuple(_children_at(snapshot, each, dialect) for each in together.values())


def _children_at(snapshot: Snapshot, reads: Sequence[ChildRead], dialect: str) -> Children:
    path, child = reads[0].path, reads[0].child
    model = snapshot.object(child.object)
    lookup = model.fields[child.lookup.name]
    paths = {path for each in reads for path in each.reads}
    hops = {hop for each in reads for hop in each.hops}
    related = of_paths(snapshot, model, paths, hops, dialect)
    inside = [read for each in reads for read in each.children]
    names = {path[0] for path in (*paths, *hops) if model.fields[path[0]].column is not None}
    statement, columns = children_statement(
        snapshot, model, lookup.name, sorted({"id", lookup.name, *names}), dialect
    )
    return Children(
        path=path,
        key=child.row_key,
        lookup=lookup.name,
        back=hop_key(lookup) or "",
        statement=statement,
        read=reader(columns, purpose="formula", dialect=dialect),
        related=replace(related, children=_children(snapshot, inside, dialect)),
    )


def of_paths(
    snapshot: Snapshot,
    model: ObjectModel,
    paths: Iterable[Path],
    walked: Iterable[Path],
    dialect: str,
) -> Prefetch:
    """Return what reading `paths` and walking `walked` needs."""
    wanted: dict[Path, set[str]] = {}
    for path in paths:
        for length in range(1, len(path) + 1):
            wanted.setdefault(path[: length - 1], set()).add(path[length - 1])
    for path in walked:
        for length in range(1, len(path) + 1):
            wanted.setdefault(path[: length - 1], set()).add(path[length - 1])
            wanted.setdefault(path[:length], set())
    own = wanted.pop((), set())
    hops = sorted(wanted, key=lambda path: (len(path), path))
    return Prefetch(
        hops=tuple(_hop(snapshot, model, path, wanted[path], dialect) for path in hops),
        integers=tuple(sorted(name for name in own if _is_integer(model, name))),
    )


def _is_integer(model: ObjectModel, name: str) -> bool:
    return model.fields[name].type.storage is Storage.INTEGER


def _hop(snapshot: Snapshot, model: ObjectModel, path: Path, names: set[str], dialect: str) -> Hop:
    reference = model.fields[path[0]]
    for step in path[1:]:
        reference = snapshot.object(reference.target or "").fields[step]
    target = snapshot.object(reference.target or "")
    stored = {name for name in names if target.fields[name].column is not None}
    outputs = tuple((name,) for name in ("id", *sorted(stored - {"id"})))
    selected = build(Reading(snapshot, dialect, target, outputs, find="some"))
    read = reader(selected.outputs, purpose="formula", dialect=dialect)
    return Hop(path, hop_key(reference) or "", selected.statement, read)
