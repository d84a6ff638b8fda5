"""Submitting: who may, which flow takes the record, and the approval's first step."""

from __future__ import annotations

from collections.abc import Sequence

from metadata import ObjectModel
from paas.kernel import Extensions, is_uuid
from runtime import RecordForbidden, RecordLocked, RecordNotFound, permissions_of
from workflow.course import Course
from workflow.criteria import choose, explain
from workflow.instance import Instance
from workflow.plan import FlowPlan, active_flows
from workflow.problem import AlreadySubmitted, NoFlowMatches
from workflow.process import begin
from workflow.state import InstanceStatus
from workflow.store import Store
from workflow.subject import Desk, Subject, evaluation, subjects

LOCKED = "locked"


def submit(
    course: Course,
    store: Store,
    object_name: str,
    record_ids: Sequence[str],
    *,
    comment: str | None,
    extensions: Extensions,
) -> list[Instance]:
    """Begin an approval for each record, or raise the problem of the first that cannot have one."""
    desk = course.desk
    model = desk.snapshot.object(object_name)
    plans = active_flows(desk.snapshot, model, extensions)
    found = _records(desk, model, record_ids, plans)
    busy = store.of_records(desk.connection, model.uid, record_ids)
    if any(status is InstanceStatus.PENDING for _record, _instance, status in busy):
        raise AlreadySubmitted
    for each in found:
        _check_may_submit(desk, model, each)
    begun = [
        begin(
            flow=plan.flow,
            flow_revision=desk.snapshot.revision,
            record_id=subject.id,
            record_version=subject.version,
            submitter_id=desk.context.user_id or "",
            at=desk.context.now,
            comment=comment,
        )
        for subject, plan in zip(found, _choices(desk, model, plans, found), strict=True)
    ]
    course.turn(begun)
    moved = course.advance(begun, submitting=True)
    store.add(desk.connection, desk.snapshot, moved)
    course.turn([each for each in moved if not each.is_pending])
    return moved


def _records(
    desk: Desk, model: ObjectModel, ids: Sequence[str], plans: Sequence[FlowPlan]
) -> list[Subject]:
    if not all(is_uuid(each) for each in ids):
        raise RecordNotFound
    paths = {path for plan in plans for path in plan.entry_paths}
    found = subjects(desk, model, ids, paths, as_user=True, locks=True)
    if any(each not in found for each in ids):
        raise RecordNotFound
    return [found[each] for each in ids]


def _check_may_submit(desk: Desk, model: ObjectModel, subject: Subject) -> None:
    """Refuse whoever could not change the record himself."""
    access = permissions_of(desk.snapshot, desk.context.principal).on(model)
    access.check("update")
    if not subject.may_update:
        raise RecordForbidden
    if subject.row.get("lockStatus") == LOCKED and not access.modify_all:
        raise RecordLocked


def _choices(
    desk: Desk, model: ObjectModel, plans: Sequence[FlowPlan], found: Sequence[Subject]
) -> list[FlowPlan]:
    answers = evaluation(desk, [plan.entry for plan in plans])
    principal = desk.context.principal
    chosen: list[FlowPlan] = []
    for subject in found:
        plan = choose(plans, subject.row, principal, answers)
        if plan is None:
            reasons = explain(
                plans,
                subject.row,
                principal=principal,
                evaluation=answers,
                model=model,
                snapshot=desk.snapshot,
            )
            raise NoFlowMatches(errors=list(reasons))
        chosen.append(plan)
    return chosen


def can_submit(desk: Desk, model: ObjectModel, subject: Subject, extensions: Extensions) -> bool:
    """Tell whether the caller could submit the record now, no approval of it being under way."""
    plans = active_flows(desk.snapshot, model, extensions)
    access = permissions_of(desk.snapshot, desk.context.principal).on(model)
    is_locked = subject.row.get("lockStatus") == LOCKED and not access.modify_all
    if not (plans and access.may("update") and subject.may_update) or is_locked:
        return False
    answers = evaluation(desk, [plan.entry for plan in plans])
    return choose(plans, subject.row, desk.context.principal, answers) is not None
