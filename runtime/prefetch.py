"""Prefetch: the related records that formulas look at, one query per lookup walked, for all rows.

Formulas are pure functions over rows; a row carries the record a lookup refers to under the
lookup's hop key. Administrators' formulas read in system mode, so the answer does not depend on
who saves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from formula import Formula
from metadata import ObjectModel, Snapshot, Storage, hop_key
from paas.db import Connection, Statement
from runtime.sql.codec import reader
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
class Prefetch:
    """What a set of formulas over one object needs beside the record itself."""

    hops: tuple[Hop, ...]
    integers: tuple[str, ...]
    """Whole-number fields that are read; formulas compute in decimals."""

    @property
    def is_needed(self) -> bool:
        """Tell whether rows must be prepared at all; if not, drafts' values serve as they are."""
        return bool(self.hops or self.integers)

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


def prefetch(
    snapshot: Snapshot, model: ObjectModel, formulas: Iterable[Formula], dialect: str
) -> Prefetch:
    """Return what `formulas` over records of `model` need."""
    paths = {path for each in formulas for path in (*each.reads, *each.reads_prior)}
    walked = {path for each in formulas for path in each.hops}
    return of_paths(snapshot, model, paths, walked, dialect)


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
