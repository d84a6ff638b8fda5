"""Lost updates: what has changed since the version a writer expected.

The events of a record tell which fields later versions changed, so a client can see whether its
own change still makes sense. Where events are gone already, only the version is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from runtime.draft import Draft
from runtime.plan import WritePlan
from runtime.problem import RecordStale
from runtime.sql.feed import feed_statements
from runtime.work import Work

MOST_VERSIONS = 100
"""Versions somebody may be behind and still be told what they changed."""


def explain_stale(plan: WritePlan, drafts: Sequence[Draft], work: Work) -> None:
    """Tell stale drafts which fields have changed: one query for all of them."""
    stale = [draft for draft in drafts if isinstance(draft.problem, RecordStale)]
    if not stale:
        return
    found: dict[str, list[str]] = {}
    statement = feed_statements(work.dialect).recent
    values = {"ids": [draft.id for draft in stale], "limit": MOST_VERSIONS}
    for record, name, changed in work.connection.fetch(statement, values):
        if name == plan.shared.object.name:
            found.setdefault(record, []).append(changed)
    for draft in stale:
        assert draft.problem is not None
        assert draft.before is not None
        behind = draft.before["version"] - (draft.expected or 0)
        events = found.get(draft.id, [])
        if 0 < behind <= len(events):
            draft.problem.extra["changedFields"] = list(_changed(plan, events[:behind]))


def _changed(plan: WritePlan, events: Sequence[str]) -> Iterator[str]:
    """Yield the changed fields the writer may read, in the order of the description."""
    changed = {name for each in events for name in orjson.loads(each)}
    readable = plan.access.readable
    return (name for name in plan.shared.names if name in changed and name in readable)
