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
from paas.db.schema import history, outbox
from runtime.command import WriteOperation

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

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of the parameters of one row in a shared statement."""
        return tuple(f"{self.key}_{name}" for name in self.columns)

    def insert(self, *, shared: bool = False) -> sa.Insert:
        """Return the insert of one row, with the parameters of a shared statement if asked."""
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
TRAILS = (OUTBOX, HISTORY)


def trails_of(model: ObjectModel, operation: WriteOperation) -> tuple[Trail, ...]:
    """Return the trails that a write to an object leaves."""
    return tuple(each for each in TRAILS if each.applies(model, operation))


def trail_statement(trail: Trail, dialect: str) -> Statement:
    """Return the insert of one row of a trail; its parameters are named as its columns."""
    return compile_statement(trail.insert(), dialect, columns=list(trail.columns))


def shared_statement(trails: Sequence[Trail], record: sa.CTE | None = None) -> Statement:
    """Return one statement, for PostgreSQL, that inserts a row of each trail and the record."""
    first, *others = trails
    clause = first.insert(shared=True)
    if record is not None:
        clause = clause.add_cte(record)
    for each in others:
        clause = clause.add_cte(each.insert(shared=True).cte(f"trail_{each.key}"))
    return compile_statement(clause, POSTGRESQL)
