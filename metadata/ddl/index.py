"""Indexes of an object's table, one field each.

An index that is not unique ends in the record's id: lists are ordered by a field and then by id,
or by id within one owner or parent, and read their page straight from such an index.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metadata.ddl.foreign_key import is_held
from metadata.ddl.name import index_name
from metadata.ddl.step import Step
from metadata.ddl.table import columns
from metadata.field_type import FieldModel
from metadata.model import ObjectModel


@dataclass(frozen=True, slots=True)
class Index:
    """An index on one field."""

    table: str
    column: str
    field: FieldModel

    @property
    def is_unique(self) -> bool:
        """Tell whether a value may occur once only."""
        return self.field.definition.unique

    @property
    def name(self) -> str:
        """Return the index's name."""
        return index_name("ux" if self.is_unique else "ix", self.table, self.column)

    @property
    def step(self) -> Step:
        """Return the statement that makes it."""
        kind, columns = ("UNIQUE ", self.column) if self.is_unique else ("", f"{self.column}, id")
        return Step(f"CREATE {kind}INDEX {self.name} ON {self.table} ({columns})", self.field)


def indexes_of(model: ObjectModel) -> Iterator[Index]:
    """Yield the indexes an object's table has.

    Lookups are always indexed: deleting a record asks who refers to it.
    """
    for field in columns(model):
        definition = field.definition
        if definition.unique or definition.indexed or is_held(field):
            assert field.column is not None
            yield Index(model.table, field.column, field)


def index_steps(before: ObjectModel | None, after: ObjectModel | None) -> list[Step]:
    """Return the steps that drop indexes no longer described and make the new ones."""
    old = {index.name: index for index in indexes_of(before)} if before else {}
    new = {index.name: index for index in indexes_of(after)} if after else {}
    dropped = [Step(f"DROP INDEX {name}") for name in old if name not in new]
    return [*dropped, *(index.step for name, index in new.items() if name not in old)]
