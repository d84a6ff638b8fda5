"""Records as approvals read them: rows for formulas, in sets, in system mode.

One statement reads all records of an object with everything the paths lead to, whatever the
number of records. Only reading happens here; every change goes through the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import formula
from metadata import GLOBALS, ObjectModel, Snapshot, hop_key
from paas.db import Connection
from paas.kernel import CallContext
from runtime import EVERYTHING, Scope, caller_prefetch, led_of, led_shape, permissions_of, user_row
from runtime.sql.codec import reader
from runtime.sql.predicate import reader_parameters
from runtime.sql.select import Reading, Selected, build

Path = tuple[str, ...]
ALWAYS = frozenset({("id",), ("version",), ("entityType",), ("approvalStatus",), ("lockStatus",)})


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a call reads: a connection, the snapshot it is pinned to, and who calls."""

    connection: Connection
    snapshot: Snapshot
    context: CallContext


@dataclass(frozen=True, slots=True)
class Subject:
    """A record under approval. `may_update` tells whether the caller may change it."""

    row: Mapping[str, Any]
    may_update: bool

    @property
    def id(self) -> str:
        """Return the record's id."""
        found: str = self.row["id"]
        return found

    @property
    def version(self) -> int:
        """Return the record's version."""
        return int(self.row["version"])


def subjects(
    desk: Desk,
    model: ObjectModel,
    ids: Sequence[str],
    paths: Iterable[Path] = (),
    *,
    as_user: bool = False,
    locks: bool = False,
) -> dict[str, Subject]:
    """Return the records among `ids` that exist, with `as_user` only those the caller may see.

    The paths themselves are read in system mode. `locks` keeps others from changing the records
    until the unit of work ends.
    """
    if not ids:
        return {}
    scope, may_update = _scopes(desk, model) if as_user else (EVERYTHING, EVERYTHING)
    wanted = frozenset(paths) | {path for path in ALWAYS if path[0] in model.fields}
    outputs = tuple(sorted(_with_references(wanted)))
    selected = _select(desk, model, outputs, scope=scope, flags=(may_update,), locks=locks)
    read = reader(
        selected.outputs, purpose="formula", dialect=desk.connection.dialect, skip=selected.lead
    )
    params = {"ids": list(ids), **reader_parameters(desk.context)}
    found = [
        Subject(_nested(read(row), outputs, model, desk.snapshot), may_update=bool(row[0]))
        for row in desk.connection.fetch(selected.statement, params)
    ]
    return {each.id: each for each in found}


def record_names(
    desk: Desk, records: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str | None]:
    """Return the names of records given as (object, id), in system mode: a statement per object."""
    wanted: dict[str, list[str]] = {}
    for name, record_id in records:
        wanted.setdefault(name, []).append(record_id)
    found: dict[tuple[str, str], str | None] = {}
    for name, ids in wanted.items():
        model = desk.snapshot.find_object(name)
        if model is not None:
            field = model.field(model.name_field)
            paths = [(field.name,)] if field is not None else []
            for key, subject in subjects(desk, model, ids, paths).items():
                shown = subject.row[field.name] if field is not None else None
                found[name, key] = None if shown is None else str(shown)
    return found


def _scopes(desk: Desk, model: ObjectModel) -> tuple[Scope, Scope]:
    access = permissions_of(desk.snapshot, desk.context.principal).on(model)
    access.check("read")
    led = led_shape(led_of(desk.context))
    return access.scope("read", led=led), access.scope("update", led=led)


def _select(
    desk: Desk,
    model: ObjectModel,
    outputs: tuple[Path, ...],
    *,
    scope: Scope,
    flags: tuple[Scope, ...],
    locks: bool,
) -> Selected:
    dialect = desk.connection.dialect
    return desk.snapshot.plan(
        ("workflow.subjects", model.name, dialect, outputs, scope, flags, locks),
        lambda: build(
            Reading(
                desk.snapshot, dialect, model, outputs,
                scope=scope, find="some", flags=flags, locks=locks,
            )
        ),
    )  # fmt: skip


def _with_references(paths: Iterable[Path]) -> set[Path]:
    """Return the paths and every lookup on the way, so that a row tells where it ends."""
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def _nested(
    flat: Mapping[str, Any], outputs: Sequence[Path], model: ObjectModel, snapshot: Snapshot
) -> dict[str, Any]:
    """Put what was read through lookups under the keys formulas look for."""
    row: dict[str, Any] = {}
    places: dict[Path, tuple[dict[str, Any] | None, ObjectModel]] = {(): (row, model)}
    for path in outputs:
        inside, _owner = places.get(path[:-1]) or _enter(places, path, snapshot)
        if inside is not None:
            inside[path[-1]] = flat[".".join(path)]
    return row


def _enter(
    places: dict[Path, tuple[dict[str, Any] | None, ObjectModel]], path: Path, snapshot: Snapshot
) -> tuple[dict[str, Any] | None, ObjectModel]:
    prefix = path[:-1]
    outer, owner = places[prefix[:-1]]
    field = owner.fields[prefix[-1]]
    inside: dict[str, Any] | None = None
    if outer is not None:
        inside = {} if outer[prefix[-1]] is not None else None
        outer[hop_key(field) or ""] = inside
    places[prefix] = inside, snapshot.object(field.target or "")
    return places[prefix]


def evaluation(desk: Desk, formulas: Iterable[formula.Formula | None]) -> formula.Evaluation:
    """Return what these formulas know besides the record; `$User` is who calls."""
    context, snapshot = desk.context, desk.snapshot
    caller = caller_prefetch(
        snapshot, [each for each in formulas if each is not None], desk.connection.dialect
    )
    row: dict[str, Any] = {}
    if caller is not None:
        row = dict(user_row(desk.connection, snapshot, context))
        if row and caller.hops:
            caller.complete(desk.connection, [row])
    return formula.Evaluation(
        now=context.now,
        today=context.today,
        zone=context.zone,
        globals=dict.fromkeys(GLOBALS, row),
        language=context.language,
    )
