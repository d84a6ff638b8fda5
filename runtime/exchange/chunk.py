"""What became of rows, chunk by chunk, as it is kept beside the job.

A chunk is written in the transaction that wrote its rows, so the account of what happened and what
happened cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from paas.db import Connection, Database, Statement, text_statement
from runtime.json_body import read_json

_ADD = """INSERT INTO {paas_job_chunk} (job_id, position, first_row, row_count, document)
VALUES (:job_id, :position, :first_row, :row_count, :document)"""
_NEXT = """SELECT position, first_row, row_count, document FROM {paas_job_chunk}
WHERE job_id = :job_id AND position > :position ORDER BY position LIMIT 1"""
_LAST = """SELECT position, first_row, row_count, document FROM {paas_job_chunk}
WHERE job_id = :job_id AND position < :position ORDER BY position DESC LIMIT 1"""
_ADD_PART = """INSERT INTO {paas_job_part} (job_id, position, file, size)
VALUES (:job_id, :position, :file, :size)
ON CONFLICT (job_id, position) DO UPDATE SET file = excluded.file, size = excluded.size"""
_PARTS = "SELECT position, file, size FROM {paas_job_part} WHERE job_id = :job_id ORDER BY position"
_IN_USE = """SELECT file FROM {paas_job_part} AS part JOIN {paas_job} AS job ON job.id = part.job_id
WHERE job.finished_at IS NULL"""
_OPEN = "SELECT argument, state FROM {paas_job} WHERE finished_at IS NULL"
BEYOND = 1 << 31


@dataclass(frozen=True, slots=True)
class Part:
    """A file handed in."""

    position: int
    file: str
    size: int


@dataclass(slots=True)
class Chunk:
    """The outcomes of some rows, in order. What is keyed is keyed by the place in the chunk."""

    position: int
    first_row: int
    ids: list[str | None] = field(default_factory=list)
    versions: list[int | None] = field(default_factory=list)
    created: list[int] = field(default_factory=list)
    """Places of the rows that created a record."""
    errors: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    before: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What a changed record had, by field."""

    @property
    def row_count(self) -> int:
        """Return the number of rows."""
        return len(self.ids)

    @property
    def failed(self) -> int:
        """Return the number of rows that were refused."""
        return len(self.errors)


@lru_cache(maxsize=64)
def _statement(sql: str, dialect: str) -> Statement:
    return text_statement(sql, dialect=dialect, schema=None)


def add_chunk(connection: Connection, job_id: str, chunk: Chunk) -> None:
    """Keep a chunk."""
    document = {
        "ids": chunk.ids,
        "versions": chunk.versions,
        "created": chunk.created,
        "errors": chunk.errors,
        "before": chunk.before,
    }
    row = {
        "job_id": job_id,
        "position": chunk.position,
        "first_row": chunk.first_row,
        "row_count": chunk.row_count,
        "document": _dump(document),
    }
    connection.execute(_statement(_ADD, connection.dialect), row)


def next_chunk(connection: Connection, job_id: str, position: int) -> Chunk | None:
    """Return the first chunk behind a position."""
    return _found(connection, _NEXT, job_id, position)


def last_chunk(connection: Connection, job_id: str, position: int = BEYOND - 1) -> Chunk | None:
    """Return the last chunk before a position."""
    return _found(connection, _LAST, job_id, position)


def chunks(database: Database, job_id: str) -> Iterator[Chunk]:
    """Yield a job's chunks in order, one in memory at a time."""
    position = -1
    while True:
        with database.read() as connection:
            found = next_chunk(connection, job_id, position)
        if found is None:
            return
        yield found
        position = found.position


def _found(connection: Connection, sql: str, job_id: str, position: int) -> Chunk | None:
    values = {"job_id": job_id, "position": position}
    rows = connection.fetch(_statement(sql, connection.dialect), values)
    if not rows:
        return None
    number, first_row, _count, text = rows[0]
    return Chunk(number, first_row, **read_json(text.encode()))


def add_part(connection: Connection, job_id: str, part: Part) -> None:
    """Keep a file of a job; one at the same position gives way."""
    row = {"job_id": job_id, "position": part.position, "file": part.file, "size": part.size}
    connection.execute(_statement(_ADD_PART, connection.dialect), row)


def parts_of(connection: Connection, job_id: str) -> Sequence[Part]:
    """Return the files of a job in order."""
    rows = connection.fetch(_statement(_PARTS, connection.dialect), {"job_id": job_id})
    return [Part(*row) for row in rows]


def _dump(document: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(document, default=_exact).decode()
    except TypeError:  # half characters, quoted in a refusal
        text = json.dumps(document, ensure_ascii=False, default=str)
        return text.encode("utf-8", "replace").decode()


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f").encode())
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def files_in_use(connection: Connection) -> set[str]:
    """Return the files of jobs that have not come to their end."""
    parts = connection.fetch(_statement(_IN_USE, connection.dialect))
    jobs = connection.fetch(_statement(_OPEN, connection.dialect))
    documents = [json.loads(text) for row in jobs for text in row]
    named = (each.get("file") for each in documents)
    return {row[0] for row in parts} | {name for name in named if isinstance(name, str)}
