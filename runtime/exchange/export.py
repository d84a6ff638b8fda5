"""Exports: a list written to a file, as its reader sees it.

Fields, filter and sort are those of a list, so rows and fields are exactly what the caller may see.
Pages follow one another by cursor: no transaction stays open, and memory holds one page. Every
export leaves a job behind, small ones that are streamed at once too: who took what out, when, how
many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import orjson

from metadata import FieldModel, Snapshot, TextForm
from paas.kernel import CallContext, pick
from runtime.access import Permissions
from runtime.exchange.problem import ExportTooLarge
from runtime.exchange.spool import Spool
from runtime.exchange.writer import MAX_SHEET_ROWS, Workbook, cell_of, csv_lines, neutral
from runtime.field_path import Paths, outputs_of
from runtime.jobs.job import Job, NewJob, Step
from runtime.jobs.kind import JobRun, Tools
from runtime.jobs.queue import Jobs
from runtime.query import ListQuery
from runtime.records import MAX_SCROLL, Records

EXPORT = "export"
ExportFormat = Literal["csv", "xlsx", "ndjson"]
MAX_STREAMED = 20_000
"""Records of an export that is answered at once; more are written by a job."""
MAX_EXPORTED = 2_000_000
MEDIA: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be exported. `labels` writes choices by their labels, not their API values."""

    object: str
    fields: tuple[str, ...] | None = None
    filter: str | None = None
    sort: str | None = None
    format: ExportFormat = "csv"
    labels: bool = True

    def document(self) -> dict[str, Any]:
        """Return the export as JSON values."""
        return {
            "object": self.object,
            "fields": list(self.fields) if self.fields is not None else None,
            "filter": self.filter,
            "sort": self.sort,
            "format": self.format,
            "labels": self.labels,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Export:
        """Return the export a job's argument describes."""
        names = ("object", "filter", "sort", "format", "labels")
        fields = document["fields"]
        known = {name: document[name] for name in names}
        return cls(fields=tuple(fields) if fields is not None else None, **known)

    @property
    def most(self) -> int:
        """Return how many records the format can take."""
        return min(MAX_EXPORTED, MAX_SHEET_ROWS) if self.format == "xlsx" else MAX_EXPORTED

    def query(self) -> ListQuery:
        """Return the list that is exported."""
        return ListQuery(fields=self.fields, filter=self.filter, sort=self.sort, limit=MAX_SCROLL)


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of an export for one reader."""

    paths: tuple[str, ...]
    fields: tuple[FieldModel, ...]
    labels: tuple[str, ...]
    form: TextForm


def table_of(snapshot: Snapshot, context: CallContext, export: Export) -> Table:
    """Return the columns; raises what the list would raise."""
    model = snapshot.object(export.object)
    permissions = Permissions.of(context, snapshot)
    access = permissions.on(model)
    access.check("read")
    paths = Paths(snapshot, permissions, model)
    outputs = outputs_of(paths, model, access.readable, export.fields)
    paths.finish()
    fields, labels = [], []
    for path in outputs:
        owner, parts = model, []
        for step in path[:-1]:
            parts.append(pick(owner.fields[step].label, context.language))
            owner = snapshot.object(owner.fields[step].target or "")
        fields.append(owner.fields[path[-1]])
        parts.append(pick(owner.fields[path[-1]].label, context.language))
        labels.append(" / ".join(parts))
    language = context.language if export.labels else None
    return Table(
        paths=tuple(".".join(path) for path in outputs),
        fields=tuple(fields),
        labels=tuple(labels if export.labels else (".".join(path) for path in outputs)),
        form=TextForm(language, context.zone),
    )


def records_of(
    records: Records,
    context: Callable[[], CallContext],
    export: Export,
    table: Table,
    *,
    limit: int,
) -> Iterator[Sequence[Record]]:
    """Yield the records page by page, as the caller may see them when each page is read."""
    query, count = replace(export.query(), fields=table.paths), 0
    while True:
        page = records.scroll(context(), export.object, query)
        count += len(page.records)
        if count > limit:
            raise ExportTooLarge(count=f"{limit}+", limit=limit)
        if page.records:
            yield page.records
        if page.next is None:
            return
        query = replace(query, cursor=page.next)


def lines_of(table: Table, pages: Iterator[Sequence[Record]], format: str) -> Iterator[bytes]:
    """Yield the export as text."""
    if format == "ndjson":
        for page in pages:
            yield b"".join(
                orjson.dumps(each, default=_exact, option=orjson.OPT_APPEND_NEWLINE)
                for each in page
            )
        return
    yield from csv_lines(_cells(table, pages))


def _cells(table: Table, pages: Iterator[Sequence[Record]]) -> Iterator[list[str]]:
    yield [neutral(each) for each in table.labels]
    columns = [
        (path, cell_of(field, table.form))
        for path, field in zip(table.paths, table.fields, strict=True)
    ]
    for page in pages:
        for record in page:
            yield [write(record[path]) for path, write in columns]


def _exact(value: Any) -> Any:
    return orjson.Fragment(format(value, "f").encode())


def write_workbook(path: Path, table: Table, pages: Iterator[Sequence[Record]]) -> None:
    """Write the export as a workbook."""
    book = Workbook(path, table.fields, table.form)
    try:
        book.header(table.labels)
        for page in pages:
            for record in page:
                book.write([record[name] for name in table.paths])
    finally:
        book.close()


# ---------------------------------------------------------------- as a job


def run_export(run: JobRun) -> None:
    """Write the file of an export job. One that begins again begins at the front."""
    tools, export = run.tools, Export.of(run.job.argument)
    spool = Spool(tools.spool)

    def context() -> CallContext:
        with tools.database.read() as connection:
            return run.context(connection)

    with tools.database.read() as connection:
        table = table_of(tools.catalog.snapshot(connection), context(), export)
    if run.job.state.get("file"):
        spool.remove(run.job.state["file"])
    name, path = spool.new(export.format)
    start = -run.job.done
    run.step(lambda _work: Step(state={"file": name, "ready": False}, done=start))

    def pages() -> Iterator[Sequence[Record]]:
        for page in records_of(tools.records, context, export, table, limit=export.most):
            yield page
            step = Step(done=len(page))
            run.step(lambda _work, step=step: step)  # type: ignore[misc]

    if export.format == "xlsx":
        write_workbook(path, table, pages())
    else:
        with path.open("wb") as stream:
            for line in lines_of(table, pages(), export.format):
                stream.write(line)
    done = run.job.done
    run.step(lambda _work: Step(state={"file": name, "ready": True}, total=done))


class Exports:
    """Exports of one tenant."""

    def __init__(self, jobs: Jobs, tools: Tools) -> None:
        self._jobs = jobs
        self._tools = tools
        self.spool = Spool(tools.spool)

    def start(self, context: CallContext, snapshot: Snapshot, export: Export) -> Job:
        """Have a job write the export."""
        table_of(snapshot, context, export)
        self._tools.records.scroll(context, export.object, replace(export.query(), limit=1))
        total = self.count(context, export)
        if total > export.most:
            raise ExportTooLarge(count=total, limit=export.most)
        return self._jobs.enqueue(context, NewJob(EXPORT, export.document(), total=total))

    def count(self, context: CallContext, export: Export) -> int:
        """Return the number of records."""
        query = replace(export.query(), fields=("id",), sort=None, limit=1, count=True)
        return self._tools.records.scroll(context, export.object, query).count or 0

    def stream(
        self, context: CallContext, snapshot: Snapshot, export: Export
    ) -> Iterator[bytes] | Path:
        """Return a small export at once: its lines, or the path of a workbook in the spool."""
        table, count = table_of(snapshot, context, export), self.count(context, export)
        if count > MAX_STREAMED:
            raise ExportTooLarge(count=count, limit=MAX_STREAMED)
        noted = NewJob(EXPORT, {**export.document(), "streamed": True}, total=count)
        self._tools.database.write(
            lambda connection: self._jobs.note(connection, context, noted, state={}, done=count)
        )
        pages = records_of(
            self._tools.records, lambda: context, export, table, limit=MAX_STREAMED * 2
        )
        if export.format != "xlsx":
            return lines_of(table, pages, export.format)
        _name, path = self.spool.new("xlsx")
        write_workbook(path, table, pages)
        return path

    def path(self, job: Job) -> Path | None:
        """Return the file of an export job; None if it is not ready."""
        return self.spool.path(job.state["file"]) if job.state.get("ready") else None
