"""The child process that turns a workbook's first sheet into CSV. It imports nothing of ours."""

from __future__ import annotations

import csv
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

MAX_MEMORY = 3 << 30
MAX_WRITTEN = 2 << 30
MAX_UNPACKED = 1 << 30
"""Bytes all parts of a workbook may unpack to."""
MAX_RATIO = 200
BOMB = 3
"""The exit code for an archive that unpacks to too much."""


def _limit(seconds: int) -> None:
    """Bound what the rest of this process may take, whatever the workbook holds."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITTEN, MAX_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _is_bomb(source: str) -> bool:
    if not zipfile.is_zipfile(source):
        return False  # an old workbook is not packed
    with zipfile.ZipFile(source) as archive:
        sizes = [(each.file_size, each.compress_size) for each in archive.infolist()]
    total = sum(size for size, _packed in sizes)
    packed = sum(packed for _size, packed in sizes)
    return total > MAX_UNPACKED or total > MAX_RATIO * max(packed, 1 << 16)


def _main(source: str, target: str) -> None:
    if _is_bomb(source):
        sys.exit(BOMB)
    workbook = python_calamine.load_workbook(source)
    sheet = workbook.get_sheet_by_index(0)
    with Path(target).open("w", encoding="utf-8", newline="") as stream:
        write = csv.writer(stream).writerow
        for row in sheet.iter_rows():
            write([_cell(value) for value in row])


def _cell(value: Any) -> str:
    """Return a cell as people would have typed it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("milliseconds")
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


if __name__ == "__main__":
    _limit(int(sys.argv[3]))
    _main(sys.argv[1], sys.argv[2])
