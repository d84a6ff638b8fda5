"""Submitting: who may, which flow takes the record, and the approval's first step."""

from __future__ import annotations

from collections.abc import Sequence

from metadata import ObjectModel
from paas.kernel import Extensions, is_uuid
from runtime import (
    FormulaRows,
    Permissions,
    RecordForbidden,
    RecordLocked,
    RecordNotFound,
    Work,
)
from workflow.course import Course
from workflow.criteria import choose, explain
from workflow.instance import Instance
from workflow.plan import FlowPlan, active_flows
from workflow.problem import AlreadySubmitted, NoFlowMatches
from workflow.process import begin
from workflow.sight import settle_sight
from workflow.state import InstanceStatus
from workflow.store import Store
from workflow.subject import Subject, subjects


def submit(
    course: Course,
    store: Store,
    object_name: str,
    record_ids: Sequence[str],
    *,
    comment: str | None,
) -> list[Instance]:
    """Begin an approval for each record, or raise the problem of the first that cannot have one."""
    work = course.work
    submitter = work.context.user_id
    if submitter is None:
        raise ValueError("an approval needs somebody who submits")
    model = work.snapshot.object(object_name)
    plans = active_flows(work.snapshot, model, course.extensions)
    found = _changeable(work, store, model, record_ids)
    begun = [
        begin(
            flow=plan.flow,
            flow_revision=work.snapshot.revision,
            record_id=subject.id,
            record_version=subject.version,
            submitter_id=submitter,
            at=work.context.now,
            comment=comment,
        )
        for subject, plan in zip(found, _choices(work, model, plans, record_ids), strict=True)
    ]
    course.turn(begun)
    moved = course.advance(begun, submitting=True)
    store.add(work.connection, work.snapshot, moved)
    settle_sight(work, moved)
    course.turn([each for each in moved if not each.is_pending])
    return moved


def _changeable(work: Work, store: Store, model: ObjectModel, ids: Sequence[str]) -> list[Subject]:
    """Return the records, locked against others; refuse whoever could not change them himself."""
    if not all(is_uuid(each) for each in ids):
        raise RecordNotFound
    found = subjects(work, model, ids, locks=True)
    if any(each not in found for each in ids):
        raise RecordNotFound
    known = store.of_records(work.connection, model.uid, ids)
    if any(status is InstanceStatus.PENDING for _record, _instance, status in known):
        raise AlreadySubmitted
    Permissions.of(work.context, work.snapshot).on(model).check("update")
    chosen = [found[each] for each in ids]
    if not all(each.may_update for each in chosen):
        raise RecordForbidden
    if any(each.is_locked for each in chosen):
        raise RecordLocked
    return chosen


def _choices(
    work: Work, model: ObjectModel, plans: Sequence[FlowPlan], ids: Sequence[str]
) -> list[FlowPlan]:
    rows = _entry_rows(work, model, plans, ids)
    chosen: list[FlowPlan] = []
    for each in ids:
        plan = choose(plans, rows, each, work.context.principal)
        if plan is None:
            raise NoFlowMatches(errors=list(explain(plans, rows, each, model=model, work=work)))
        chosen.append(plan)
    return chosen


def _entry_rows(
    work: Work, model: ObjectModel, plans: Sequence[FlowPlan], ids: Sequence[str]
) -> FormulaRows:
    conditions = (plan.entry for plan in plans)
    return FormulaRows(work, model, ids, [each for each in conditions if each is not None])


def can_submit(work: Work, model: ObjectModel, subject: Subject, extensions: Extensions) -> bool:
    """Tell whether the caller could submit the record now, no approval of it being under way."""
    plans = active_flows(work.snapshot, model, extensions)
    may_update = Permissions.of(work.context, work.snapshot).on(model).may("update")
    if not plans or not may_update or not subject.may_update or subject.is_locked:
        return False
    rows = _entry_rows(work, model, plans, [subject.id])
    return choose(plans, rows, subject.id, work.context.principal) is not None
