"""The recycle bin, writing side: deleted records as documents, in the transaction that deletes.

The record itself leaves its table, so reads stay as cheap as they were, unique values are free at
once and references are settled by the lookups' own rules. The directory — users, departments,
roles — has no bin: whoever is deleted there has no way in any more. Listing, restoring and purging
are the business of `runtime.bin_access` and `runtime.restore`.
"""

from __future__ import annotations

from typing import Any

import orjson

from runtime.command import WriteOperation
from runtime.draft import Changes
from runtime.history import encoded
from runtime.plan import ObjectPlan
from runtime.removals import Named
from runtime.sql.codec import SQLITE, stamp
from runtime.sql.predicate import DEPARTMENT, OWNER
from runtime.work import Work

TITLE = 255
"""Characters of a record's name that the bin shows."""


def bin_rows(
    plan: ObjectPlan, _operation: WriteOperation, changes: Changes, work: Work
) -> list[tuple[Any, ...]]:
    """Return one row for each deleted record, in the order of the trail's columns."""
    context, removals, model = work.context, work.ledger.removals, plan.object
    at: Any = stamp(work.moment) if work.dialect == SQLITE else work.moment
    named = [Named(model.uid, draft.id) for draft, _changed in changes]
    links = removals.links_to(named)
    columns = {name: model.fields[name].column or "" for name in plan.names}
    rows = []
    for record, (draft, _changed) in zip(named, changes, strict=True):
        values = draft.before or {}
        document = {
            columns[name]: encoded(value) for name, value in values.items() if value is not None
        }
        is_root = record not in removals.taken
        title = values.get(model.name_field)
        rows.append(
            (
                removals.groups[record],
                model.uid,
                draft.id,
                is_root if work.dialect != SQLITE else int(is_root),
                removals.next_place(),
                None if title is None else str(encoded(title))[:TITLE],
                values.get(OWNER),
                values.get(DEPARTMENT),
                at,
                context.user_id,
                orjson.dumps(document).decode(),
                orjson.dumps([list(each) for each in links[record]]).decode(),
            )
        )
    return rows
