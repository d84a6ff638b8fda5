"""Trails: rows that engine tables get along with the records written, and the statements for them.

A trail names the table and when it gets rows; `runtime.along` makes the rows. On PostgreSQL the
trails that get exactly one row for each record share one statement, and for a create that
statement inserts the record too: one round trip instead of several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from metadata import ObjectModel
from paas.db import Statement, compile_statement
from paas.db.schema import history, outbox, recycle_bin, search
from runtime.command import WriteOperation
from runtime.sql.search import COLUMNS as SEARCH_COLUMNS
from runtime.sql.search import added, removed

POSTGRESQL = "postgresql"


@dataclass(frozen=True, eq=False, slots=True)
class Trail:
    """An engine table that is written along with records, in their own transaction.

    `key` is short and unique: it begins the names of parameters. `applies` tells which writes
    leave rows at all. With `one_each` there is exactly one row for each record written.
    """

    key: str
    table: sa.Table
    columns: tuple[str, ...]
    applies: Callable[[ObjectModel, WriteOperation], bool]
    one_each: bool = True
    concerns: Callable[[ObjectModel, frozenset[str]], bool] = lambda _model, _changed: True
    """Tells whether an update that changes these fields leaves rows."""
    clause: Callable[[str, str], sa.Insert | sa.Delete] | None = None
    """Makes the statement from the dialect and the beginning of its parameters' names, where it
    is not the insert of one row."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of the parameters of one row in a shared statement."""
        return tuple(f"{self.key}_{name}" for name in self.columns)

    def statement(self, dialect: str, *, shared: bool = False) -> sa.Insert | sa.Delete:
        """Return the insert of one row, with the parameters of a shared statement if asked."""
        if self.clause is not None:
            return self.clause(dialect, f"{self.key}_" if shared else "")
        if not shared:
            return sa.insert(self.table)
        row = sa.select(
            *(
                sa.bindparam(parameter, type_=self.table.c[name].type)
                for name, parameter in zip(self.columns, self.parameters, strict=True)
            )
        )
        return sa.insert(self.table).from_select(list(self.columns), row)


OUTBOX = Trail(
    "o",
    outbox,
    (
        "transaction_id",
        "object",
        "record_id",
        "operation",
        "changed_fields",
        "actor_id",
        "origin",
        "at",
    ),
    applies=lambda _model, _operation: True,
)
HISTORY = Trail(
    "h",
    history,
    (
        "object_uid",
        "record_id",
        "version",
        "operation",
        "at",
        "actor_id",
        "origin",
        "transaction_id",
        "changes",
    ),
    applies=lambda model, _operation: bool(model.history),
)


def _searches(model: ObjectModel, changed: frozenset[str]) -> bool:
    return any(field.name in changed for field in model.searchable)


FOUND = Trail(
    "s",
    search,
    SEARCH_COLUMNS,
    applies=lambda model, operation: bool(model.searchable) and operation != "delete",
    concerns=_searches,
    clause=added,
)
"""What records are found by from now on."""
LOST = Trail(
    "l",
    search,
    SEARCH_COLUMNS,
    applies=lambda model, operation: bool(model.searchable) and operation in ("update", "delete"),
    concerns=_searches,
    clause=removed,
)
"""What they are no longer found by."""
RECYCLE_BIN = Trail(
    "b",
    recycle_bin,
    (
        "group_id",
        "object_uid",
        "record_id",
        "is_root",
        "position",
        "title",
        "owner_id",
        "department_id",
        "deleted_at",
        "deleted_by",
        "document",
        "links",
    ),
    applies=lambda model, operation: operation == "delete" and not model.definition.protected,
)
TRAILS = (OUTBOX, HISTORY, RECYCLE_BIN, FOUND, LOST)


def trails_of(model: ObjectModel, operation: WriteOperation) -> tuple[Trail, ...]:
    """Return the trails that a write to an object leaves."""
    return tuple(each for each in TRAILS if each.applies(model, operation))


def trail_statement(trail: Trail, dialect: str) -> Statement:
    """Return the insert of one row of a trail; its parameters are named as its columns."""
    clause = trail.statement(dialect)
    columns = list(trail.columns) if trail.clause is None or dialect != POSTGRESQL else None
    return compile_statement(clause, dialect, columns=columns)


def shared_statement(trails: Sequence[Trail], record: sa.CTE | None = None) -> Statement:
    """Return one statement, for PostgreSQL, that inserts a row of each trail and the record."""
    first, *others = trails
    clause = first.statement(POSTGRESQL, shared=True)
    if record is not None:
        clause = clause.add_cte(record)
    for each in others:
        clause = clause.add_cte(each.statement(POSTGRESQL, shared=True).cte(f"trail_{each.key}"))
    return compile_statement(clause, POSTGRESQL)
