"""Loading: the rows of a job's files become records, chunk by chunk, through the pipeline.

Bulk jobs and imports are this one thing. Each chunk is a unit of work that writes records, the
account of what became of each row, and how far the job has come; so after a crash the job goes on
behind the last chunk, and no row is lost, doubled or half done. A dry run writes its rows too and
takes them back under a savepoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, cast

from metadata import ObjectUnknown, TextForm
from paas.kernel import CallContext, Kind, Problem, Violation
from runtime.access import Permissions
from runtime.command import MAX_ROWS, CommandOperation, Outcome, Skippable, WriteCommand
from runtime.exchange.chunk import Chunk, Part, add_chunk, parts_of
from runtime.exchange.column import RowReader, columns_of
from runtime.exchange.problem import CHUNK_REFUSED, ROW_NOT_JSON, unreadable
from runtime.exchange.spool import Spool
from runtime.exchange.table import CSV, Format, Shape, read_cells, read_objects
from runtime.jobs.job import Step
from runtime.jobs.kind import JobRun, Tools
from runtime.jobs.problem import problem_document
from runtime.problem import AccessDenied, BatchRefused, QueryInvalid, RecordInvalid
from runtime.work import Work

CHUNK = 500
"""Rows a unit of work writes: more are hardly faster, and keep others waiting longer."""
Row = dict[str, Any]
Read = Row | Violation
WHOLE = (AccessDenied, ObjectUnknown, QueryInvalid)
"""Problems that no row can help: they end the job."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be loaded and how; kept as the job's argument."""

    object: str
    operation: CommandOperation
    match_by: str | None = None
    shape: Shape = CSV
    columns: tuple[str | None, ...] | None = None
    """Field paths by column; None takes the header's names."""
    clears: bool = False
    """Whether a blank cell empties its field."""
    skip: tuple[Skippable, ...] = ()
    all_or_none: bool = False
    chunk_size: int = CHUNK
    is_dry: bool = False
    is_undoable: bool = False
    file: str | None = None
    """The one file to load, instead of the job's parts."""

    def document(self) -> dict[str, Any]:
        """Return the load as JSON values."""
        shape = self.shape
        return {
            "object": self.object,
            "operation": self.operation,
            "match_by": self.match_by,
            "format": shape.format,
            "encoding": shape.encoding,
            "delimiter": shape.delimiter,
            "has_header": shape.has_header,
            "columns": list(self.columns) if self.columns is not None else None,
            "clears": self.clears,
            "skip": list(self.skip),
            "all_or_none": self.all_or_none,
            "chunk_size": self.chunk_size,
            "is_dry": self.is_dry,
            "is_undoable": self.is_undoable,
            "file": self.file,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Load:
        """Return the load a job's argument describes."""
        columns = document["columns"]
        return cls(
            object=document["object"],
            operation=document["operation"],
            match_by=document["match_by"],
            shape=Shape(
                cast("Format", document["format"]),
                document["encoding"],
                document["delimiter"],
                document["has_header"],
            ),
            columns=tuple(columns) if columns is not None else None,
            clears=document["clears"],
            skip=tuple(document["skip"]),
            all_or_none=document["all_or_none"],
            chunk_size=min(document["chunk_size"], MAX_ROWS),
            is_dry=document["is_dry"],
            is_undoable=document["is_undoable"],
            file=document["file"],
        )


def run_load(run: JobRun) -> None:
    """Do a load job, or what is left of it."""
    load = Load.of(run.job.argument)
    with run.tools.database.read() as connection:
        parts: Sequence[Part] = parts_of(connection, run.job.id)
        context = run.context(connection)
    files = [load.file] if load.file else [part.file for part in parts]
    if run.job.total is None:
        # Known before anything is written: how much there is, and that all of it can be read.
        total = count_rows(Spool(run.tools.spool), load, files)
        run.step(lambda _work: Step(total=total))
    rows = read_rows(run.tools, context, load, files)
    done: int = run.job.state.get("row", 0)
    position: int = run.job.state.get("chunk", 0)
    for _each in islice(rows, done):
        continue
    while some := list(islice(rows, load.chunk_size)):
        chunk = Chunk(position, done)
        run.step(partial(_write, run.job.id, load, some, chunk))
        done += len(some)
        position += 1


def _write(job_id: str, load: Load, rows: Sequence[Read], chunk: Chunk, work: Work) -> Step:
    fill_chunk(load, rows, chunk, work)
    add_chunk(work.connection, job_id, chunk)
    state = {"row": chunk.first_row + len(rows), "chunk": chunk.position + 1}
    return Step(state=state, done=len(rows) - chunk.failed, failed=chunk.failed)


class _TakenBack(Exception):
    """Ends the savepoint of a dry run."""


def fill_chunk(load: Load, rows: Sequence[Read], chunk: Chunk, work: Work) -> None:
    """Write rows, and note in `chunk` what became of each."""
    good = [(place, row) for place, row in enumerate(rows) if not isinstance(row, Violation)]
    outcomes: dict[int, Outcome] = {
        place: Outcome(None, problem=RecordInvalid(errors=[row]))
        for place, row in enumerate(rows)
        if isinstance(row, Violation)
    }
    if load.all_or_none and outcomes:
        outcomes.update((place, _refused_along()) for place, _row in good)
    elif good:
        found: list[Outcome] = []
        try:
            with work.connection.savepoint():
                found = write_rows(load, [row for _place, row in good], work)
                if load.is_dry:
                    raise _TakenBack
        except _TakenBack:
            pass
        outcomes.update((place, each) for (place, _row), each in zip(good, found, strict=True))
    for place in range(len(rows)):
        _note(chunk, place, outcomes[place])


def write_rows(load: Load, rows: Sequence[Row], work: Work) -> list[Outcome]:
    """Write rows in one command and return an outcome for each."""
    command = WriteCommand(
        load.operation,
        load.object,
        rows,
        all_or_none=load.all_or_none,
        is_batch=True,
        match_by=load.match_by,
        skip=frozenset(load.skip),
        keeps_before=load.is_undoable,
    )
    try:
        with work.connection.savepoint():
            return work.write(command)
    except WHOLE:
        raise
    except BatchRefused as refusal:
        return _spread(refusal, len(rows))
    except Problem as problem:
        if problem.kind is Kind.UNAVAILABLE:
            raise
        return [Outcome(None, problem=problem) for _row in rows]


def _spread(refusal: BatchRefused, count: int) -> list[Outcome]:
    """Return outcomes for the rows of a chunk that was refused whole."""
    own: dict[int, list[Violation]] = {}
    for error in refusal.errors:
        _empty, _records, index, *rest = (error.pointer or "").split("/")
        pointer = "".join(f"/{part}" for part in rest)
        moved = Violation(error.code, error.texts, pointer, error.params, error.span, error.extra)
        own.setdefault(int(index), []).append(moved)
    return [
        Outcome(None, problem=RecordInvalid(errors=own[place]))
        if place in own
        else _refused_along()
        for place in range(count)
    ]


def _refused_along() -> Outcome:
    return Outcome(None, problem=RecordInvalid(errors=[CHUNK_REFUSED.at("")]))


def _note(chunk: Chunk, place: int, outcome: Outcome) -> None:
    chunk.ids.append(outcome.id if outcome.problem is None else None)
    chunk.versions.append(outcome.version if outcome.problem is None else None)
    if outcome.problem is not None:
        chunk.errors[str(place)] = problem_document(outcome.problem)
    elif outcome.created:
        chunk.created.append(place)
    elif outcome.before is not None:
        chunk.before[str(place)] = outcome.before


# ---------------------------------------------------------------- reading


def count_rows(spool: Spool, load: Load, files: Sequence[str]) -> int:
    """Return the number of rows; raises `FileUnreadable` for files that are broken."""
    if load.shape.format == "ndjson":
        return sum(1 for file in files for _row in read_objects(spool.path(file)))
    counts = [sum(1 for _row in read_cells(spool.path(file), load.shape)) for file in files]
    if load.shape.has_header and 0 in counts:
        raise unreadable("empty")
    return sum(counts) - len(counts) * load.shape.has_header


def read_rows(
    tools: Tools, context: CallContext, load: Load, files: Sequence[str]
) -> Iterator[Read]:
    """Yield the rows of all files, as the pipeline takes them."""
    spool = Spool(tools.spool)
    with tools.database.read() as connection:
        snapshot = tools.catalog.snapshot(connection)
    permissions = Permissions.of(context, snapshot)
    form = TextForm(context.language, context.zone)
    model = snapshot.object(load.object)
    for file in files:
        path = spool.path(file)
        if load.shape.format == "ndjson":
            for value in read_objects(path):
                yield dict(value) if value is not None else ROW_NOT_JSON.at("")
            continue
        cells = read_cells(path, load.shape)
        paths = load.columns
        if load.shape.has_header:
            header = next(cells, None)
            if header is None:
                raise unreadable("empty")
            paths = paths if paths is not None else tuple(each.strip() for each in header)
        columns = columns_of(snapshot, permissions, model, paths or ())
        width = len(paths or ())
        yield from map(RowReader(columns, form, width=width, clears=load.clears), cells)
