"""What is written along with records: events and history, in the records' own transaction.

Each trail (`runtime.sql.trail`) gets its rows from a function that looks at a whole set of
changes, so the number of statements does not depend on the records. Who adds a trail adds its
function here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from paas.db import Statement
from runtime.bin import bin_rows
from runtime.command import WriteOperation
from runtime.draft import Changes
from runtime.history import history_rows
from runtime.outbox import outbox_rows
from runtime.plan import ObjectPlan
from runtime.search.row import found_rows, lost_rows
from runtime.sql.trail import (
    FOUND,
    HISTORY,
    LOST,
    OUTBOX,
    POSTGRESQL,
    RECYCLE_BIN,
    Trail,
    shared_statement,
    trail_statement,
)
from runtime.work import Work

MakeRows = Callable[[ObjectPlan, WriteOperation, Changes, Work], list[tuple[Any, ...]]]
"""Makes the rows a set of changes leaves in a trail, in the order of its columns."""

ROWS: Mapping[Trail, MakeRows] = {
    OUTBOX: outbox_rows,
    HISTORY: history_rows,
    FOUND: found_rows,
    LOST: lost_rows,
    RECYCLE_BIN: bin_rows,
}

_single = lru_cache(maxsize=64)(trail_statement)
_shared: Callable[[tuple[Trail, ...]], Statement] = lru_cache(maxsize=64)(shared_statement)


def write_along(
    plan: ObjectPlan,
    operation: WriteOperation,
    changes: Changes,
    work: Work,
    *,
    is_reported: bool = False,
) -> None:
    """Write what a set of changes leaves behind; with `is_reported` what shares its statement
    with the records is written already."""
    together: list[Trail] = []
    changed = frozenset(name for _draft, names in changes for name in names)
    for trail in plan.trails(operation):
        if operation == "update" and not trail.concerns(plan.object, changed):
            continue
        if trail.one_each and plan.dialect == POSTGRESQL:
            together.append(trail)
        else:
            rows = ROWS[trail](plan, operation, changes, work)
            _write(_single(trail, plan.dialect), trail.columns, rows, work)
    if together and not is_reported:
        rows = _joined(tuple(together), plan, operation, changes, work)
        names = tuple(name for each in together for name in each.parameters)
        _write(_shared(tuple(together)), names, rows, work)


def reported(
    plan: ObjectPlan,
    operation: WriteOperation,
    changes: Changes,
    parameters: Sequence[dict[str, Any]],
    work: Work,
) -> list[dict[str, Any]]:
    """Return the parameters of inserts that write what goes along with them themselves."""
    together = tuple(each for each in plan.trails("create") if each.one_each)
    names = tuple(name for each in together for name in each.parameters)
    rows = _joined(together, plan, operation, changes, work)
    return [
        values | dict(zip(names, row, strict=True))
        for values, row in zip(parameters, rows, strict=True)
    ]


def _joined(
    together: tuple[Trail, ...],
    plan: ObjectPlan,
    operation: WriteOperation,
    changes: Changes,
    work: Work,
) -> list[tuple[Any, ...]]:
    """Return for each record its rows of all the trails, one behind the other."""
    made = [ROWS[each](plan, operation, changes, work) for each in together]
    if len(made) == 1:
        return made[0]
    return [sum(rows, ()) for rows in zip(*made, strict=True)]


def _write(
    statement: Statement, names: Sequence[str], rows: Sequence[tuple[Any, ...]], work: Work
) -> None:
    given: Sequence[Any] = rows
    if statement.names is None:
        given = [dict(zip(names, row, strict=True)) for row in rows]
    if len(given) == 1:
        work.connection.execute(statement, given[0])
    elif given:
        work.connection.executemany(statement, given)
