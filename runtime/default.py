"""Defaults: what a new record gets that nobody sent, and what the engine itself writes.

Literal defaults come from the description. A record belongs to whoever creates it, and to the
owner's department; when the owner changes, the department follows unless it is given too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metadata import ObjectModel, Snapshot
from runtime.choice import RECORD_TYPE
from runtime.draft import Draft
from runtime.plan import ObjectPlan
from runtime.principal import USER_OBJECT
from runtime.sql.predicate import DEPARTMENT, OWNER
from runtime.sql.select import Reading, build
from runtime.work import Work


def complete_new(plan: ObjectPlan, drafts: Sequence[Draft], work: Work) -> None:
    """Fill in new records: literals, owner, department, record type, history."""
    context, fields = work.context, plan.object.fields
    base = {**plan.blank, **plan.defaults, **_written(plan.object, work)}
    if RECORD_TYPE in fields:
        base[RECORD_TYPE] = plan.record_type
    is_owned = OWNER in fields
    if is_owned:
        base[OWNER] = context.user_id
    for draft in drafts:
        draft.values = {**base, **draft.given, "id": draft.id}
    if is_owned:
        _follow(work, [draft for draft in drafts if DEPARTMENT not in draft.given])
    if plan.computed_defaults is not None:
        plan.computed_defaults.fill(drafts, work)


def _written(model: ObjectModel, work: Work) -> dict[str, Any]:
    now, user = work.moment, work.context.user_id
    found = {"createdBy": user, "createdAt": now, "updatedBy": user, "updatedAt": now, "version": 1}
    return {name: value for name, value in found.items() if name in model.fields}


def complete_changed(plan: ObjectPlan, drafts: Sequence[Draft], work: Work) -> None:
    """Lay what was sent over what is stored."""
    for draft in drafts:
        assert draft.before is not None
        draft.values = {**draft.before, **draft.given}
    if OWNER in plan.object.fields:
        _follow(
            work,
            [
                draft
                for draft in drafts
                if OWNER in draft.given
                and DEPARTMENT not in draft.given
                and draft.before is not None
                and draft.before[OWNER] != draft.given[OWNER]
            ],
        )


def touch(plan: ObjectPlan, draft: Draft, work: Work) -> None:
    """Count the version of a changed record up and note who changed it."""
    values = draft.values
    values["version"] += 1
    if "updatedAt" in plan.blank and "updatedAt" not in draft.given:
        values["updatedAt"] = work.moment
    if "updatedBy" in plan.blank and "updatedBy" not in draft.given:
        values["updatedBy"] = work.context.user_id


def _follow(work: Work, drafts: Sequence[Draft]) -> None:
    """Give records the department of their owner: at most one query for all of them."""
    principal = work.context.principal
    known: dict[str | None, str | None] = {None: None}
    if principal is not None:
        known[principal.user_id] = principal.department_id
    unknown = {owner for draft in drafts if (owner := draft.values[OWNER]) not in known}
    if unknown:
        statement = work.snapshot.plan(
            ("departments of users", work.dialect),
            lambda: _departments(work.snapshot, work.dialect),
        )
        known.update(work.connection.fetch(statement, {"ids": list(unknown)}))
    for draft in drafts:
        draft.values[DEPARTMENT] = known.get(draft.values[OWNER])


def _departments(snapshot: Snapshot, dialect: str) -> Any:
    model = snapshot.object(USER_OBJECT)
    return build(Reading(snapshot, dialect, model, (("id",), (DEPARTMENT,)), find="some")).statement
