"""What approvals do while others write records: new ones await submission, deleted ones need none.

Only objects that have approval flows are concerned; for all others this is one look-up per batch.
"""

from __future__ import annotations

from functools import lru_cache

from metadata import ObjectModel
from runtime import Batch, Participant, Work
from workflow.definition import ApprovalFlowDef
from workflow.process import finish, noted
from workflow.state import InstanceStatus
from workflow.store import Store

STATUS = "approvalStatus"
DRAFT = "draft"
PENDING, RECALLED = "pending", "recalled"
LOCK, UNLOCKED = "lockStatus", "unlocked"

_store = lru_cache(maxsize=4)(Store)


def await_submission(batch: Batch, work: Work) -> None:
    """Mark new records of objects with an active flow as not submitted yet."""
    if batch.operation == "create" and any(each.active for each in _flows(work, batch.object)):
        for draft in batch.accepted:
            if draft.values.get(STATUS) is None:
                draft.set(STATUS, DRAFT)


def settle(batch: Batch, work: Work) -> None:
    """Begin new records, and take back what restored ones were waiting for: it ended with them."""
    await_submission(batch, work)
    if batch.operation == "restore":
        for draft in batch.accepted:
            if draft.values.get(STATUS) == PENDING:
                draft.set(STATUS, RECALLED)
                draft.set(LOCK, UNLOCKED)


def end_with_record(batch: Batch, work: Work) -> None:
    """Take back the pending approvals of records that are gone."""
    if batch.operation != "delete" or not _flows(work, batch.object):
        return
    store, ids = _store(work.dialect), [draft.id for draft in batch.drafts]
    known = store.of_records(work.connection, batch.object.uid, ids)
    pending = [each for _record, each, status in known if status is InstanceStatus.PENDING]
    if not pending:
        return
    store.claim(work.connection, pending)
    at, actor_id = work.context.now, work.context.user_id
    loaded = store.load(work.connection, work.snapshot, pending)
    ended = [
        finish(
            noted(each, "record_deleted", at=at, actor_id=actor_id), InstanceStatus.RECALLED, at=at
        )
        for each in loaded
    ]
    store.save(work.connection, list(zip(loaded, ended, strict=True)))


def _flows(work: Work, model: ObjectModel) -> tuple[ApprovalFlowDef, ...]:
    return work.snapshot.definitions(ApprovalFlowDef, parent=model.name)


APPROVAL = Participant(
    key="approval",
    before_save=settle,
    after_save=end_with_record,
    objects=lambda model: STATUS in model.fields,
)
