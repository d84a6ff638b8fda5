"""SELECT statements about one object, put together from what a reader asks for.

`Reading` is the question in terms of paths, scopes and formulas; `build` answers with a compiled
statement and the encodings of its columns, in this order: the revisions of description and rights,
one truth value per flag,
the outputs, the sort keys. Nulls come last in either direction, on both databases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

import formula
from metadata import LIFE, NEVER_NULL, VOID, ObjectModel, Snapshot
from paas.db import Statement, compile_statement, one_of
from paas.db.schema import state
from runtime.scope import EVERYTHING, Scope
from runtime.sql.codec import SQLITE, Column
from runtime.sql.keyset import beyond, ordering, sortable
from runtime.sql.predicate import visible
from runtime.sql.source import Expression, HopScope, Parameter, Path, Source


@dataclass(frozen=True, slots=True)
class Term:
    """One sort key."""

    path: Path
    descending: bool = False

    @property
    def nulls_first(self) -> bool:
        """Lists put what is blank last, whichever way they run."""
        return False

    @property
    def is_never_null(self) -> bool:
        """Tell whether the engine itself always gives a value."""
        return len(self.path) == 1 and self.path[0] in NEVER_NULL


@dataclass(frozen=True, slots=True)
class Reading:
    """What one statement is to read.

    `after` says for each sort key whether the cursor's value is null; None starts at the front.
    `locks` keeps the rows as they are until the transaction ends, `removes` says that they are to
    go. `flags` are scopes for which each row tells whether it lies inside. With `among` only the
    records in the list parameter `found` are asked about. `hides_void` leaves out what is void.
    """

    snapshot: Snapshot
    dialect: str
    model: ObjectModel
    outputs: tuple[Path, ...]
    scope: Scope = EVERYTHING
    hop_scope: HopScope = field(default=lambda _model: EVERYTHING)
    as_user: bool = False
    find: Literal["one", "some", "all"] = "all"
    filter: formula.Formula | None = None
    order: tuple[Term, ...] = ()
    after: tuple[bool, ...] | None = None
    flags: tuple[Scope, ...] = ()
    locks: bool = False
    removes: bool = False
    tells_revision: bool = False
    among: bool = False
    hides_void: bool = False


@dataclass(frozen=True, slots=True)
class Selected:
    """A compiled reading. `environment` maps parameters to what formulas know by that name."""

    statement: Statement
    outputs: tuple[Column, ...]
    keys: tuple[Column, ...]
    environment: Mapping[str, Parameter]
    lead: int
    """Columns before the outputs: the revisions and the flags."""


def build(reading: Reading) -> Selected:
    """Return the statement for `reading`; a list takes the parameter `limit`."""
    source = _source(reading)
    outputs = [source.shown(path, as_user=reading.as_user) for path in reading.outputs]
    keys = [sortable(source.value(term.path, as_user=reading.as_user)) for term in reading.order]
    lead: list[sa.ColumnElement[Any]] = []
    if reading.tells_revision:
        lead.append(sa.select(state.c.metadata_revision).scalar_subquery())
        lead.append(sa.select(state.c.security_revision).scalar_subquery())
    lead.extend(_flag(scope, source) for scope in reading.flags)
    conditions = _conditions(reading, source, keys)
    columns = [*lead, *(each.clause for each in (*outputs, *keys))]
    query = sa.select(*(clause.label(f"c{index}") for index, clause in enumerate(columns)))
    query = query.select_from(source.joined).where(*conditions)
    if reading.order:
        ordered = zip(reading.order, keys, strict=True)
        query = query.order_by(*(ordering(term, key) for term, key in ordered))
    if reading.find == "all":
        query = query.limit(sa.bindparam("limit", type_=sa.Integer()))
    if reading.locks:
        # Always in the same order, so that two batches cannot wait for each other; and unless
        # rows are to go, without keeping others from referring to them.
        query = query.order_by(source.table.c.id)
        query = query.with_for_update(of=source.table, key_share=not reading.removes)
    return Selected(
        statement=compile_statement(query, reading.dialect),
        outputs=_described([".".join(path) for path in reading.outputs], outputs),
        keys=_described([f"k{index}" for index in range(len(keys))], keys),
        environment=dict(source.environment),
        lead=len(lead),
    )


def build_count(reading: Reading) -> Selected:
    """Return the statement that counts what `reading` finds."""
    source = _source(reading)
    conditions = _conditions(reading, source, [])
    query = sa.select(sa.func.count()).select_from(source.joined).where(*conditions)
    statement = compile_statement(query, reading.dialect)
    return Selected(statement, (), (), dict(source.environment), 0)


def _source(reading: Reading) -> Source:
    return Source(reading.snapshot, reading.model, reading.dialect, hop_scope=reading.hop_scope)


def _described(names: list[str], values: list[Expression]) -> tuple[Column, ...]:
    return tuple((name, each.encoding) for name, each in zip(names, values, strict=True))


def _flag(scope: Scope, source: Source) -> sa.ColumnElement[Any]:
    seen = visible(scope, source.table)
    return sa.literal_column("1") if seen is None else sa.case((seen, 1), else_=0)


def _conditions(
    reading: Reading, source: Source, keys: list[Expression]
) -> list[sa.ColumnElement[Any]]:
    identity = source.table.c.id
    found: list[sa.ColumnElement[Any]] = []
    if reading.find == "one":
        found.append(identity == sa.bindparam("id", type_=identity.type))
    elif reading.find == "some":
        found.append(one_of(identity, "ids"))
    if reading.among:
        found.append(one_of(identity, "found"))
    if reading.hides_void:
        found.append(source.table.c[LIFE].is_distinct_from(VOID))
    leads = reading.dialect != SQLITE or not _finds_by_index(reading)
    seen = visible(reading.scope, source.table, leads=leads)
    if seen is not None:
        found.append(seen)
    if reading.filter is not None:
        found.append(source.condition(reading.filter, as_user=reading.as_user))
    if reading.after is not None:
        found.extend(beyond(reading.order, keys, reading.after))
    return found


def _finds_by_index(reading: Reading) -> bool:
    """Tell whether the filter reads a field of the record itself that has an index."""
    paths = reading.filter.reads if reading.filter is not None else ()
    leading = reading.model.leading
    return reading.among or any(len(path) == 1 and path[0] in leading for path in paths)
