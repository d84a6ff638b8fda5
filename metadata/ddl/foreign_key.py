"""Foreign keys of lookups: how they come, and how they let go of what was removed.

Keys are immediate on both databases: SQLite commits many units of work at once, and a deferred
key broken by one of them would surface only there and undo them all. They have no ON DELETE
action, because the pipeline empties and cascades in sets, with history and events; so `on_delete`
may change at any time. Who created and who last changed a record is history, not a relation, and
has no key.

The column of a removed lookup stays, but must not hold on to other records. PostgreSQL drops the
key. SQLite cannot, so there the values move to a column without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metadata.ddl.name import index_name
from metadata.ddl.physical import Columns
from metadata.ddl.step import Step
from metadata.ddl.table import columns
from metadata.field_type import FieldModel, Storage
from metadata.model import ObjectModel
from metadata.snapshot import Snapshot

REMOVED_PREFIX = "r_"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column that refers to records of another table."""

    table: str
    column: str
    field: FieldModel
    target: str

    @property
    def name(self) -> str:
        """Return the constraint's name."""
        return index_name("fk", self.table, self.column)

    @property
    def clause(self) -> str:
        """Return the constraint as part of a column's definition."""
        return f"CONSTRAINT {self.name} REFERENCES {self.target} (id)"


def is_held(field: FieldModel) -> bool:
    """Tell whether the database keeps the field's targets from disappearing."""
    is_reference = field.type.storage is Storage.REFERENCE and bool(field.target)
    return is_reference and field.written_by != "engine"


def foreign_keys(model: ObjectModel, snapshot: Snapshot) -> Iterator[ForeignKey]:
    """Yield the keys an object's table has."""
    for field in columns(model):
        if is_held(field):
            assert field.column is not None
            assert field.target is not None
            target = snapshot.object(field.target).table
            yield ForeignKey(model.table, field.column, field, target)


def added_later(keys: list[ForeignKey], dialect: str) -> list[Step]:
    """Return the steps that add keys once all tables are made (SQLite has them in the columns)."""
    if dialect == "sqlite":
        return []
    return [
        Step(
            f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} "
            f"FOREIGN KEY ({key.column}) REFERENCES {key.target} (id)",
            f"{key.field.object}.{key.field.name}",
        )
        for key in keys
    ]


def released(key: ForeignKey, existing: Columns, dialect: str) -> list[Step]:
    """Return the steps that make a removed lookup let go."""
    if dialect != "sqlite":
        return [Step(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}")]
    kept = index_name(REMOVED_PREFIX[:-1], key.table, key.column)
    steps = [Step(f"ALTER TABLE {key.table} ADD COLUMN {kept} TEXT")]
    if kept in existing.get(key.table, ()):
        steps = []
    move = f"UPDATE {key.table} SET {kept} = {key.column}, {key.column} = NULL"
    return [*steps, Step(f"{move} WHERE {key.column} IS NOT NULL")]
