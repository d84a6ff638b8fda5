"""Automatic numbers: counting, for new records and for those that were there before the field.

A record's number comes from a counter of its field and of what is written around the number. On
PostgreSQL counting is committed at once, beside the unit of work: two writers never wait for each
other's transactions, and a number whose record is refused afterwards is left out. So numbers have
no duplicates, and may have gaps. One statement counts for all records of a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from metadata import FieldModel, scope_of, written
from paas.kernel import zone_of
from runtime.choice import RECORD_TYPE
from runtime.draft import Draft
from runtime.plan import ObjectPlan
from runtime.sql.counter import count_statement
from runtime.work import Work

Marked = tuple[str, str | None, date]
"""The id of a record, its record type, and the day it came into being."""


def give_numbers(plan: ObjectPlan, drafts: Sequence[Draft], work: Work) -> None:
    """Give new records their numbers, where they bring none of their own."""
    for field in plan.numbered:
        fresh = [
            draft
            for draft in drafts
            if not draft.is_refused and draft.values.get(field.name) is None
        ]
        day = work.context.today
        marked = [(draft.id, draft.values.get(RECORD_TYPE), day) for draft in fresh]
        numbers = numbers_of(field, marked, work)
        for draft in fresh:
            draft.values[field.name] = numbers[draft.id]


@dataclass(frozen=True, slots=True)
class _Series:
    pattern: str
    scope: str


def numbers_of(field: FieldModel, records: Iterable[Marked], work: Work) -> Mapping[str, str]:
    """Return a number for each record: one statement for each pattern and period."""
    definition = field.definition
    together: dict[_Series, list[Marked]] = {}
    for record in records:
        pattern = definition.patterns.get(record[1] or "", definition.pattern or "")
        series = _Series(pattern, scope_of(definition, pattern, record[2]))
        together.setdefault(series, []).append(record)
    found: dict[str, str] = {}
    for series, some in together.items():
        first = _count(field, series.scope, len(some), work)
        for number, (record_id, _type, day) in enumerate(some, first):
            found[record_id] = written(series.pattern, day, number)
    return found


def _count(field: FieldModel, scope: str, count: int, work: Work) -> int:
    """Return the first of `count` numbers that are nobody else's."""
    start = 1 if field.definition.start is None else field.definition.start
    values = {"field_uid": field.uid, "scope": scope, "start": start, "count": count}
    with work.engine.aside(work.connection) as connection:
        rows = connection.fetch(count_statement(work.dialect), values)
    following: int = rows[0][0]
    return following - count


def day_of(moment: datetime, zone: str) -> date:
    """Return the day of a moment where the tenant is."""
    return moment.astimezone(zone_of(zone)).date()
