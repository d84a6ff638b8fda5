"""Finding records: tokens propose candidates, row access keeps those the caller may see, and the
values decide.

The work is bounded, however common a word is: of each word `WINDOW` tokens of a field are read
(`NARROW` where every record may be seen), and of each object `CHECKED` records are looked at. The
better candidates come first, so what a bound cuts off is what matters least; the answer says so.
Whoever sees only part of the records would find little that way: of his own he has the `OWN`
newest looked at in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paas.db import Connection
from paas.kernel import CallContext
from runtime.search.match import Answer, answer
from runtime.search.plan import SearchPlan
from runtime.search.token import Term
from runtime.sql.predicate import reader_parameters
from runtime.sql.search import Probe, id_of, look

WINDOW = 1000
NARROW = 300
CHECKED = 200
OWN = 500


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a search looks at: tokens of a word in a field, records of an object."""

    window: int = WINDOW
    narrow: int = NARROW
    checked: int = CHECKED


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that answers a query."""

    plan: SearchPlan
    place: int
    """Place of its object among those searched."""
    id: str
    values: Mapping[str, Any]
    answer: Answer

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Return what puts hits in order; the greatest comes first, and no two are equal."""
        points = self.answer.points * self.plan.model.definition.search_weight
        return self.answer.tier, points, -self.place, self.id


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one object in order, and whether there can be no others."""

    hits: list[Hit]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Records proposed for one term, in order, and whether these are all."""

    ids: dict[str, None]
    is_complete: bool


def find_all(
    connection: Connection,
    context: CallContext,
    plans: Sequence[SearchPlan],
    terms: Sequence[Term],
    bounds: Bounds,
) -> list[Found]:
    """Return the hits of each object."""
    proposed = _propose(connection, plans, terms, bounds)
    return [
        _check(connection, context, plan, place, proposed[place], terms, bounds)
        for place, plan in enumerate(plans)
    ]


def _propose(
    connection: Connection, plans: Sequence[SearchPlan], terms: Sequence[Term], bounds: Bounds
) -> list[list[_Candidates]]:
    """Return by object and term the candidates."""
    places: dict[tuple[int, int], list[Probe]] = {}
    for place, plan in enumerate(plans):
        window = bounds.narrow if plan.seen is None else bounds.window
        for number, term in enumerate(terms):
            places[place, number] = [
                Probe(slot, beginning, window) for beginning in term.probes for slot in plan.slots
            ]
    probes = [probe for each in places.values() for probe in each]
    found = iter(look(connection, probes))
    made = {key: _merge([(probe, next(found)) for probe in each]) for key, each in places.items()}
    return [[made[place, number] for number in range(len(terms))] for place in range(len(plans))]


def _merge(found: Sequence[tuple[Probe, list[tuple[str, Any]]]]) -> _Candidates:
    keys = dict.fromkeys(key for _probe, rows in found for _token, key in rows)
    is_complete = all(len(rows) < probe.window for probe, rows in found)
    return _Candidates({id_of(key): None for key in keys}, is_complete)


def _join(candidates: Sequence[_Candidates]) -> _Candidates:
    """Return the records that may have all terms.

    Terms whose candidates are complete decide. If none is, those that stand in most windows come
    first.
    """
    complete = [each for each in candidates if each.is_complete]
    if complete:
        shortest = min(complete, key=lambda each: len(each.ids))
        kept = (one for one in shortest.ids if all(one in each.ids for each in complete))
        return _Candidates(dict.fromkeys(kept), is_complete=True)
    counts: dict[str, int] = {}
    for each in candidates:
        for one in each.ids:
            counts[one] = counts.get(one, 0) + 1
    ordered = sorted(counts, key=counts.__getitem__, reverse=True)
    return _Candidates(dict.fromkeys(ordered), is_complete=False)


def _check(
    connection: Connection,
    context: CallContext,
    plan: SearchPlan,
    place: int,
    candidates: Sequence[_Candidates],
    terms: Sequence[Term],
    bounds: Bounds,
) -> Found:
    joined = _join(candidates)
    ids = list(joined.ids)[: bounds.window]
    is_complete = joined.is_complete and len(joined.ids) <= len(ids)
    own = [] if is_complete else _own(connection, context, plan)
    if not is_complete and plan.sees_own_only and len(own) < OWN:
        looked_at, is_complete = own, True
    else:
        seen = _seen(connection, context, plan, ids)
        is_complete = is_complete and len(seen) <= bounds.checked
        looked_at = list(dict.fromkeys([*seen[: bounds.checked], *own]))
    hits = list(_hits(connection, plan, place, looked_at, terms))
    hits.sort(key=lambda hit: hit.rank, reverse=True)
    return Found(hits, is_complete)


def _own(connection: Connection, context: CallContext, plan: SearchPlan) -> list[str]:
    """Return the caller's own newest records, where he does not see everything."""
    if plan.own is None:
        return []
    values = {**reader_parameters(context), "limit": OWN}
    return [row[0] for row in connection.fetch(plan.own, values)]


def _seen(
    connection: Connection, context: CallContext, plan: SearchPlan, ids: list[str]
) -> list[str]:
    """Return those of the records the caller may see, in the same order."""
    if plan.seen is None or not ids:
        return ids
    values = {**reader_parameters(context), "ids": ids}
    seen = {row[0] for row in connection.fetch(plan.seen, values)}
    return [each for each in ids if each in seen]


def _hits(
    connection: Connection,
    plan: SearchPlan,
    place: int,
    ids: list[str],
    terms: Sequence[Term],
) -> Iterator[Hit]:
    if not ids:
        return
    for row in connection.fetch(plan.values.statement, {"ids": ids}):
        values = plan.read(row)
        answered = answer(values, plan.fields, terms)
        if answered is not None:
            yield Hit(plan, place, values["id"], values, answered)
