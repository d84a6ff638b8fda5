"""Checks a draft must pass besides its types and the rules: required fields, offered choices."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.coerce import pointer_to
from runtime.draft import Draft
from runtime.plan import ObjectPlan
from runtime.problem import FIELD_REQUIRED


def check_offered(plan: ObjectPlan, drafts: Sequence[Draft]) -> None:
    """Refuse choices that a record may not take now.

    Values that stay as they were are left alone, unless what decides about them changes.
    """
    if not plan.choices:
        return
    for draft in drafts:
        for choice in plan.choices:
            choice.check(draft)


def check_required(plan: ObjectPlan, drafts: Sequence[Draft]) -> None:
    """Refuse drafts that lack a required value.

    A stored record may lack one, because the field became required later; only emptying it, or
    sending it empty, is refused.
    """
    for draft in drafts:
        values, before = draft.values, draft.before
        for field in plan.required:
            name = field.name
            if values.get(name) is not None or name in (draft.failed or ()):
                continue
            if before is None or before[name] is not None or name in draft.given:
                draft.refuse(FIELD_REQUIRED.at(pointer_to(name), label=field.label))
