"""Search across objects, and within one for lists: queries, pages of results, what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metadata import ObjectModel, Snapshot
from paas.db import Connection
from paas.kernel import CallContext, Violation, pick
from runtime.access import Permissions
from runtime.cursor import REFERENCE, digest_of, read_cursor, write_cursor
from runtime.problem import (
    QUERY_LIMIT,
    QUERY_NOT_SEARCHABLE,
    QUERY_OBJECT_UNKNOWN,
    QUERY_TOO_LONG,
    QueryInvalid,
)
from runtime.search.find import Bounds, Hit, find_all
from runtime.search.match import Range
from runtime.search.plan import SearchPlan, search_plan
from runtime.search.token import Term, terms_of

MAX_FOUND = 50
MAX_WORDS = 200
MAX_OBJECTS = 50
AROUND = 40
"""Characters shown before the first match in a long value."""
SHOWN = 160
"""Characters of a value that are shown."""
LISTED = Bounds(window=2000, narrow=1000, checked=1000)
"""How far the search within a list looks."""

_KEYS = (("tier", "integer"), ("points", "integer"), ("place", "integer"), ("id", REFERENCE))


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is searched for, in which objects (all without), and how much of it is answered."""

    text: str
    objects: tuple[str, ...] | None = None
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Results in order as JSON values; `is_complete` says that nothing was left out unseen."""

    results: list[dict[str, Any]]
    next: str | None
    is_complete: bool

    def body(self) -> dict[str, Any]:
        """Return the page as JSON values."""
        return {"results": self.results, "next": self.next, "complete": self.is_complete}


def search(
    connection: Connection, snapshot: Snapshot, context: CallContext, query: SearchQuery
) -> SearchPage:
    """Return a page of what the caller finds."""
    terms = _terms(query.text, "/q")
    if not 1 <= query.limit <= MAX_FOUND:
        raise QueryInvalid(errors=[QUERY_LIMIT.at("/limit", limit=MAX_FOUND)])
    plans = _plans(connection, snapshot, context, query.objects)
    digest = digest_of("search", terms, [plan.model.uid for plan in plans])
    after: tuple[Any, ...] | None = None
    if query.cursor is not None:
        after = read_cursor(query.cursor, digest, _KEYS, connection.dialect)
    found = find_all(connection, context, plans, terms, Bounds()) if terms else []
    hits = sorted((hit for each in found for hit in each.hits), key=_rank, reverse=True)
    if after is not None:
        hits = [hit for hit in hits if hit.rank < after]
    page = hits[: query.limit]
    return SearchPage(
        results=[_shown(hit, context.language) for hit in page],
        next=write_cursor(digest, page[-1].rank) if len(hits) > len(page) else None,
        is_complete=all(each.is_complete for each in found),
    )


def found_ids(
    connection: Connection, snapshot: Snapshot, context: CallContext, model: ObjectModel, text: str
) -> list[str]:
    """Return the ids of the records of one object that the caller finds."""
    terms = _terms(text, "/search")
    plan = search_plan(snapshot, context, connection.dialect, model)
    if plan is None:
        raise QueryInvalid(errors=[QUERY_NOT_SEARCHABLE.at("/search", object=model.label)])
    if not terms:
        return []
    (found,) = find_all(connection, context, [plan], terms, LISTED)
    return [hit.id for hit in found.hits]


def _rank(hit: Hit) -> tuple[int, int, int, str]:
    return hit.rank


def _terms(text: str, pointer: str) -> tuple[Term, ...]:
    if len(text) > MAX_WORDS:
        raise QueryInvalid(errors=[QUERY_TOO_LONG.at(pointer, limit=MAX_WORDS)])
    return terms_of(text)


def _plans(
    connection: Connection,
    snapshot: Snapshot,
    context: CallContext,
    names: Sequence[str] | None,
) -> list[SearchPlan]:
    """Return the plans of the objects to search; those that are named must be there to read."""
    models = _named(snapshot, context, names) if names is not None else _every(snapshot)
    plans = (search_plan(snapshot, context, connection.dialect, model) for model in models)
    return [plan for plan in plans if plan is not None]


def _every(snapshot: Snapshot) -> list[ObjectModel]:
    models = (snapshot.object(name) for name in snapshot.objects)
    return [model for model in models if model.searchable]


def _named(snapshot: Snapshot, context: CallContext, names: Sequence[str]) -> list[ObjectModel]:
    if len(names) > MAX_OBJECTS:
        raise QueryInvalid(errors=[QUERY_TOO_LONG.at("/objects", limit=MAX_OBJECTS)])
    found: dict[str, ObjectModel] = {}
    wrong: list[Violation] = []
    for name in names:
        model = snapshot.find_object(name.strip())
        if model is None:
            wrong.append(QUERY_OBJECT_UNKNOWN.at("/objects", name=name[:80]))
        else:
            found[model.uid] = model
    if wrong:
        raise QueryInvalid(errors=wrong)
    for model in found.values():
        Permissions.of(context, snapshot).on(model).check("read")
    return list(found.values())


# ---------------------------------------------------------------- what is shown


def _shown(hit: Hit, language: str) -> dict[str, Any]:
    model, ranges = hit.plan.model, hit.answer.ranges
    name_field = model.name_field
    name = None
    if hit.plan.has_name:
        name = _piece(str(hit.values.get(name_field) or ""), ranges.get(name_field, ()))
    return {
        "object": model.name,
        "label": pick(model.label, language),
        "icon": model.definition.icon,
        "id": hit.id,
        "name": name,
        "matches": [
            {
                "field": each,
                "label": pick(model.fields[each].label, language),
                **_piece(str(hit.values[each]), ranges[each]),
            }
            for each in ranges
            if each != name_field
        ],
    }


def _piece(text: str, ranges: Sequence[Range]) -> dict[str, Any]:
    """Return the part of a value around its first match, and where the matches are in it."""
    if len(text) <= SHOWN:
        return {"text": text, "ranges": [list(each) for each in ranges]}
    begin = max(0, ranges[0][0] - AROUND) if ranges else 0
    end = min(len(text), begin + SHOWN)
    lead = "…" if begin else ""
    shift = len(lead) - begin
    kept = [[start + shift, min(stop, end) + shift] for start, stop in ranges if start < end]
    return {"text": lead + text[begin:end] + ("…" if end < len(text) else ""), "ranges": kept}
