"""Lists: fields, filter, sort and pages of one object's records, as one caller sees them.

A filter is a formula that reads as the user: whatever he may not read cannot be asked about. A
page starts behind a cursor and not at an offset, so records that come in between neither repeat
nor hide others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson

import formula
from formula.targets.sql import NotInSql
from metadata import LIFE, ObjectModel, Snapshot, Storage
from paas.db import Connection
from paas.kernel import CallContext
from runtime.access import Permissions, ReaderKey, reach_of
from runtime.cursor import REFERENCE, digest_of, read_cursor, write_cursor
from runtime.environment import parameters
from runtime.field_path import Paths, outputs_of, user_environment
from runtime.plan_cache import cached
from runtime.problem import (
    QUERY_BAD_CHARACTER,
    QUERY_LIMIT,
    QUERY_NOT_IN_DATABASE,
    QUERY_NOT_SORTABLE,
    QUERY_TOO_LONG,
    QueryInvalid,
)
from runtime.search import found_ids
from runtime.sql.codec import Row, reader
from runtime.sql.predicate import reader_parameters
from runtime.sql.select import Reading, Selected, Term, build, build_count

MAX_LIMIT = 200
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_SORT = 6
MAX_FILTER = 20_000


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list asks for. `sort` names fields, a leading minus turns one round."""

    fields: tuple[str, ...] | None = None
    filter: str | None = None
    sort: str | None = None
    limit: int = 25
    cursor: str | None = None
    count: bool = False
    search: str | None = None
    """Words that the records are found by; see `runtime.search`."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of records in API values, and the cursor behind it if there are more."""

    records: list[dict[str, Any]]
    next: str | None = None
    count: int | None = None


class ListPlan:
    """How one list is read, whatever its page."""

    def __init__(self, reading: Reading, digest: str) -> None:
        self.reading = reading
        self._pages: dict[tuple[bool, ...] | None, Selected] = {}
        self.digest = digest
        self.first = self.page(None)
        self.keys = tuple(
            (name, REFERENCE if _is_reference(reading, term) else encoding)
            for term, (name, encoding) in zip(reading.order, self.first.keys, strict=True)
        )
        trail = len(self.keys)

        def made(purpose: Any) -> Callable[[Row], dict[str, Any]]:
            return reader(
                self.first.outputs,
                purpose=purpose,
                dialect=reading.dialect,
                skip=self.first.lead,
                trail=trail,
            )

        self.export = made("api")
        self.encode = made("json")

    def page(self, nulls: tuple[bool, ...] | None) -> Selected:
        """Return the statement for pages behind a cursor with nulls at these places."""
        known = self._pages.get(nulls)
        if known is None:
            known = self._pages[nulls] = _in_sql(replace(self.reading, after=nulls))
        return known

    @cached_property
    def count(self) -> Selected:
        """Return the statement that counts all records of the list."""
        return build_count(replace(self.reading, order=(), outputs=()))


def _is_reference(reading: Reading, term: Term) -> bool:
    model = reading.model
    for step in term.path[:-1]:
        model = reading.snapshot.object(model.fields[step].target or "")
    return model.fields[term.path[-1]].type.storage is Storage.REFERENCE


def _in_sql(reading: Reading) -> Selected:
    try:
        return build(reading)
    except NotInSql as error:
        place = "/sort" if reading.filter is None else "/filter"
        violation = QUERY_NOT_IN_DATABASE.at(place, name=str(error))
        raise QueryInvalid(errors=[violation]) from error


@dataclass(frozen=True, slots=True)
class Rows:
    """What the database gave for one page, still in its own form."""

    plan: ListPlan
    digest: str
    rows: list[Row]
    has_more: bool
    count: int | None

    @property
    def next(self) -> str | None:
        """Return the cursor behind the page, if there is more."""
        if not self.has_more:
            return None
        return write_cursor(self.digest, self.rows[-1][-len(self.plan.keys) :])

    def page(self) -> Page:
        """Return the page with exact numbers."""
        return Page([self.plan.export(row) for row in self.rows], self.next, self.count)

    def encode(self) -> bytes:
        """Return the page as JSON."""
        body: dict[str, Any] = {
            "records": [self.plan.encode(row) for row in self.rows],
            "next": self.next,
        }
        if self.count is not None:
            body["count"] = self.count
        return orjson.dumps(body)


def fetch_rows(
    connection: Connection,
    snapshot: Snapshot,
    context: CallContext,
    name: str,
    query: ListQuery,
    *,
    reader_key: ReaderKey,
    most: int = MAX_LIMIT,
) -> tuple[tuple[int, int] | None, Rows]:
    """Return one page; with it the revisions the database is at, if a row told them.

    A page has at most `most` records: few for people, many for files.
    """
    if not 1 <= query.limit <= most:
        raise QueryInvalid(errors=[QUERY_LIMIT.at("/limit", limit=most)])
    plan = plan_of(snapshot, context, connection.dialect, name, query, reader_key)
    values = dict(reader_parameters(context))
    values["limit"] = query.limit + 1
    if query.search is not None:
        model = snapshot.object(name)
        values["found"] = found_ids(connection, snapshot, context, model, query.search)
    selected, digest = plan.first, _digest(plan, query)
    if query.cursor is not None:
        marks = read_cursor(query.cursor, digest, plan.keys, connection.dialect)
        selected = plan.page(tuple(mark is None for mark in marks))
        values.update((f"after_{index}", mark) for index, mark in enumerate(marks))
    if selected.environment:
        values.update(
            parameters(selected.environment, context, connection=connection, snapshot=snapshot)
        )
    rows = connection.fetch(selected.statement, values)
    count = connection.fetch(plan.count.statement, values)[0][0] if query.count else None
    revision = rows[0][:2] if rows else None
    has_more = len(rows) > query.limit
    return revision, Rows(plan, digest, rows[: query.limit], has_more, count)


def _digest(plan: ListPlan, query: ListQuery) -> str:
    """Return the digest of the query; words are not part of the plan."""
    return plan.digest if query.search is None else digest_of(plan.digest, query.search)


def plan_of(
    snapshot: Snapshot,
    context: CallContext,
    dialect: str,
    name: str,
    query: ListQuery,
    reader_key: ReaderKey,
) -> ListPlan:
    """Return how a list is read by everybody with the same permissions and reach."""
    is_search = query.search is not None
    key = ("list", name, query.fields, query.filter, query.sort, is_search, reader_key, dialect)
    return cached(
        snapshot, key, lambda: _plan(snapshot, context, dialect, snapshot.object(name), query)
    )


def _plan(
    snapshot: Snapshot, context: CallContext, dialect: str, model: ObjectModel, query: ListQuery
) -> ListPlan:
    permissions, reach = Permissions.of(context, snapshot), reach_of(context)
    access = permissions.on(model)
    access.check("read")
    paths = Paths(snapshot, permissions, model)
    listed = frozenset(name for name, each in model.fields.items() if each.type.traits.listed)
    outputs = outputs_of(paths, model, access.readable & listed, query.fields)
    order = _order(paths, query.sort)
    paths.finish()
    condition = _filter(snapshot, permissions, model, query.filter)
    reading = Reading(
        snapshot,
        dialect,
        model,
        outputs,
        scope=access.scope("read", reach=reach),
        hop_scope=lambda target: permissions.on(target).scope("read", reach=reach),
        as_user=True,
        filter=condition,
        order=order,
        tells_revision=True,
        among=query.search is not None,
        hides_void=LIFE in model.fields and not _asks_for(LIFE, condition),
    )
    return ListPlan(reading, digest_of(model.uid, order, query.filter))


def _asks_for(name: str, condition: formula.Formula | None) -> bool:
    """Tell whether a filter reads a field of the record itself."""
    return condition is not None and (name,) in condition.reads


def _order(paths: Paths, sort: str | None) -> tuple[Term, ...]:
    """Return the sort keys; the id comes last and decides between equals."""
    terms: list[Term] = []
    names = [each for each in (sort or "").split(",") if each.strip()]
    if len(names) > MAX_SORT:
        paths.violations.append(QUERY_TOO_LONG.at("/sort", limit=MAX_SORT))
        return ()
    for text in names:
        is_descending = text.strip().startswith("-")
        resolved = paths.resolve(text.strip().lstrip("+-"), "/sort")
        if resolved is not None and not resolved[1].type.traits.sortable:
            paths.violations.append(QUERY_NOT_SORTABLE.at("/sort", name=text.strip().lstrip("+-")))
        elif resolved is not None and all(term.path != resolved[0] for term in terms):
            terms.append(Term(resolved[0], is_descending))
    if ("id",) not in [term.path for term in terms]:
        terms.append(Term(("id",), terms[-1].descending if terms else True))
    return tuple(terms)


def _filter(
    snapshot: Snapshot, permissions: Permissions, model: ObjectModel, source: str | None
) -> formula.Formula | None:
    if source is None:
        return None
    if len(source) > MAX_FILTER:
        raise QueryInvalid(errors=[QUERY_TOO_LONG.at("/filter", limit=MAX_FILTER)])
    strange = UNSTORABLE.search(source)
    if strange is not None:
        where = strange.start() + 1
        raise QueryInvalid(errors=[QUERY_BAD_CHARACTER.at("/filter", position=where)])

    environment = user_environment(snapshot, permissions, model.name)
    return formula.compile(source, environment, result=formula.Kind.BOOLEAN)


def is_bounded(snapshot: Snapshot, name: str, query: ListQuery) -> bool:
    """Tell whether a list surely touches few rows: its order comes from an index, and so does
    what its filter leaves."""
    model = snapshot.find_object(name)
    if model is None or query.count or query.search is not None:
        return model is None
    first = (query.sort or "").split(",")[0].strip().lstrip("+-")
    ordered = model.field(first or "id")
    if ordered is None:
        return False
    if ordered.name not in model.leading:
        return any(
            index.terms[0][0] in (query.filter or "") and index.terms[1][0] == ordered.name
            for index in model.indexes
            if len(index.terms) > 1
        )
    if query.filter is None:
        return True
    return any(name in query.filter for name in model.leading)
