"""The to-do centre: what waits for the caller, what he decided, what he submitted.

A fixed number of statements whatever the number of items: one finds them, one names the people,
and one per object names the records. Records are named in system mode: whoever is asked about a
record gets to know which it is, even where he may not open it.
"""

from __future__ import annotations

from typing import Any, Literal

from metadata import ObjectDef
from paas.kernel import pick
from runtime import Work
from runtime.sql.codec import stamp
from workflow import document
from workflow.people import People
from workflow.store import Store, read_moment
from workflow.subject import record_names
from workflow.view import object_shown, person_shown

State = Literal["pending", "done", "mine"]

_PENDING = """SELECT i.id, t.id, i.object_uid, i.record_id, s.position, i.submitter_id,
i.submitted_at, t.status, i.status, i.definition
FROM {paas_approval_task} t
JOIN {paas_approval_step} s ON s.id = t.step_id
JOIN {paas_approval_instance} i ON i.id = t.instance_id
WHERE t.approver_id = :user_id AND t.status = 'pending'
ORDER BY i.submitted_at DESC, t.id DESC LIMIT :limit"""
_DONE = """SELECT i.id, t.id, i.object_uid, i.record_id, s.position, i.submitter_id,
i.submitted_at, t.status, i.status, i.definition
FROM {paas_approval_task} t
JOIN {paas_approval_step} s ON s.id = t.step_id
JOIN {paas_approval_instance} i ON i.id = t.instance_id
WHERE t.approver_id = :user_id AND t.status IN ('approved', 'rejected')
ORDER BY t.decided_at DESC, t.id DESC LIMIT :limit"""
_MINE = """SELECT i.id, NULL, i.object_uid, i.record_id, s.position, i.submitter_id,
i.submitted_at, i.status, i.status, i.definition
FROM {paas_approval_instance} i
LEFT JOIN {paas_approval_step} s ON s.instance_id = i.id AND s.status = 'pending'
WHERE i.submitter_id = :user_id ORDER BY i.submitted_at DESC, i.id DESC LIMIT :limit"""
_QUERIES: dict[State, str] = {"pending": _PENDING, "done": _DONE, "mine": _MINE}


def list_items(work: Work, store: Store, *, state: State, limit: int) -> list[dict[str, Any]]:
    """Return the items of the caller's list, newest first.

    `status` is that of his task, in the list of his own submissions that of the approval; `step`
    is where the task stands, or the approval.
    """
    params = {"user_id": work.context.user_id, "limit": limit}
    rows = work.connection.fetch(store.statement(_QUERIES[state]), params)
    objects = {row[2]: _object_name(work, row[2], row[9]) for row in rows}
    people = People(work).persons(row[5] for row in rows)
    names = record_names(work, {(objects[row[2]], row[3]) for row in rows})
    return [
        {
            "instance": row[0],
            "task": row[1],
            "object": object_shown(work, objects[row[2]]),
            "record": {"id": row[3], "name": names.get((objects[row[2]], row[3]))},
            "flow": _labels(work, row[9]),
            "step": _labels(work, row[9], row[4]) if row[4] is not None else None,
            "submitter": person_shown(row[5], people),
            "submitted_at": stamp(read_moment(row[6])),
            "status": row[7],
            "instance_status": row[8],
        }
        for row in rows
    ]


def _object_name(work: Work, uid: str, definition: str) -> str:
    found = work.snapshot.by_uid(uid)
    return found.name if isinstance(found, ObjectDef) else document.load(definition).object


def _labels(work: Work, definition: str, position: int | None = None) -> dict[str, Any]:
    """Return the label of the flow, or of one of its steps."""
    flow = document.load(definition)
    named = flow if position is None else flow.steps[position]
    return {"name": named.name, "label": pick(named.label, work.context.language) or named.name}
