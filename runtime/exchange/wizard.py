"""Imports step by step: look at a file, map its columns, try it out, run it, take it back.

An import is a load job that stays open until it is started. Nothing of the file is in memory:
looking reads its first rows, a dry run is a job of its own over the same file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from metadata import ObjectModel, Snapshot
from paas.db import Connection, text_statement
from paas.kernel import CallContext, Problem, Violation
from runtime.access import Permissions
from runtime.exchange.bulk import IMPORT, check_load
from runtime.exchange.chunk import Chunk
from runtime.exchange.column import IDENTITY, columns_of
from runtime.exchange.encoding import detect_encoding
from runtime.exchange.load import Load, fill_chunk, read_rows
from runtime.exchange.problem import (
    COLUMN_NOT_WRITABLE,
    MATCH_NOT_MAPPED,
    MappingInvalid,
    UndoImpossible,
    unreadable,
)
from runtime.exchange.proposal import propose
from runtime.exchange.spool import Spool
from runtime.exchange.table import (
    Cells,
    Shape,
    head,
    looks_like_header,
    sniff_delimiter,
    width_of,
)
from runtime.exchange.workbook import convert, is_workbook
from runtime.jobs.job import Job, JobStatus, NewJob
from runtime.jobs.kind import Tools
from runtime.jobs.queue import Jobs
from runtime.work import Work

UNDO = "import_undo"
SAMPLES = 20
_FORGET = "DELETE FROM {paas_import_mapping} WHERE user_id = :user AND object_uid = :object"
_SAVE = """INSERT INTO {paas_import_mapping} (user_id, object_uid, mapping)
VALUES (:user, :object, :mapping)"""
_FIND = """SELECT mapping FROM {paas_import_mapping}
WHERE user_id = :user AND object_uid = :object"""


@dataclass(frozen=True, slots=True)
class Preview:
    """One of the first rows: its values as they would be written, and what is wrong with it."""

    row: int
    values: Mapping[str, Any]
    problem: Mapping[str, Any] | None


class Imports:
    """Imports of one tenant."""

    def __init__(self, jobs: Jobs, tools: Tools) -> None:
        self._jobs = jobs
        self._tools = tools
        self.spool = Spool(tools.spool)

    # -- looking at a file -----------------------------------------------------------------------

    def open(
        self, context: CallContext, snapshot: Snapshot, name: str, file: str, file_name: str
    ) -> Job:
        """Take a file from the spool, tell how to read it, and propose a mapping."""
        model = snapshot.object(name)
        permissions = Permissions.of(context, snapshot)
        if not (permissions.may(model, "update") or permissions.may(model, "delete")):
            permissions.require_object(model, "create")
        try:
            file, shape = self._shape_of(file)
            argument = self._argument(context, snapshot, model, file, shape)
        except BaseException:
            self.spool.remove(file)
            raise
        argument["file_name"] = file_name
        return self._jobs.enqueue(context, NewJob(IMPORT, argument, is_open=True))

    def _shape_of(self, file: str) -> tuple[str, Shape]:
        path = self.spool.path(file)
        with path.open("rb") as stream:
            start = stream.read(8)
        if not start:
            raise unreadable("empty")
        if is_workbook(start):
            file, path = self._converted(file, path)
            shape = Shape("csv", "utf-8", ",")
        else:
            encoding = detect_encoding(path)
            shape = Shape("csv", encoding, sniff_delimiter(path, encoding))
        return file, replace(shape, has_header=looks_like_header(head(path, shape, 1)))

    def _converted(self, file: str, path: Path) -> tuple[str, Path]:
        name, target = self.spool.new("csv")
        try:
            convert(path, target)
        except Problem:
            self.spool.remove(name)
            raise
        self.spool.remove(file)
        return name, target

    def _argument(
        self,
        context: CallContext,
        snapshot: Snapshot,
        model: ObjectModel,
        file: str,
        shape: Shape,
    ) -> dict[str, Any]:
        header, samples = self.samples(file, shape)
        if not header and not samples:
            raise unreadable("empty")
        permissions = Permissions.of(context, snapshot)
        saved = self._saved(context, model)
        proposed = propose(snapshot, permissions, model, header, samples)
        paths = [saved.get(text, path) for text, path in zip(header, proposed, strict=True)]
        load = Load(
            model.name,
            "upsert" if "id" in paths else "create",  # a file that was exported comes back
            shape=shape,
            columns=tuple(paths),
            is_undoable=True,
            file=file,
        )
        return {**load.document(), "header": header}

    def samples(self, file: str, shape: Shape) -> tuple[list[str], list[Cells]]:
        """Return the header of a file and its first rows; without a header, numbers."""
        rows = head(self.spool.path(file), shape, SAMPLES + 1)
        if shape.has_header:
            return (rows[0], rows[1:]) if rows else ([], [])
        return [str(number + 1) for number in range(width_of(rows))], rows[:SAMPLES]

    # -- mapping ---------------------------------------------------------------------------------

    def amend(self, context: CallContext, snapshot: Snapshot, job: Job, load: Load) -> Job:
        """Change how an open import is read and what its columns mean; the mapping is kept.

        A file that is read differently has other columns: then the mapping is proposed anew.
        """
        model = snapshot.object(load.object)
        before = Load.of(job.argument)
        if load.shape != before.shape and load.columns == before.columns:
            fresh = self._argument(context, snapshot, model, str(load.file), load.shape)
            columns, header = fresh["columns"], fresh["header"]
            load = replace(load, columns=tuple(columns))
        else:
            header, _samples = self.samples(str(load.file), load.shape)
            self._save(context, model, header, load)
        argument = {**job.argument, **load.document(), "header": header}
        return self._jobs.amend(job.id, argument)

    def check(self, context: CallContext, snapshot: Snapshot, load: Load) -> None:
        """Raise what is wrong with a mapping as a whole."""
        check_load(snapshot, context, load)
        model = snapshot.object(load.object)
        permissions = Permissions.of(context, snapshot)
        columns = columns_of(snapshot, permissions, model, load.columns or ())
        names = {each.field.name for each in columns}
        named = [each for each in columns if each.field.name in IDENTITY]
        if load.operation == "create" and named:
            raise MappingInvalid(
                errors=[
                    COLUMN_NOT_WRITABLE.at(f"/columns/{each.index}", label=each.field.label)
                    for each in named
                ]
            )
        key = load.match_by or ("id" if load.operation in ("update", "delete") else None)
        found = model.field(key) if key else None
        if key and (found is None or found.name not in names):
            raise MappingInvalid(errors=[MATCH_NOT_MAPPED.at("/match_by", name=key)])

    def _saved(self, context: CallContext, model: ObjectModel) -> dict[str, str | None]:
        with self._tools.database.read() as connection:
            rows = connection.fetch(self._statement(_FIND), self._whose(context, model))
        found: dict[str, str | None] = json.loads(rows[0][0]) if rows else {}
        return found

    def _save(
        self, context: CallContext, model: ObjectModel, header: Sequence[str], load: Load
    ) -> None:
        mapping = dict(zip(header, load.columns or (), strict=False))
        whose = self._whose(context, model)
        kept = {**self._saved(context, model), **mapping}
        row = {**whose, "mapping": json.dumps(kept)}

        def act(connection: Connection) -> None:
            connection.execute(self._statement(_FORGET), whose)
            connection.execute(self._statement(_SAVE), row)

        self._tools.database.write(act)

    def _whose(self, context: CallContext, model: ObjectModel) -> dict[str, Any]:
        return {"user": context.user_id, "object": model.uid}

    def _statement(self, sql: str) -> Any:
        return text_statement(sql, dialect=self._tools.database.dialect, schema=None)

    # -- trying out and running ------------------------------------------------------------------

    def preview(self, context: CallContext, snapshot: Snapshot, job: Job) -> list[Preview]:
        """Return the first rows as they would be written, with what is wrong with each."""
        load = replace(Load.of(job.argument), is_dry=True)
        self.check(context, snapshot, load)
        rows = list(islice(read_rows(self._tools, context, load, [str(load.file)]), SAMPLES))
        chunk = Chunk(0, 0)

        def act(work: Work) -> None:
            fill_chunk(load, rows, chunk, work)

        self._tools.records.begin(context, act)
        return [
            Preview(
                place + 1,
                {} if isinstance(row, Violation) else row,
                chunk.errors.get(str(place)),
            )
            for place, row in enumerate(rows)
        ]

    def try_out(self, context: CallContext, snapshot: Snapshot, job: Job) -> Job:
        """Have a job go through the whole file and write nothing."""
        load = replace(Load.of(job.argument), is_dry=True, is_undoable=False)
        self.check(context, snapshot, load)
        argument = {**job.argument, **load.document(), "of": job.id}
        return self._jobs.enqueue(context, NewJob(IMPORT, argument, key=f"dry:{job.id}"))

    def start(self, context: CallContext, snapshot: Snapshot, job: Job) -> Job:
        """Have the import done."""
        self.check(context, snapshot, Load.of(job.argument))
        return self._jobs.release(job.id)

    def undo(self, context: CallContext, job: Job) -> Job:
        """Have a job take the import back where nobody has changed the records since."""
        load = Load.of(job.argument)
        is_over = job.status in (JobStatus.DONE, JobStatus.CANCELLED, JobStatus.FAILED)
        if not is_over or load.is_dry or load.operation == "delete" or self._is_undone(job):
            raise UndoImpossible()
        argument = {"import": job.id, "object": load.object}
        return self._jobs.enqueue(context, NewJob(UNDO, argument, key=job.id))

    def _is_undone(self, job: Job) -> bool:
        for each in self._jobs.list(job.actor_id, kinds=[UNDO], limit=200):
            if each.argument["import"] == job.id and each.status is JobStatus.DONE:
                return True
        return False
