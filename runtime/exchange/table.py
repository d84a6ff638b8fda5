"""Tables in files, row by row: CSV in any encoding and with any delimiter, and NDJSON.

Reading never holds more than a row. A line longer than any row can be ends it, because somebody
else's quotes may otherwise swallow the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from paas.kernel import Problem
from runtime.exchange.encoding import codec_of
from runtime.exchange.problem import unreadable
from runtime.json_body import JsonMalformed, read_json

Format = Literal["csv", "ndjson"]
DELIMITERS = (",", "\t", ";", "|")
MAX_LINE = 4_000_000
MAX_CELL = 1_000_000
SNIFFED = 30
Cells = list[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is to be read."""

    format: Format = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True


CSV = Shape()


def read_cells(path: Path, shape: Shape) -> Iterator[Cells]:
    """Yield the rows of a CSV file that are not empty, the header among them."""
    csv.field_size_limit(MAX_CELL)
    with _text(path, shape.encoding) as stream:
        try:
            for cells in csv.reader(_lines(stream), delimiter=shape.delimiter):
                if any(cells):
                    yield cells
        except csv.Error as error:
            raise unreadable("csv") from error
        except UnicodeError as error:
            raise unreadable("encoding") from error


def read_objects(path: Path) -> Iterator[Mapping[str, Any] | None]:
    """Yield the lines of an NDJSON file that are not empty; None for one that is no object."""
    with path.open("rb") as stream:
        while line := stream.readline(MAX_LINE):
            if len(line) == MAX_LINE and not line.endswith(b"\n"):
                raise unreadable("line")
            if not line.strip():
                continue
            try:
                value = read_json(line.removeprefix(b"\xef\xbb\xbf"))
            except JsonMalformed:
                value = None
            yield value if isinstance(value, dict) else None


def _text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(path.open("rb"), encoding=codec_of(encoding), newline="")


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    while line := stream.readline(MAX_LINE):
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            raise unreadable("line")
        yield line


# ---------------------------------------------------------------- telling how to read it


def sniff_delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that parts the first rows most evenly into most cells."""
    scores = {each: _evenness(path, Shape("csv", encoding, each)) for each in DELIMITERS}
    best = max(scores, key=lambda each: scores[each])
    return best if scores[best] > (0, 0) else ","


def _evenness(path: Path, shape: Shape) -> tuple[int, int]:
    """Return how many of the first rows are as wide as the first one, and how wide that is."""
    try:
        widths = [len(row) for row in head(path, shape, SNIFFED)]
    except Problem:
        return 0, 0
    return (widths.count(widths[0]), widths[0]) if widths and widths[0] > 1 else (0, 0)


def head(path: Path, shape: Shape, count: int) -> list[Cells]:
    """Return the first rows of a CSV file."""
    return list(islice(read_cells(path, shape), count))


def looks_like_header(rows: Sequence[Cells]) -> bool:
    """Tell whether the first row names columns: different texts, none of them a number."""
    if not rows:
        return False
    named = [cell.strip() for cell in rows[0] if cell.strip()]
    return (
        bool(named)
        and len(set(named)) == len(named)
        and not any(_is_number(cell) for cell in named)
    )


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def width_of(rows: Iterable[Cells]) -> int:
    """Return the number of columns of the widest row."""
    return max((len(row) for row in rows), default=0)
