"""Records: the one door to reading and writing, for HTTP, workflow, seeds and everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

import orjson

from metadata import Catalog, Refusal, Snapshot
from paas.db import Connection, Database, read_state
from paas.kernel import CallContext, Extensions, Problem, RightsMoved
from runtime.access import reader_key
from runtime.bin_access import BinQuery, list_bin, purge_group
from runtime.command import Capability, Outcome, WriteCommand
from runtime.composite import WRITING, Errand, ErrandResult, run_composite
from runtime.describe import describe, describe_all
from runtime.feed import FeedPage, FeedQuery, Position, read_feed, read_head
from runtime.history_page import HistoryQuery, read_history
from runtime.inquiry import Advice, Answer, Explained, Request, advise, answer, explained
from runtime.key import ids_by_key, match_field
from runtime.life import LifeChange
from runtime.past import Subject, read_past
from runtime.pipeline import restore, run, set_life
from runtime.problem import RecordNotFound
from runtime.query import MAX_LIMIT, ListQuery, Page, Rows, fetch_rows, is_bounded, plan_of
from runtime.record import RecordPlan, fetch_record
from runtime.search import SearchPage, SearchQuery, fill_step, search
from runtime.sql.codec import Row
from runtime.surroundings import surroundings
from runtime.tree import TreeNode, create_tree
from runtime.work import PARTICIPANTS, Engine, Work

T = TypeVar("T")
Asked = tuple[tuple[int, int] | None, T]
"""An answer and the revisions the database was at, if the answer told them."""
MAX_SCROLL = 5000
"""Records of a page that is written to a file."""


class Records:
    """One tenant's records. Shared by all threads.

    `capability` lets its holder write approval and lock status; only the composition root hands
    it on.
    """

    def __init__(self, database: Database, catalog: Catalog, extensions: Extensions) -> None:
        self.capability = Capability()
        self._database = database
        self._catalog = catalog
        self._engine = Engine(
            run=run,
            participants=tuple(extensions.of(PARTICIPANTS).values()),
            capability=self.capability,
            aside=database.aside,
        )

    # -- writing -------------------------------------------------------------------------------

    def write(self, context: CallContext, command: WriteCommand) -> list[Outcome]:
        """Run a command in a unit of work of its own and wait for the commit."""
        return self.begin(context, lambda work: run(work, command))

    def submit(self, context: CallContext, command: WriteCommand) -> Future[list[Outcome]]:
        """Do the same without waiting."""
        return self.submit_work(context, lambda work: run(work, command))

    def submit_async(
        self, context: CallContext, command: WriteCommand, *, loop: asyncio.AbstractEventLoop
    ) -> asyncio.Future[list[Outcome]]:
        """Do the same for a caller on `loop`, which must be the running one."""
        return self._database.submit_async(
            lambda connection: run(self.work(connection, context), command), loop=loop
        )

    def write_in(self, work: Work, command: WriteCommand) -> list[Outcome]:
        """Run a command inside somebody's unit of work.

        A problem it raises leaves that unit of work unfit to go on: let it end.
        """
        return run(work, command)

    def begin(self, context: CallContext, act: Callable[[Work], T]) -> T:
        """Run several commands as one unit of work and wait for the commit."""
        return self._database.write(lambda connection: act(self.work(connection, context)))

    def submit_work(self, context: CallContext, act: Callable[[Work], T]) -> Future[T]:
        """Do the same without waiting."""
        return self._database.submit(lambda connection: act(self.work(connection, context)))

    def work(self, connection: Connection, context: CallContext) -> Work:
        """Return a unit of work on a connection whose transaction somebody else has opened.

        The description is read inside that transaction, so no write ever uses a stale plan.
        """
        snapshot = self._fresh(connection, context)
        return Work(connection, snapshot, context, engine=self._engine)

    # -- reading -------------------------------------------------------------------------------

    def get(
        self,
        context: CallContext,
        name: str,
        record_id: str,
        *,
        fields: tuple[str, ...] | None = None,
    ) -> dict[str, Any]:
        """Return one record in API values; raises `RecordNotFound` if the caller sees none."""
        plan, row = self._one(context, name, record_id, fields)
        return plan.export(row)

    def encode_get(
        self,
        context: CallContext,
        name: str,
        record_id: str,
        *,
        fields: tuple[str, ...] | None = None,
    ) -> tuple[bytes, int]:
        """Return one record as JSON, and its version."""
        plan, row = self._one(context, name, record_id, fields)
        return orjson.dumps(plan.encode(row)), row[-1]

    def get_past(
        self,
        context: CallContext,
        name: str,
        record_id: str,
        moment: datetime,
        *,
        fields: tuple[str, ...] | None = None,
    ) -> dict[str, Any]:
        """Return one record as it was at `moment`, in API values."""
        return self._about(
            context, name, record_id, lambda subject: read_past(subject, moment, fields)
        )

    def history(
        self, context: CallContext, name: str, record_id: str, query: HistoryQuery
    ) -> dict[str, Any]:
        """Return a page of the changes of one record."""
        return self._about(context, name, record_id, lambda subject: read_history(subject, query))

    def set_life(self, context: CallContext, change: LifeChange) -> Outcome:
        """Make a record void, or valid again."""
        return self.begin(context, lambda work: set_life(work, change))

    def bin(self, context: CallContext, query: BinQuery) -> dict[str, Any]:
        """Return a page of what the caller may restore from the recycle bin."""
        with self._database.read() as connection:
            return list_bin(connection, self._catalog.snapshot(connection), context, query)

    def restore(self, context: CallContext, group: str) -> Sequence[tuple[str, Outcome]]:
        """Restore an entry of the recycle bin; returns its records with their objects."""
        return self.begin(context, lambda work: restore(work, group))

    def purge(self, context: CallContext, group: str) -> int:
        """Remove an entry of the recycle bin for good; returns the number of its records."""
        return self.begin(context, lambda work: purge_group(work, group))

    def changes(self, context: CallContext, query: FeedQuery) -> FeedPage:
        """Return the next events of the change feed, as far as the caller may know."""
        with self._database.read(snapshot=True) as connection:
            return read_feed(connection, self._catalog.snapshot(connection), context, query)

    def last_change(self) -> Position:
        """Return the position of the last event of the change feed."""
        with self._database.read() as connection:
            return read_head(connection)

    def _about(
        self, context: CallContext, name: str, record_id: str, ask: Callable[[Subject], T]
    ) -> T:
        """Answer a question about one record from a single moment's view of the database."""
        with self._database.read(snapshot=True) as connection:
            snapshot = self._catalog.snapshot(connection)
            model = snapshot.object(name)
            return ask(Subject(connection, snapshot, context, model, record_id))

    def list(self, context: CallContext, name: str, query: ListQuery) -> Page:
        """Return a page of records in API values."""
        return self._rows(context, name, query).page()

    def scroll(self, context: CallContext, name: str, query: ListQuery) -> Page:
        """Return a page as large as files are written in."""
        return self._rows(context, name, query, most=MAX_SCROLL).page()

    def encode_list(self, context: CallContext, name: str, query: ListQuery) -> bytes:
        """Return a page of records as JSON."""
        return self._rows(context, name, query).encode()

    def composite(
        self, context: CallContext, parts: Sequence[Errand], *, all_or_none: bool
    ) -> Sequence[ErrandResult]:
        """Run several requests as one unit of work; reads alone only see one moment."""

        def act(work: Work) -> Sequence[ErrandResult]:
            return run_composite(work, parts, all_or_none=all_or_none)

        if any(part.method in WRITING for part in parts):
            return self.begin(context, act)
        with self._database.read(snapshot=True) as connection:
            return act(self.work(connection, context))

    def create_tree(self, context: CallContext, name: str, roots: Sequence[TreeNode]) -> None:
        """Create parents with their children, all or none; ids are noted in the nodes."""
        self.begin(context, lambda work: create_tree(work, name, roots))

    def query(self, context: CallContext, request: Request) -> Answer:
        """Answer a query in API values."""
        return self._answer(context, request, as_json=False)

    def encode_query(self, context: CallContext, request: Request) -> bytes:
        """Answer a query as JSON."""
        return self._answer(context, request, as_json=True).encode()

    def explain(self, context: CallContext, request: Request) -> Sequence[Advice]:
        """Return how the database would answer a query, and what would make it cheaper."""
        with self._database.read(snapshot=True) as connection:
            return explained(connection, self._catalog.snapshot(connection), context, request)

    def explain_list(self, context: CallContext, name: str, query: ListQuery) -> Sequence[Advice]:
        """Return the same for a list."""
        with self._database.read(snapshot=True) as connection:
            snapshot = self._catalog.snapshot(connection)
            plan = plan_of(snapshot, context, connection.dialect, name, query, reader_key(context))
            reading = plan.reading
            asked = Explained(
                plan.first.statement,
                plan.first.environment,
                {"limit": query.limit + 1, "found": []},
                reading.model,
                reading.filter,
                tuple(term.path for term in reading.order),
                reading.model.name,
            )
            return [advise(connection, snapshot, context, asked)]

    def _answer(self, context: CallContext, request: Request, *, as_json: bool) -> Answer:
        with self._database.read(snapshot=True) as connection:
            snapshot = self._catalog.snapshot(connection)
            return answer(connection, snapshot, context, request, as_json=as_json)

    def search(self, context: CallContext, query: SearchQuery) -> SearchPage:
        """Return a page of the records the caller finds, across objects."""
        with self._database.read(snapshot=True) as connection:
            return search(connection, self._catalog.snapshot(connection), context, query)

    def fill_search(self, context: CallContext, *, steps: int | None = None) -> tuple[int, bool]:
        """Make what searches need for records that were there before their fields were searched.

        Returns for how many, and whether nothing is left to do. Steps are committed one by one,
        so it may be interrupted at any time; at most `steps` are done.
        """
        count, done = 0, 0
        while steps is None or done < steps:
            step = self.begin(context.as_system(), fill_step)
            count, done = count + step.records, done + 1
            if step.is_last:
                return count, True
        return count, False

    def is_bounded(self, name: str, query: ListQuery) -> bool:
        """Tell whether a list surely is short work, so that it may run where it arrives."""
        snapshot = self._catalog.peek()
        return snapshot is not None and is_bounded(snapshot, name, query)

    def ids_by_key(
        self, context: CallContext, name: str, field_name: str, values: Iterable[Any]
    ) -> dict[Any, str]:
        """Return by value the ids of the records the caller sees whose field has one of `values`.

        One statement, whatever their number; values that the field cannot have are left out.
        """
        with self._database.read() as connection:
            snapshot = self._catalog.snapshot(connection)
            field = snapshot.object(name).fields[field_name]
            drafts = {
                value: value if field_name == "id" else field.coerce(value) for value in values
            }
            asked = {draft for draft in drafts.values() if draft.__class__ is not Refusal}
            found = ids_by_key(connection, snapshot, context, field, asked)
        return {value: found[draft] for value, draft in drafts.items() if draft in found}

    def find(self, context: CallContext, name: str, field_name: str, text: str) -> str:
        """Return the id of the record whose unique field has the value that `text` stands for.

        Raises `RecordNotFound` if the caller sees none.
        """
        with self._database.read() as connection:
            snapshot = self._catalog.snapshot(connection)
            model = snapshot.object(name)
            field = match_field(snapshot, context, model, field_name)
            raw = field.read_text(text)
            value = raw if raw is None or field.name == "id" else field.coerce(raw)
            known = value is not None and value.__class__ is not Refusal
            found = ids_by_key(connection, snapshot, context, field, [value] if known else [])
        if not found:
            raise RecordNotFound()
        return next(iter(found.values()))

    def read_key(
        self, context: CallContext, name: str, field_name: str, text: str
    ) -> tuple[str, Any]:
        """Return the API name of the unique field and the raw value that `text` stands for."""
        snapshot = self._snapshot()
        field = match_field(snapshot, context, snapshot.object(name), field_name)
        return field.name, field.read_text(text)

    def known(
        self, snapshot: Snapshot, context: CallContext, paths: Iterable[tuple[str, ...]]
    ) -> Mapping[str, Mapping[str, Any]]:
        """Return what formulas of a description know besides records, as far as `paths` read it."""
        with self._database.read() as connection:
            needed = surroundings(snapshot, paths, connection.dialect)
            return needed.known(connection, snapshot, context)

    def describe(self, context: CallContext, name: str) -> dict[str, Any]:
        """Return what the caller may know and do about one object."""
        return describe(self._snapshot(), context, name)

    def describe_all(self, context: CallContext) -> dict[str, Any]:
        """Return the objects the caller may see."""
        return describe_all(self._snapshot(), context)

    def _snapshot(self) -> Snapshot:
        with self._database.read() as connection:
            return self._catalog.snapshot(connection)

    def _one(
        self, context: CallContext, name: str, record_id: str, fields: tuple[str, ...] | None
    ) -> tuple[RecordPlan, Row]:
        with self._database.read() as connection:

            def ask(snapshot: Snapshot) -> Asked[tuple[RecordPlan, Row]]:
                plan, row = fetch_record(connection, snapshot, context, name, record_id, fields)
                return row[:2], (plan, row)

            return self._pinned(connection, context, ask)

    def _rows(
        self, context: CallContext, name: str, query: ListQuery, *, most: int = MAX_LIMIT
    ) -> Rows:
        with self._database.read(snapshot=query.count) as connection:
            return self._pinned(
                connection,
                context,
                lambda snapshot: fetch_rows(
                    connection,
                    snapshot,
                    context,
                    name,
                    query,
                    reader_key=reader_key(context),
                    most=most,
                ),
            )

    def _pinned(
        self, connection: Connection, context: CallContext, ask: Callable[[Snapshot], Asked[T]]
    ) -> T:
        """Answer with the last known description; if it has moved, once more with the new one."""
        snapshot = self._catalog.peek() or self._catalog.snapshot(connection)
        try:
            revisions, answer = ask(snapshot)
            if revisions is not None:
                _check_rights(context, revisions)
                if revisions[0] == snapshot.revision:
                    return answer
        except Problem:
            fresh = self._fresh(connection, context)
            if fresh is snapshot:
                raise
        else:
            fresh = self._fresh(connection, context)
            if fresh is snapshot:
                return answer
        return ask(fresh)[1]

    def _fresh(self, connection: Connection, context: CallContext) -> Snapshot:
        state = read_state(connection)
        _check_rights(context, state[:2])
        return self._catalog.snapshot(connection, state=state)


def _check_rights(context: CallContext, revisions: tuple[int, int]) -> None:
    """Raise `RightsMoved` if the caller was made of what holds no more."""
    if context.rights is not None and context.rights != revisions:
        raise RightsMoved
