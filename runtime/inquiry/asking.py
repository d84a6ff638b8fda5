"""Answering queries: the plan, kept per snapshot, its statements, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from formula.targets.sql import NotInSql
from metadata import Snapshot
from paas.db import Connection
from paas.kernel import CallContext, Violation, pick
from runtime.access import Permissions, reach_of, reader_key
from runtime.cursor import digest_of, read_cursor, write_cursor
from runtime.environment import parameters
from runtime.field_path import user_environment
from runtime.inquiry.advice import Advice, Explained, advise
from runtime.inquiry.condition import Asked
from runtime.inquiry.grouped import GroupedPlan, grouped_plan, is_grouped
from runtime.inquiry.plain import ChildPlan, PlainPlan, plain_plan
from runtime.inquiry.problem import (
    QUERY_CURSOR_MISPLACED,
    QUERY_OBJECT_UNKNOWN,
    QUERY_TOO_MANY_CHILDREN,
)
from runtime.inquiry.resolve import Caller
from runtime.inquiry.syntax import Inquiry
from runtime.plan_cache import cached
from runtime.problem import QUERY_NOT_IN_DATABASE, QueryInvalid
from runtime.sql.codec import Row
from runtime.sql.inquiry import Answering, Question
from runtime.sql.predicate import reader_parameters

MAX_CHILD_ROWS = 20_000
"""Child records in one answer, of one query for them."""
TIME_LIMIT = 10.0
"""Seconds that one statement of a query may take."""

NOBODY = "00000000-0000-0000-0000-000000000000"

Plan = PlainPlan | GroupedPlan
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A query, and what is given beside it."""

    inquiry: Inquiry
    parameters: Mapping[str, Any] = field(default_factory=dict)
    cursor: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found. `is_truncated` says that there are more groups than were asked for."""

    records: list[Record]
    next: str | None = None
    count: int | None = None
    is_truncated: bool = False
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the answer as it is sent."""
        body: dict[str, Any] = {"records": self.records, "next": self.next}
        if self.count is not None:
            body["count"] = self.count
        if self.is_truncated:
            body["truncated"] = True
        if self.labels:
            body["labels"] = self.labels
        return body

    def encode(self) -> bytes:
        """Return the answer as JSON."""
        return orjson.dumps(self.body())


def answer(
    connection: Connection,
    snapshot: Snapshot,
    context: CallContext,
    request: Request,
    *,
    as_json: bool = False,
    seconds: float | None = None,
) -> Answer:
    """Answer a query as the caller; raises `QueryInvalid` or `AccessDenied`.

    With `as_json` numbers are ready for orjson, else they are exact.
    """
    plan = plan_of(connection, snapshot, context, request)
    asking = _Asking(connection, snapshot, context, as_json)
    with connection.limited(TIME_LIMIT if seconds is None else seconds):
        if isinstance(plan, GroupedPlan):
            return asking.groups(plan, request)
        return asking.page(plan, request)


def explained(
    connection: Connection, snapshot: Snapshot, context: CallContext, request: Request
) -> list[Advice]:
    """Return how the database would go about each statement of a query."""
    plan = plan_of(connection, snapshot, context, request)
    limit = {"limit": plan.limit + 1}
    answering, order = (
        (plan.answering, ())
        if isinstance(plan, GroupedPlan)
        else (plan.first, tuple(term.what for term in plan.order if isinstance(term.what, tuple)))
    )
    asked = [_explained(answering, plan.question, order, limit)]
    for child in () if isinstance(plan, GroupedPlan) else plan.children:
        values = {"ids": [NOBODY], "each": child.each, "limit": MAX_CHILD_ROWS}
        asked.append(_explained(child.answering, child.question, (), values, child.name))
    return [advise(connection, snapshot, context, each) for each in asked]


def _explained(
    answering: Answering,
    question: Question,
    order: Sequence[tuple[str, ...]],
    values: Mapping[str, Any],
    name: str = "",
) -> Explained:
    return Explained(
        answering.statement,
        answering.environment,
        values,
        question.model,
        question.condition,
        order,
        name or question.model.name,
    )


def plan_of(
    connection: Connection, snapshot: Snapshot, context: CallContext, request: Request
) -> Plan:
    """Return the plan of a query for the caller."""
    asked = Asked(request.parameters, context.today, context.zone)
    # Constants compare equal across types (1 and TRUE), so the key is what they are written as.
    shape = repr((request.inquiry, sorted(request.parameters.items())))
    key = ("inquiry", shape, reader_key(context), context.today, context.zone, connection.dialect)
    caller = Caller(
        snapshot,
        Permissions.of(context, snapshot),
        reach_of(context),
        connection.dialect,
        asked,
    )
    return cached(snapshot, key, lambda: _plan(caller, request.inquiry))


def _plan(caller: Caller, inquiry: Inquiry) -> Plan:
    violations: list[Violation] = []
    model = caller.snapshot.find_object(inquiry.object)
    if model is None:
        violation = QUERY_OBJECT_UNKNOWN.at(inquiry.pointer, name=inquiry.object)
        raise QueryInvalid(errors=[violation])
    environment = user_environment(caller.snapshot, caller.permissions, model.name)
    make: Callable[[], Plan]
    if is_grouped(inquiry, environment):
        make = grouped_plan(caller, inquiry, violations)
    else:
        make = plain_plan(caller, inquiry, violations)
    if violations:
        raise QueryInvalid(errors=violations)
    try:
        return make()
    except NotInSql as error:
        place = QUERY_NOT_IN_DATABASE.at(inquiry.pointer, name=str(error.params["name"]))
        raise QueryInvalid(errors=[place]) from error


class _Asking:
    """One query on its way to the database and back."""

    def __init__(
        self, connection: Connection, snapshot: Snapshot, context: CallContext, as_json: bool
    ) -> None:
        self._connection = connection
        self._snapshot = snapshot
        self._context = context
        self._as_json = as_json

    def _fetch(self, answering: Answering, **values: Any) -> list[Row]:
        known = parameters(
            answering.environment,
            self._context,
            connection=self._connection,
            snapshot=self._snapshot,
        )
        given = {**reader_parameters(self._context), **known, **values}
        return self._connection.fetch(answering.statement, given)

    def groups(self, plan: GroupedPlan, request: Request) -> Answer:
        """Answer a query with groups."""
        if request.cursor is not None:
            raise QueryInvalid(errors=[QUERY_CURSOR_MISPLACED.at("/cursor")])
        rows = self._fetch(plan.answering, limit=plan.limit + 1)
        read = plan.encode if self._as_json else plan.export
        records = [read(row) for row in rows[: plan.limit]]
        return Answer(
            records,
            count=len(records) if request.count else None,
            is_truncated=len(rows) > plan.limit,
            labels=self._labels(plan, records),
        )

    def _labels(
        self, plan: GroupedPlan, records: Sequence[Record]
    ) -> Mapping[str, Mapping[str, str]]:
        """Return what the picklist values in the answer are called."""
        language = self._context.language
        return {
            column: {
                value: pick(labels[value], language)
                for value in dict.fromkeys(record[column] for record in records)
                if value in labels
            }
            for column, labels in plan.labels.items()
        }

    def page(self, plan: PlainPlan, request: Request) -> Answer:
        """Answer one page of records with their children."""
        digest = digest_of(repr((request.inquiry, sorted(request.parameters.items()))))
        answering, marks = plan.first, {}
        if request.cursor is not None:
            held = read_cursor(request.cursor, digest, plan.keys, self._connection.dialect)
            answering = plan.page(tuple(mark is None for mark in held))
            marks = {f"after_{index}": mark for index, mark in enumerate(held)}
        rows = self._fetch(answering, limit=plan.limit + 1, **marks)
        has_more, rows = len(rows) > plan.limit, rows[: plan.limit]
        read = plan.encode if self._as_json else plan.export
        records = [read(row) for row in rows]
        ids = [str(row[plan.id_place]) for row in rows]
        for child in plan.children:
            self._attach(child, records, ids)
        return Answer(
            records,
            next=write_cursor(digest, rows[-1][-len(plan.keys) :]) if has_more else None,
            count=self._fetch(plan.count)[0][0] if request.count else None,
        )

    def _attach(self, child: ChildPlan, records: Sequence[Record], ids: Sequence[str]) -> None:
        """Give every record of the page its child records, by one statement."""
        found: dict[str, list[Record]] = {each: [] for each in ids}
        for parent, record in self._children(child, list(found)):
            found[parent].append(record)
        for key, record in zip(ids, records, strict=True):
            rows = found[key]
            record[child.name] = {
                "records": rows[: child.each],
                "more": len(rows) > child.each,
            }

    def _children(self, child: ChildPlan, ids: list[str]) -> Iterator[tuple[str, Record]]:
        if not ids:
            return
        rows = self._fetch(child.answering, ids=ids, each=child.each + 1, limit=MAX_CHILD_ROWS + 1)
        if len(rows) > MAX_CHILD_ROWS:
            violation = QUERY_TOO_MANY_CHILDREN.at("", name=child.name, limit=MAX_CHILD_ROWS)
            raise QueryInvalid(errors=[violation])
        read = child.encode if self._as_json else child.export
        for row in rows:
            yield str(row[0]), read(row)
