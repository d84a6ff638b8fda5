"""What columns mean: from a row of cells to a row of API values.

A column is mapped to a field, or to a reference told by a field of its target
(`ownerId.employeeCode`). Cells are read by the field's type; whether a value is right is decided
in the pipeline, together with all else. A blank cell leaves its field alone, `#N/A` empties it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from metadata import FieldModel, ObjectModel, Snapshot, TextForm
from paas.kernel import Violation
from runtime.access import Permissions
from runtime.exchange.problem import (
    COLUMN_NOT_WRITABLE,
    COLUMN_TWICE,
    COLUMN_UNKNOWN,
    NOTHING_MAPPED,
    ROW_TOO_WIDE,
    MappingInvalid,
)
from runtime.key import is_key
from runtime.problem import KEY_NOT_UNIQUE

EMPTY = "#N/A"
IDENTITY = frozenset({"id", "version"})
GUARDED = tuple(f"'{sign}" for sign in "=+-@\t\r\n＝＋－＠")
"""How exported cells begin that a spreadsheet would otherwise take for a formula."""
Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A mapped column: where it stands, the field, and for a reference the field that tells it."""

    index: int
    field: FieldModel
    key: FieldModel | None = None


def columns_of(
    snapshot: Snapshot,
    permissions: Permissions,
    model: ObjectModel,
    paths: Sequence[str | None],
    *,
    pointer: str = "/columns",
) -> tuple[Column, ...]:
    """Return the columns mapped by `paths`, one for each place; raises `MappingInvalid`."""
    errors: list[Violation] = []
    found: list[Column] = []
    for index, path in enumerate(paths):
        if not path:
            continue
        column = column_of(snapshot, permissions, model, index, path)
        if isinstance(column, Column):
            found.append(column)
        else:
            errors.append(column.at(f"{pointer}/{index}"))
    names = [each.field.name for each in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    errors.extend(COLUMN_TWICE.at(pointer, name=name) for name in twice)
    if not found and not errors:
        errors.append(NOTHING_MAPPED.at(pointer))
    if errors:
        raise MappingInvalid(errors=errors)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Wrong:
    make: Callable[[str], Violation]

    def at(self, pointer: str) -> Violation:
        return self.make(pointer)


def column_of(
    snapshot: Snapshot, permissions: Permissions, model: ObjectModel, index: int, path: str
) -> Column | _Wrong:
    """Return the column a path means, or what is wrong with it."""
    name, _, key_name = path.partition(".")
    field = model.field(name)
    if field is None:
        return _unknown(model, path)
    writable = permissions.writable_fields(model)
    if field.name not in IDENTITY and field.name not in writable and permissions.key is not None:
        label = field.label
        return _Wrong(lambda pointer: COLUMN_NOT_WRITABLE.at(pointer, label=label))
    if not key_name:
        return Column(index, field)
    if field.target is None:
        return _unknown(model, path)
    target = snapshot.object(field.target)
    key = target.field(key_name)
    if key is None or key.name not in permissions.readable_fields(target):
        return _unknown(target, path)
    if not is_key(key) and key.name != target.definition.name_field:
        label = key.label
        return _Wrong(lambda pointer: KEY_NOT_UNIQUE.at(pointer, label=label))
    return Column(index, field, key)


def _unknown(model: ObjectModel, path: str) -> _Wrong:
    return _Wrong(lambda pointer: COLUMN_UNKNOWN.at(pointer, object=model.label, name=path[:80]))


class RowReader:
    """Turns rows of cells into rows of API values."""

    def __init__(
        self, columns: Iterable[Column], form: TextForm, *, width: int, clears: bool = False
    ) -> None:
        self._columns = [
            (
                each.index,
                each.field.name,
                each.key.name if each.key else None,
                _reader(each.key or each.field, form),
            )
            for each in columns
        ]
        self._width = width
        self._clears = clears

    def __call__(self, cells: Sequence[str]) -> dict[str, Any] | Violation:
        """Return the row, or what is wrong with its shape."""
        count = len(cells)
        if count > self._width and any(cells[self._width :]):
            return ROW_TOO_WIDE.at("", count=count, expected=self._width)
        row: dict[str, Any] = {}
        for index, name, key, read in self._columns:
            cell = cells[index] if index < count else ""
            if cell == "" or (cell == EMPTY or cell.isspace()):
                if cell == EMPTY or self._clears:
                    row[name] = None
                continue
            if cell[0] == "'" and cell.startswith(GUARDED):
                cell = cell[1:]
            value = read(cell)
            row[name] = {key: value} if key is not None else value
        return row


def _reader(field: FieldModel, form: TextForm) -> Read:
    if field.name == "version":
        return lambda text: int(text) if text.isascii() and text.isdigit() else text
    if field.name == "id" or field.target is not None:
        return str.strip
    return lambda text: field.read_text(text, form)
