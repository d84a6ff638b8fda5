"""In which order tables are loaded, and which references have to wait.

A record can only refer to one that exists. Tables are placed so that required references always
point backwards; where tables refer to each other (a department to its manager, the manager to
his department) or a table to itself, the optional references are set afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seeds.table import Table


@dataclass(frozen=True, slots=True)
class Step:
    """A table and the names of its fields that are set once every record exists."""

    table: Table
    later: frozenset[str]


def plan_order(tables: Sequence[Table]) -> tuple[Step, ...]:
    """Return the tables in order of loading."""
    waiting = {table.object: table for table in tables}
    steps: list[Step] = []
    while waiting:
        table = min(waiting.values(), key=lambda each: _cost(each, waiting))
        later = frozenset(
            column.field.name
            for column in table.references
            if column.target in waiting and not column.field.required
        )
        steps.append(Step(table, later))
        del waiting[table.object]
    return tuple(steps)


def _cost(table: Table, waiting: dict[str, Table]) -> tuple[int, int, str]:
    """Rank by references to what is not placed: required ones, optional ones, then the name."""
    open_ = [
        column
        for column in table.references
        if column.target in waiting and column.target != table.object
    ]
    required = sum(column.field.required for column in open_)
    return required, len(open_) - required, table.object
