"""A data file: one CSV of records of one object.

The file bears the object's API name. Its first column is the external key by which a record is
recognised; a column named `accountId.accountCode` refers to another record by *its* key. An empty
cell leaves the field to its default. Dates may be told from the day of installation (`today-3`,
`today+14`, with a time of day for moments: `today-3 09:30`), so that sample data stays fresh.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from metadata import FieldModel, ObjectModel, Storage
from paas.kernel import CallContext, Violation, zone_of
from seeds.problem import (
    CELL_UNREADABLE,
    CELLS_WRONG,
    COLUMN_UNKNOWN,
    KEY_MISSING,
    KEY_TWICE,
    NOT_A_REFERENCE,
)

RELATIVE = re.compile(r"today(?P<days>[+-]\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data file. `target` and `target_key` are set for references by key."""

    header: str
    field: FieldModel
    target: str | None = None
    target_key: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line: values ready for a write command, and references still told by key."""

    line: int
    key: str
    values: Mapping[str, Any]
    references: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A data file, read."""

    file: str
    object: str
    key: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def references(self) -> tuple[Column, ...]:
        """Return the columns that refer to other records."""
        return tuple(column for column in self.columns if column.target)


def read_table(
    file: Path, model: ObjectModel, context: CallContext, violations: list[Violation]
) -> Table:
    """Read `file` as records of `model`; what is wrong is added to `violations`."""
    pointer = f"/data/{file.name}"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        found = [_column(name, model, pointer, violations) for name in header]
        lines = [(reader.line_num, cells) for cells in reader if any(cells)]
    key = header[0] if header else ""
    columns = tuple(column for column in found if column)
    rows: list[Row] = []
    if len(columns) == len(found) and columns:
        seen: set[str] = set()
        for number, cells in lines:
            row = _row(columns, number, cells, context, pointer, violations)
            if row is None:
                continue
            if row.key in seen:
                violations.append(KEY_TWICE.at(pointer, line=number, column=key, value=row.key))
            seen.add(row.key)
            rows.append(row)
    return Table(file.name, model.name, key, columns, tuple(rows))


def _column(
    header: str, model: ObjectModel, pointer: str, violations: list[Violation]
) -> Column | None:
    name, _, target_key = header.partition(".")
    field = model.field(name)
    if field is None:
        violations.append(COLUMN_UNKNOWN.at(pointer, object=model.name, name=name))
        return None
    if not target_key:
        return Column(header, field)
    if field.target is None:
        violations.append(NOT_A_REFERENCE.at(pointer, object=model.name, name=name))
        return None
    return Column(header, field, field.target, target_key)


def _row(
    columns: tuple[Column, ...],
    line: int,
    cells: list[str],
    context: CallContext,
    pointer: str,
    violations: list[Violation],
) -> Row | None:
    if len(cells) != len(columns):
        violations.append(CELLS_WRONG.at(pointer, line=line))
        return None
    if not cells[0]:
        violations.append(KEY_MISSING.at(pointer, line=line, column=columns[0].header))
        return None
    values: dict[str, Any] = {}
    references: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=True):
        if not cell:
            continue
        if column.target:
            references[column.field.name] = cell
            continue
        try:
            values[column.field.name] = read_cell(column.field, cell, context)
        except ValueError:
            violations.append(
                CELL_UNREADABLE.at(pointer, line=line, column=column.header, value=cell)
            )
    return Row(line, cells[0], values, references)


def read_cell(field: FieldModel, cell: str, context: CallContext) -> Any:
    """Return `cell` as the API value of `field`; raises `ValueError`."""
    reader = _READERS.get(field.type.storage) if field.type.storage else None
    return reader(cell, context) if reader else cell


def _boolean(cell: str, _context: CallContext) -> bool:
    if cell not in ("true", "false"):
        raise ValueError(cell)
    return cell == "true"


def _integer(cell: str, _context: CallContext) -> int:
    return int(cell)


def _decimal(cell: str, _context: CallContext) -> Decimal:
    try:
        number = Decimal(cell)
    except InvalidOperation as error:
        raise ValueError(cell) from error
    if not number.is_finite():
        raise ValueError(cell)
    return number


def _day(cell: str, context: CallContext) -> date:
    relative = RELATIVE.fullmatch(cell)
    if relative is None:
        return date.fromisoformat(cell)
    return context.today + timedelta(days=int(relative["days"] or 0))


def _date(cell: str, context: CallContext) -> str:
    return _day(cell, context).isoformat()


def _moment(cell: str, context: CallContext) -> str:
    day, _, clock = cell.partition(" ")
    local = datetime.combine(
        _day(day, context), time.fromisoformat(clock or "00:00"), zone_of(context.zone)
    )
    return local.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_READERS: Mapping[Storage, Callable[[str, CallContext], Any]] = {
    Storage.BOOLEAN: _boolean,
    Storage.INTEGER: _integer,
    Storage.DECIMAL: _decimal,
    Storage.DATE: _date,
    Storage.DATETIME: _moment,
}
