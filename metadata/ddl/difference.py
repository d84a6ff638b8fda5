"""From one description to the next in DDL. No data is dropped.

Steps come in an order that both databases accept: tables and columns, foreign keys, indexes. What
the database holds already decides what is missing, so a column that stayed from earlier is taken
up again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metadata.ddl.foreign_key import ForeignKey, added_later, foreign_keys, released
from metadata.ddl.index import index_steps
from metadata.ddl.physical import Columns
from metadata.ddl.step import Step
from metadata.ddl.table import NOT_NULL, column_type, columns
from metadata.field_type import FieldModel
from metadata.model import ObjectModel
from metadata.snapshot import Snapshot
from paas.db import sqlalchemy_dialect


def differences(
    old: Snapshot, new: Snapshot, objects: Iterable[str], existing: Columns, dialect: str
) -> tuple[Step, ...]:
    """Return the steps that make the tables of the `objects` (uids) fit `new`."""
    tables: list[Step] = []
    keys: list[Step] = []
    indexes: list[Step] = []
    for uid in objects:
        before, after = _model(old, uid), _model(new, uid)
        held, holding = _keys(before, old), _keys(after, new)
        if after is not None:
            tables += _table_steps(after, holding, existing, dialect)
        keys += added_later([holding[name] for name in holding if name not in held], dialect)
        for name in held.keys() - holding.keys():
            keys += released(held[name], existing, dialect)
        indexes += index_steps(before, after, dialect)
    return (*tables, *keys, *indexes)


def _model(snapshot: Snapshot, uid: str) -> ObjectModel | None:
    definition = snapshot.by_uid(uid)
    return snapshot.object(definition.name) if definition else None


def _keys(model: ObjectModel | None, snapshot: Snapshot) -> dict[str, ForeignKey]:
    return {key.name: key for key in foreign_keys(model, snapshot)} if model else {}


def _table_steps(
    model: ObjectModel, keys: Mapping[str, ForeignKey], existing: Columns, dialect: str
) -> list[Step]:
    present = existing.get(model.table)
    missing = [each for each in columns(model) if each.column not in (present or ())]
    inline = {key.column: key for key in keys.values()} if dialect == "sqlite" else {}
    parts = [_column(each, inline.get(str(each.column)), dialect) for each in missing]
    if present is not None:
        return [Step(f"ALTER TABLE {model.table} ADD COLUMN {part}") for part in parts]
    body = ",\n  ".join(parts)
    end = " STRICT" if dialect == "sqlite" else ""
    return [Step(f"CREATE TABLE {model.table} (\n  {body}\n){end}")]


def _column(field: FieldModel, foreign: ForeignKey | None, dialect: str) -> str:
    type_ = column_type(field, dialect).compile(dialect=sqlalchemy_dialect(dialect))
    words = [str(field.column), type_]
    if field.type.name in NOT_NULL:
        words.append("NOT NULL")
    if field.type.name == "id":
        words.append("PRIMARY KEY")
    if foreign:
        words.append(foreign.clause)
    return " ".join(words)
