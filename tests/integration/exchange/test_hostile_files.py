"""Every field type against hostile cells, through CSV and Excel: refused in place or kept whole."""

from __future__ import annotations

import csv
import io
import os
import random
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from runtime import BulkJobs, Export, Exports, Imports, JobStatus, Load, NewJob, Part, Shape
from runtime.exchange.chunk import chunks
from runtime.exchange.problem import FileUnreadable
from runtime.exchange.workbook import convert
from tests.conformance.field_types.samples import SAMPLES
from tests.integration.jobs.shop import Shop

HOSTILE = [
    "0", "-0", "1e400", "1e-400", "-1", "9" * 40, "0.1" * 20, "NaN", "Infinity", "-inf", "1,2,3",
    "1,234.5", "１２３", "0x10", "1_000", "+-1", "٣", "½", "1 000", "5%", "￥5", "true", "TRUE",
    "是", "否", "maybe", "2024-02-30", "2024/2/29", "0000-00-00", "9999-12-31", "10000-01-01",
    "2024-01-01T00:00:00Z", "2024-13-01 25:61", "9999-12-31 23:59", "0001-01-01 00:00", "24:00",
    "12:34:56.789", "now", "today", "null", "None", "[]", "{}", "[1,", '{"a": {"a": 1}}', "NULL",
    "'; DROP TABLE thing; --", "=1+1", "@SUM(1)", "'=1", "'", "\"", ",", ";", "a;b;a", "甲；乙",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)",
    "http:" + "//[", "https://example.com/" + "x" * 3000, "a@b", "@", "a@" + "b" * 300 + ".com",
    "+86 138 0000 0000", "110", "(((", "x" * 40_000, "\u200b", "\u202e", "\ufeff", "e\u0301",
    "👨‍👩‍👧‍👦" * 50, "𠮷" * 200, "\x07", "\x1b[31m", "\x7f", "\u0085", "\u2028", "#fff", "#ggg",
    "00000000-0000-0000-0000-000000000000", "not an id", "39.9,116.4", "91,181", "39.9；116.4",
    "P1Y", "1:30", "../../etc/passwd", "${7*7}", "{{7*7}}", "%s%n", "\\", "\n", "a\nb", "\t",
]  # fmt: skip


def table(seed: int) -> list[list[str]]:
    """Return a header of all fields, and rows that put every hostile text into every field."""
    chance = random.Random(seed)
    names = [f"f_{type}" for type in SAMPLES]
    rows = [["code", *names]]
    for number, text in enumerate(HOSTILE):
        for place, _name in enumerate(names):
            cells = [""] * len(names)
            cells[place] = text
            if chance.random() < 0.2:
                cells[chance.randrange(len(names))] = chance.choice(HOSTILE)
            rows.append([f"{number}-{place}", *cells])
    return rows


def load(shop: Shop, content: bytes, **options: Any) -> Any:
    bulk = BulkJobs(shop.jobs, shop.tools)
    with shop.tools.database.read() as connection:
        snapshot = shop.tools.catalog.snapshot(connection)
    asked = Load("thing", "upsert", match_by="code", chunk_size=1000, **options)
    job = bulk.create(shop.system, snapshot, asked)
    name, path = bulk.spool.new("csv")
    path.write_bytes(content)
    bulk.add_part(job, Part(1, name, len(content)))
    bulk.close(job)
    shop.workers.run_due()
    return shop.jobs.get(job.id)


def as_csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def test_hostile_cells_in_every_field_are_refused_in_place_or_kept_whole(shop: Shop) -> None:
    rows = table(1)
    job = load(shop, as_csv(rows))
    assert job.status is JobStatus.DONE, job.problem
    assert job.done + job.failed == len(rows) - 1
    assert job.done > 500
    assert job.failed > 500
    written = sum(
        problem is None
        for chunk in chunks(shop.tools.database, job.id)
        for problem in [chunk.errors.get(str(place)) for place in range(chunk.row_count)]
    )
    assert written == job.done
    codes = {
        error["code"]
        for chunk in chunks(shop.tools.database, job.id)
        for problem in chunk.errors.values()
        for error in problem["errors"] or [problem]
    }
    assert not any(code.startswith(("job.", "internal")) for code in codes)


def test_what_was_kept_is_exported_and_loaded_again_without_a_change(shop: Shop) -> None:
    load(shop, as_csv(table(2)))
    with shop.tools.database.read() as connection:
        snapshot = shop.tools.catalog.snapshot(connection)
    names = ("code", *(f"f_{type}" for type in SAMPLES if type not in ("formula",)))
    export = Export("thing", names, sort="code", labels=False)
    exports = Exports(shop.jobs, shop.tools)
    lines = exports.stream(shop.system, snapshot, export)
    assert not isinstance(lines, Path)
    content = b"".join(lines)
    versions = _versions(shop)
    again = load(shop, _without_ids(content))
    assert (again.failed, again.done) == (0, len(versions))
    assert _versions(shop) == versions


def _without_ids(content: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return as_csv([row[1:] for row in rows])


def _versions(shop: Shop) -> list[tuple[str, int]]:
    from runtime import ListQuery

    found: list[tuple[str, int]] = []
    query = ListQuery(fields=("code", "version"), sort="code", limit=5000)
    page = shop.tools.records.scroll(shop.system, "thing", query)
    found += [(each["code"], each["version"]) for each in page.records]
    assert page.next is None
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_same_text_arrives_from_every_encoding(shop: Shop, encoding: str) -> None:
    rows = [["code", "f_text"], ["1", "中文，“引号”——𠮷 é"]]
    asked = "utf-8" if encoding == "utf-8-sig" else encoding
    job = load(shop, as_csv(rows, encoding), shape=Shape("csv", asked))
    assert (job.done, job.failed) == (1, 0)
    ids = shop.tools.records.ids_by_key(shop.system, "thing", "code", ["1"])
    record = shop.tools.records.get(shop.system, "thing", ids["1"], fields=("f_text",))
    assert record["f_text"] == rows[1][1]


def test_hostile_workbooks_are_read_like_files(shop: Shop, tmp_path: Path) -> None:
    rows = table(3)[: 40 * 20]
    path = tmp_path / "hostile.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell[:32_000])
    book.close()
    imports = Imports(shop.jobs, shop.tools)
    name, target = imports.spool.new("bin")
    target.write_bytes(path.read_bytes())
    with shop.tools.database.read() as connection:
        snapshot = shop.tools.catalog.snapshot(connection)
    job = imports.open(shop.system, snapshot, "thing", name, "hostile.xlsx")
    unmapped = [
        h
        for h, path in zip(job.argument["header"], job.argument["columns"], strict=True)
        if not path
    ]
    # What the engine itself writes is not offered: numbers it counts, values it computes.
    assert unmapped == ["f_auto_number", "f_formula"]
    imports.start(shop.system, snapshot, job)
    shop.workers.run_due()
    done = shop.jobs.get(job.id)
    assert done.status is JobStatus.DONE, done.problem
    assert done.done + done.failed == len(rows) - 1


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 5000, b"\xff" * 5000, b'"' * 4999, b",\n" * 5000, b"code\r\r\r\n1\r",
        b"code,f_text\n" + b"1," + b"\x80\x81", b"\xef\xbb\xbf", b"\xff\xfe", b"\n\n\n", b"code\n",
        bytes(range(256)) * 20,
    ],
)  # fmt: skip
def test_no_bytes_break_a_load_or_the_wizard(shop: Shop, content: bytes) -> None:
    from paas.kernel import Problem

    job = load(shop, content)
    assert job.status in (JobStatus.DONE, JobStatus.FAILED)
    if job.status is JobStatus.FAILED:
        assert job.problem["code"] in ("file.unreadable", "import.mapping_invalid")
    imports = Imports(shop.jobs, shop.tools)
    with shop.tools.database.read() as connection:
        snapshot = shop.tools.catalog.snapshot(connection)
    name, path = imports.spool.new("bin")
    path.write_bytes(content)
    try:
        opened = imports.open(shop.system, snapshot, "thing", name, "x")
        imports.preview(shop.system, snapshot, opened)
    except Problem as problem:
        assert problem.code in ("file.unreadable", "import.mapping_invalid")


def test_files_are_cleared_unless_a_job_still_needs_them(shop: Shop) -> None:
    bulk = BulkJobs(shop.jobs, shop.tools)
    kept = bulk.spool.new("csv")
    done = load(shop, b"code\n1\n")
    with shop.tools.database.read() as connection:
        snapshot = shop.tools.catalog.snapshot(connection)
    waiting = bulk.create(shop.system, snapshot, Load("thing", "create"))
    kept[1].write_bytes(b"code\n2\n")
    bulk.add_part(waiting, Part(1, kept[0], 7))
    (gone,) = [each.file for each in bulk.parts(done)]

    def clear(age: timedelta) -> set[str]:
        at = (shop.clock() - age).timestamp()
        for path in shop.tools.spool.iterdir():
            os.utime(path, (at, at))
        shop.jobs.enqueue(shop.system, NewJob("spool_clearing"))
        shop.workers.run_due()
        return {path.name for path in shop.tools.spool.iterdir()}

    assert clear(timedelta(days=6)) == {kept[0], gone}
    assert clear(timedelta(days=8)) == {kept[0]}
    assert clear(timedelta(days=31)) == set()


def test_a_sheet_with_one_far_cell_is_refused_or_read_within_bounds(
    shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "far.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "code")
    sheet.write_string(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(FileUnreadable):
        convert(path, tmp_path / "far.csv")


def test_an_archive_of_very_many_parts_ends_its_own_process_only(
    shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"xl/{number}.xml", "")
    with pytest.raises(FileUnreadable):
        convert(path, tmp_path / "many.csv")
