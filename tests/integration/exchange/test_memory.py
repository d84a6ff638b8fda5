"""Files are read and written row by row: memory does not grow with them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

from runtime.exchange.encoding import detect_encoding
from runtime.exchange.table import Shape, read_cells, read_objects
from runtime.exchange.writer import csv_lines

MEGABYTE = 1 << 20
ROWS = 60_000


def most(act: Callable[[], int]) -> tuple[int, int]:
    """Return what `act` returns, and the most memory it had."""
    tracemalloc.start()
    try:
        found = act()
        return found, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def count(rows: Iterable[object]) -> int:
    return sum(1 for _row in rows)


def test_reading_holds_one_row(tmp_path: Path) -> None:
    csv, ndjson = tmp_path / "a.csv", tmp_path / "a.ndjson"
    csv.write_text("名称,地址\n" + "公司,人民路一号\n" * ROWS, encoding="gb18030")
    ndjson.write_text('{"name": "公司", "address": "人民路一号"}\n' * ROWS, encoding="utf-8")
    rows, memory = most(lambda: count(read_cells(csv, Shape("csv", "gb18030"))))
    assert (rows, memory < MEGABYTE) == (ROWS + 1, True)
    rows, memory = most(lambda: count(read_objects(ndjson)))
    assert (rows, memory < MEGABYTE) == (ROWS, True)
    encoding, memory = most(lambda: len(detect_encoding(csv)))
    assert memory < 8 * MEGABYTE
    assert encoding == len("gb18030")


def test_writing_holds_some_hundred_rows() -> None:
    size, memory = most(lambda: sum(map(len, csv_lines(["公司", "=1+1"] for _row in range(ROWS)))))
    assert size > ROWS * 10
    assert memory < MEGABYTE
