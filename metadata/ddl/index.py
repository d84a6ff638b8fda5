"""Indexes of an object's table: those of single fields, and those declared over several.

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
from metadata.definition import IndexDef
from metadata.model import ObjectModel
from metadata.system_field import NEVER_NULL

ID = "id"


@dataclass(frozen=True, slots=True)
class Term:
    """A column of an index; `is_descending` turns its order round."""

    column: str
    is_descending: bool = False
    is_never_null: bool = False

    def text(self, dialect: str) -> str:
        """Return the term in SQL; nulls come last, where lists put them."""
        if not self.is_descending:
            return self.column
        is_plain = dialect == "sqlite" or self.is_never_null
        return f"{self.column} DESC" if is_plain else f"{self.column} DESC NULLS LAST"


@dataclass(frozen=True, slots=True)
class Index:
    """An index on columns."""

    table: str
    terms: tuple[Term, ...]
    is_unique: bool
    subject: str
    """What people call it."""

    @property
    def name(self) -> str:
        """Return the index's name, made of what it is: a changed one has another."""
        words = (
            f"{each.column}_desc" if each.is_descending else each.column for each in self.terms
        )
        return index_name("ux" if self.is_unique else "ix", self.table, "__".join(words))

    def step(self, dialect: str) -> Step:
        """Return the statement that makes it."""
        kind, terms = "UNIQUE " if self.is_unique else "", list(self.terms)
        if not self.is_unique and all(each.column != ID for each in terms):
            # Lists sort by the last field and then by id, both the same way round.
            terms.append(Term(ID, terms[-1].is_descending, is_never_null=True))
        listed = ", ".join(each.text(dialect) for each in terms)
        text = f"CREATE {kind}INDEX {self.name} ON {self.table} ({listed})"
        return Step(text, self.subject)


def indexes_of(model: ObjectModel) -> Iterator[Index]:
    """Yield the indexes an object's table has.

    Lookups are always indexed: deleting a record asks who refers to it.
    """
    for field in columns(model):
        definition = field.definition
        if definition.unique or definition.indexed or is_held(field):
            assert field.column is not None
            subject = f"{model.name}.{field.name}"
            yield Index(model.table, (Term(field.column),), definition.unique, subject)
    for declared in model.indexes:
        yield _declared(model, declared)


def _declared(model: ObjectModel, definition: IndexDef) -> Index:
    terms = []
    for name, down in definition.terms:
        field = model.field(name)
        assert field is not None
        assert field.column is not None
        terms.append(Term(field.column, down, field.name in NEVER_NULL))
    return Index(model.table, tuple(terms), definition.unique, f"{model.name}.{definition.name}")


def index_steps(before: ObjectModel | None, after: ObjectModel | None, dialect: str) -> list[Step]:
    """Return the steps that drop indexes no longer described and make the new ones."""
    old = {index.name: index for index in indexes_of(before)} if before else {}
    new = {index.name: index for index in indexes_of(after)} if after else {}
    dropped = [Step(f"DROP INDEX {name}") for name in old if name not in new]
    return [*dropped, *(index.step(dialect) for name, index in new.items() if name not in old)]
