"""The transactional outbox: every committed write leaves one row per record, in order.

Webhooks, change feeds and automation read it later; here its rows are only made, and
`runtime.along` writes them in the record's own transaction.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from runtime.command import WriteOperation
from runtime.draft import Changes
from runtime.plan import ObjectPlan
from runtime.sql.codec import SQLITE, stamp
from runtime.work import Work


@lru_cache(maxsize=4096)
def _names(changed: tuple[str, ...]) -> str:
    return orjson.dumps(changed).decode()


def outbox_rows(
    plan: ObjectPlan, operation: WriteOperation, changes: Changes, work: Work
) -> list[tuple[Any, ...]]:
    """Return one row for each changed record, in the order of the trail's columns."""
    context, name, transaction = work.context, plan.object.name, work.ledger.transaction_id
    at: Any = stamp(work.moment) if work.dialect == SQLITE else work.moment
    actor, origin = context.user_id, context.origin
    return [
        (transaction, name, draft.id, operation, _names(changed), actor, origin, at)
        for draft, changed in changes
    ]
