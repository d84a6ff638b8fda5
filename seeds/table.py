"""A data file: one CSV of records of one object.

The file bears the object's API name. Its first column is the external key by which a record is
recognised; a column named `accountId.accountCode` refers to another record by *its* key. An empty
cell leaves the field to its default. Dates may be told from the day of installation (`today-3`,
`today+14`, with a time of day for moments: `today-3 09:30`), so that sample data stays fresh.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from metadata import FieldModel, ObjectModel, Refusal, Storage, TextForm
from paas.kernel import CallContext, Violation
from seeds.problem import (
    CELL_UNREADABLE,
    CELLS_WRONG,
    COLUMN_UNKNOWN,
    KEY_MISSING,
    KEY_TWICE,
    NOT_A_REFERENCE,
)

RELATIVE = re.compile(r"today(?P<days>[+-]\d{1,5})?(?= |$)")
DAYS = frozenset({Storage.DATE, Storage.DATETIME})


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
    """Return `cell` as the API value of `field`; raises `ValueError` if it is none.

    Cells are read as in any other file; packs may tell dates from the day of installation, too.
    """
    if field.type.storage in DAYS and (relative := RELATIVE.match(cell)):
        day = context.today + timedelta(days=int(relative["days"] or 0))
        cell = day.isoformat() + cell[relative.end() :]
    value = field.read_text(cell, TextForm(zone=context.zone))
    if field.coerce(value).__class__ is Refusal:
        raise ValueError(cell)
    return value
