"""Checks a draft must pass besides its types and the rules: required fields, offered choices."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.coerce import pointer_to
from runtime.draft import Draft
from runtime.plan import RECORD_TYPE, ObjectPlan
from runtime.problem import FIELD_REQUIRED, VALUE_NOT_OFFERED


def check_offered(plan: ObjectPlan, drafts: Sequence[Draft]) -> None:
    """Refuse choices that the record type does not offer.

    Values that stay as they were are left alone, unless the record type itself changes.
    """
    if not plan.offered:
        return
    for draft in drafts:
        offered = plan.offered.get(draft.values.get(RECORD_TYPE) or "", {})
        before = draft.before
        is_retyped = before is None or before[RECORD_TYPE] != draft.values[RECORD_TYPE]
        for name, choices in offered.items():
            value = draft.values[name]
            if value is None or value in choices:
                continue
            if is_retyped or (before is not None and before[name] != value):
                label = plan.object.fields[name].label
                draft.refuse(VALUE_NOT_OFFERED.at(pointer_to(name), label=label, value=value))


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
