"""What a search of one object takes for callers with the same permissions: fields, statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metadata import ObjectModel, Snapshot
from paas.db import Statement
from paas.kernel import CallContext
from runtime.access import Permissions, reach_of, reader_key
from runtime.scope import Rows, Scope
from runtime.search.match import SearchedField
from runtime.sql.codec import Row, reader
from runtime.sql.search import seen_statement, slot_of
from runtime.sql.select import Reading, Selected, Term, build

NAME_WEIGHT = 3
"""What a match in the name counts, compared with one in another field."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How one object is searched by callers with the same permissions.

    `fields` are the searchable fields they may read, the name first; `slots` stand for them.
    `seen` finds out which records they may see, None when all; `values` reads what was searched.
    `own` finds a caller's own newest records, where he does not see all; with `sees_own_only` he
    sees no others.
    """

    model: ObjectModel
    fields: tuple[SearchedField, ...]
    slots: tuple[int, ...]
    has_name: bool
    """Whether the caller may read the name of the records."""
    seen: Statement | None
    values: Selected
    read: Callable[[Row], Mapping[str, Any]]
    own: Statement | None
    sees_own_only: bool


def search_plan(
    snapshot: Snapshot, context: CallContext, dialect: str, model: ObjectModel
) -> SearchPlan | None:
    """Return the plan of an object; None if the caller finds nothing by searching it."""
    key = ("search", model.name, reader_key(context), dialect)
    found: tuple[SearchPlan | None] = snapshot.plan(
        key, lambda: (_plan(snapshot, context, dialect, model),)
    )
    return found[0]


def _plan(
    snapshot: Snapshot, context: CallContext, dialect: str, model: ObjectModel
) -> SearchPlan | None:
    access = Permissions.of(context, snapshot).on(model)
    found = [field for field in model.searchable if field.name in access.readable]
    if not access.read or not found:
        return None
    name = model.fields.get(model.name_field)
    has_name = name is not None and name.name in access.readable
    shown = dict.fromkeys(field.name for field in found)
    if has_name:
        shown[model.name_field] = None
    outputs = (("id",), *((each,) for each in shown if each != "id"))
    selected = build(Reading(snapshot, dialect, model, outputs, find="some"))
    scope = access.scope("read", reach=reach_of(context))
    own = _own(snapshot, dialect, model) if scope.rows is Rows.OWN else None
    return SearchPlan(
        model=model,
        fields=tuple(
            SearchedField(
                field.name,
                field.type.search or "text",
                NAME_WEIGHT if field.name == model.name_field else 1,
            )
            for field in found
        ),
        slots=tuple(slot_of(field) for field in found),
        has_name=has_name,
        seen=seen_statement(snapshot, model, dialect, scope),
        values=selected,
        read=reader(selected.outputs, purpose="api", dialect=dialect),
        own=own,
        sees_own_only=scope == Scope(Rows.OWN),
    )


def _own(snapshot: Snapshot, dialect: str, model: ObjectModel) -> Statement:
    newest = (Term(("id",), descending=True),)
    reading = Reading(snapshot, dialect, model, (("id",),), scope=Scope(Rows.OWN), order=newest)
    return build(reading).statement
