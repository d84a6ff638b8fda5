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


@lru_cache(maxsize=4)
def _statement(dialect: str) -> Statement:
    return outbox_insert(dialect)


@lru_cache(maxsize=4096)
def _names(changed: tuple[str, ...]) -> str:
    return orjson.dumps(changed).decode()


def write_outbox(
    plan: ObjectPlan,
    operation: WriteOperation,
    changes: Sequence[tuple[Draft, tuple[str, ...]]],
    work: Work,
) -> None:
    """Leave one row for each changed record, with the names of its changed fields."""
    context, name, transaction = work.context, plan.object.name, work.ledger.transaction_id
    at: Any = stamp(work.moment) if work.dialect == SQLITE else work.moment
    actor, origin = context.user_id, context.origin
    rows: list[Any] = [
        (transaction, name, draft.id, operation, _names(changed), actor, origin, at)
        for draft, changed in changes
    ]
    statement = _statement(work.dialect)
    if statement.names is None:
        rows = [dict(zip(OUTBOX_COLUMNS, row, strict=True)) for row in rows]
    if len(rows) == 1:
        work.connection.execute(statement, rows[0])
    elif rows:
        work.connection.executemany(statement, rows)
