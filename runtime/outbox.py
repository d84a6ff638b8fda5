"""The transactional outbox: every committed write leaves one row per record, in order.

Webhooks, change feeds and automation read it later; here it is only written, in the record's own
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson

from paas.db import Statement
from runtime.command import WriteOperation
from runtime.draft import Draft
from runtime.plan import ObjectPlan
from runtime.sql.codec import SQLITE, stamp
from runtime.sql.write import OUTBOX_COLUMNS, outbox_insert
from runtime.work import Work

_REPORTED = tuple(f"o_{name}" for name in OUTBOX_COLUMNS)


@lru_cache(maxsize=4)
def _statement(dialect: str) -> Statement:
    return outbox_insert(dialect)


@lru_cache(maxsize=4096)
def _names(changed: tuple[str, ...]) -> str:
    return orjson.dumps(changed).decode()


Changes = Sequence[tuple[Draft, tuple[str, ...]]]
"""Drafts, each with the names of its changed fields."""


def outbox_rows(
    plan: ObjectPlan, operation: WriteOperation, changes: Changes, work: Work
) -> list[tuple[Any, ...]]:
    """Return one row for each changed record, in the order of `OUTBOX_COLUMNS`."""
    context, name, transaction = work.context, plan.object.name, work.ledger.transaction_id
    at: Any = stamp(work.moment) if work.dialect == SQLITE else work.moment
    actor, origin = context.user_id, context.origin
    return [
        (transaction, name, draft.id, operation, _names(changed), actor, origin, at)
        for draft, changed in changes
    ]


def write_outbox(plan: ObjectPlan, operation: WriteOperation, changes: Changes, work: Work) -> None:
    """Write one row for each changed record: one statement for all of them."""
    statement = _statement(work.dialect)
    rows: list[Any] = outbox_rows(plan, operation, changes, work)
    if statement.names is None:
        rows = [dict(zip(OUTBOX_COLUMNS, row, strict=True)) for row in rows]
    if len(rows) == 1:
        work.connection.execute(statement, rows[0])
    elif rows:
        work.connection.executemany(statement, rows)


def reported(
    plan: ObjectPlan, changes: Changes, parameters: Sequence[dict[str, Any]], work: Work
) -> list[dict[str, Any]]:
    """Return the parameters of inserts that write their outbox rows themselves."""
    rows = outbox_rows(plan, "create", changes, work)
    return [
        values | dict(zip(_REPORTED, row, strict=True))
        for values, row in zip(parameters, rows, strict=True)
    ]
