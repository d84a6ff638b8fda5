"""What became of the rows of a load, as files: the original columns with the outcome, in order.

The files handed in are read again beside the kept chunks, so results cost no memory and no room of
their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Literal

import orjson

from paas.db import Database
from paas.kernel import pick
from runtime.exchange.chunk import chunks, parts_of
from runtime.exchange.load import Load
from runtime.exchange.spool import Spool
from runtime.exchange.table import read_cells, read_objects
from runtime.exchange.writer import csv_lines, neutral
from runtime.jobs.job import Job
from runtime.jobs.kind import Tools

Which = Literal["success", "failed", "unprocessed"]
Original = Sequence[str] | Mapping[str, Any] | None
HEADS: Mapping[Which, Sequence[Mapping[str, str]]] = {
    "success": ({"zh-CN": "编号", "en-US": "ID"}, {"zh-CN": "新建", "en-US": "Created"}),
    "failed": (
        {"zh-CN": "行号", "en-US": "Row"},
        {"zh-CN": "代码", "en-US": "Code"},
        {"zh-CN": "原因", "en-US": "Reason"},
    ),
    "unprocessed": (),
}
JOINER = {"zh-CN": "；", "en-US": " "}


def results(tools: Tools, job: Job, which: Which, *, language: str) -> Iterator[bytes]:
    """Yield the file of the rows that succeeded, failed or were not looked at."""
    load = Load.of(job.argument)
    spool = Spool(tools.spool)
    files = _files(tools.database, job, load)
    for file in files:
        spool.path(file)  # before anything is sent
    rows = _originals(spool, load, files)
    if load.shape.format == "ndjson":
        return _ndjson(tools.database, job, rows, which, language)
    return csv_lines(_cells(tools, job, load, files, rows, which, language))


def _files(database: Database, job: Job, load: Load) -> list[str]:
    if load.file:
        return [load.file]
    with database.read() as connection:
        return [part.file for part in parts_of(connection, job.id)]


def _originals(spool: Spool, load: Load, files: Sequence[str]) -> Iterator[Original]:
    """Yield what each row looked like when it was handed in."""
    for file in files:
        if load.shape.format == "ndjson":
            yield from read_objects(spool.path(file))
        else:
            cells = read_cells(spool.path(file), load.shape)
            yield from islice(cells, int(load.shape.has_header), None)


def _outcomes(
    database: Database, job: Job, rows: Iterator[Original], which: Which
) -> Iterator[tuple[int, Original, str | None, bool, Mapping[str, Any] | None]]:
    """Yield number, original, id, whether created, and problem of the rows asked for."""
    number = 0
    for chunk in chunks(database, job.id):
        made = set(chunk.created)
        for place, row in enumerate(islice(rows, chunk.row_count)):
            number += 1
            problem = chunk.errors.get(str(place))
            if which == ("failed" if problem is not None else "success"):
                yield number, row, chunk.ids[place], place in made, problem
    if which == "unprocessed":
        for row in rows:
            number += 1
            yield number, row, None, False, None


def reason_of(problem: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return the codes and the sentences of a kept problem."""
    found = problem["errors"] or [problem]
    sentences = dict.fromkeys(pick(each["detail"], language) for each in found)
    codes = dict.fromkeys(str(each["code"]) for each in found)
    return " ".join(codes), pick(JOINER, language).join(sentences)


def _cells(
    tools: Tools,
    job: Job,
    load: Load,
    files: Sequence[str],
    rows: Iterator[Original],
    which: Which,
    language: str,
) -> Iterator[list[str]]:
    width = 0
    if files and load.shape.has_header:
        header = next(read_cells(Spool(tools.spool).path(files[0]), load.shape), [])
        width = len(header)
        heads = [pick(each, language) for each in HEADS[which]]
        yield [*map(neutral, header), *heads]
    for number, row, record_id, is_created, problem in _outcomes(tools.database, job, rows, which):
        cells = [neutral(cell) for cell in row] if isinstance(row, list) else []
        cells += [""] * (width - len(cells))
        if which == "success":
            cells += [record_id or "", "true" if is_created else "false"]
        elif problem is not None:
            cells += [str(number), *map(neutral, reason_of(problem, language))]
        yield cells


def _ndjson(
    database: Database, job: Job, rows: Iterator[Original], which: Which, language: str
) -> Iterator[bytes]:
    for number, row, record_id, is_created, problem in _outcomes(database, job, rows, which):
        line: dict[str, Any] = {"row": number, "record": row}
        if which == "success":
            line |= {"id": record_id, "created": is_created}
        elif problem is not None:
            line["error"] = _spoken(problem, language)
        yield orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE)


def refusals(database: Database, job: Job, *, language: str) -> Iterator[bytes]:
    """Yield a line of JSON for each row a job could not write, whatever kind of job it is."""
    for chunk in chunks(database, job.id):
        for place, problem in chunk.errors.items():
            line = {
                "row": chunk.first_row + int(place) + 1,
                "id": chunk.ids[int(place)],
                "error": _spoken(problem, language),
            }
            yield orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE)


def _spoken(problem: Mapping[str, Any], language: str) -> dict[str, Any]:
    errors = [{**each, "detail": pick(each["detail"], language)} for each in problem["errors"]]
    return {
        "code": problem["code"],
        "detail": pick(problem["detail"], language),
        "errors": errors,
    }


def peek(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Return the same with its first piece made already, so that what is wrong shows at once."""
    first = next(lines, b"")
    return chain([first], lines)
