"""Statements over the closure of the department hierarchy."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from metadata import ObjectModel, Snapshot
from paas.db import Statement, compile_statement, one_of
from paas.db.schema import department_ancestry as lines
from runtime.sql.table import table_of

MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class AncestryStatements:
    """All take the list parameter `ids`."""

    below: Statement
    """Departments below, the departments themselves included."""
    remove: Statement
    """Removes the lines upwards of the departments."""
    add: Statement
    """Adds the lines upwards of the departments, as their records now say."""


def ancestry_statements(
    snapshot: Snapshot, model: ObjectModel, parent: str, dialect: str
) -> AncestryStatements:
    """Return the statements for the hierarchy that the lookup `parent` makes."""
    table = table_of(snapshot, model, dialect)
    up = (
        sa.select(
            table.c.id.label("descendant_id"),
            table.c.id.label("ancestor_id"),
            sa.literal_column("0", sa.Integer()).label("depth"),
        )
        .where(one_of(table.c.id, "ids"))
        .cte("up", recursive=True)
    )
    step = table.alias()
    up = up.union_all(
        sa.select(up.c.descendant_id, step.c[parent], up.c.depth + sa.literal_column("1"))
        .join(step, step.c.id == up.c.ancestor_id)
        .where(step.c[parent].is_not(None), up.c.depth < sa.literal_column(str(MAX_DEPTH)))
    )
    columns = ["descendant_id", "ancestor_id", "depth"]
    add = sa.insert(lines).from_select(columns, sa.select(*(up.c[name] for name in columns)))
    return AncestryStatements(
        below=compile_statement(
            sa.select(lines.c.descendant_id).where(one_of(lines.c.ancestor_id, "ids")), dialect
        ),
        remove=compile_statement(
            sa.delete(lines).where(one_of(lines.c.descendant_id, "ids")), dialect
        ),
        add=compile_statement(add, dialect),
    )
