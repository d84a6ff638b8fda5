"""Tables written for people and spreadsheets: CSV that runs nothing, NDJSON, Excel workbooks.

A spreadsheet takes a text that begins like a formula for one. Such a text gets an apostrophe in
front, which reading takes off again; numbers are never touched. In a workbook a text is a text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from metadata import FieldModel, Storage, TextForm
from paas.kernel import zone_of

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
NUMBERS = frozenset({Storage.INTEGER, Storage.DECIMAL})
ROWS_AT_ONCE = 500
MARK = "\ufeff"
"""Tells spreadsheets that a CSV file is in UTF-8."""
MAX_SHEET_ROWS = 1_048_575
MAX_SHEET_TEXT = 32_767
EXACT_DIGITS = 15
"""Digits a workbook's number keeps; what has more is written as text."""
FIRST_DAY = date(1900, 3, 1)
"""Before it, workbooks count days wrongly."""


def neutral(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs."""
    return "'" + text if text.startswith(FORMULA) else text


def csv_lines(rows: Iterable[Sequence[str]], *, mark: bool = True) -> Iterator[bytes]:
    """Yield rows as CSV, some hundred at a time."""
    waiting = iter(rows)
    head = MARK if mark else ""
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        text = io.StringIO(newline="")
        text.write(head)
        csv.writer(text, lineterminator="\r\n").writerows(some)
        head = ""
        yield text.getvalue().encode()
    if head:
        yield head.encode()


def cell_of(field: FieldModel, form: TextForm) -> Any:
    """Return the function that writes a field's value as a CSV cell."""
    write = field.write_text
    if field.type.storage in NUMBERS:
        return lambda value: write(value, form)
    return lambda value: neutral(write(value, form))


class Workbook:
    """A workbook of one sheet, written row by row with flat memory."""

    def __init__(self, path: Path, fields: Sequence[FieldModel], form: TextForm) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "tmpdir": str(path.parent),
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._sheet = self._book.add_worksheet()
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._bold = self._book.add_format({"bold": True})
        self._fields = fields
        self._form = form
        self._zone = zone_of(form.zone)
        self._row = 0

    def header(self, labels: Sequence[str]) -> None:
        """Write the labels of the columns."""
        for column, label in enumerate(labels):
            self._sheet.write_string(0, column, label[:MAX_SHEET_TEXT], self._bold)
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def write(self, values: Sequence[Any]) -> None:
        """Write one record's values."""
        for column, (field, value) in enumerate(zip(self._fields, values, strict=True)):
            if value is not None:
                self._cell(column, field, value)
        self._row += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()

    def _cell(self, column: int, field: FieldModel, value: Any) -> None:
        sheet, row = self._sheet, self._row
        storage = field.type.storage
        if value.__class__ is int or isinstance(value, Decimal):
            number = Decimal(value)
            if len(number.as_tuple().digits) <= EXACT_DIGITS:
                sheet.write_number(row, column, float(number))
                return
        elif storage is Storage.DATE and isinstance(value, str):
            day = date.fromisoformat(value)
            if day >= FIRST_DAY:
                sheet.write_datetime(row, column, day, self._day)
                return
        elif storage is Storage.DATETIME and isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if FIRST_DAY < moment.date() < date(9999, 12, 30):
                local = moment.astimezone(self._zone).replace(tzinfo=None)
                sheet.write_datetime(row, column, local, self._moment)
                return
        text = field.write_text(value, self._form)
        sheet.write_string(row, column, text[:MAX_SHEET_TEXT])
