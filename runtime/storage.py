"""Storing drafts in sets, and finding out which of them the database refuses.

The database enforces uniqueness and references. When it refuses a set, the set is halved under
savepoints until the rows at fault stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from metadata import FieldModel
from paas.db import Connection, IntegrityViolation
from paas.kernel import Violation
from runtime.coerce import pointer_to
from runtime.draft import Draft
from runtime.plan import ObjectPlan
from runtime.problem import (
    FIELD_NOT_UNIQUE,
    FIELDS_NOT_UNIQUE,
    ID_TAKEN,
    REFERENCE_NOT_FOUND,
    RecordDuplicate,
    RecordInUse,
    verbatim,
)

Write = Callable[[Sequence[Draft]], None]
Refuse = Callable[[Draft, IntegrityViolation | RecordInUse], None]


def store(
    drafts: Sequence[Draft],
    write: Write,
    *,
    connection: Connection,
    refuse: Refuse,
    is_alone: bool,
) -> None:
    """Write the drafts, refusing those the database does not take.

    With `is_alone` the unit of work ends with the one draft's refusal, so no savepoint is needed.
    """
    if not drafts:
        return
    try:
        if is_alone:
            write(drafts)
        else:
            with connection.savepoint():
                write(drafts)
    except (IntegrityViolation, RecordInUse) as violation:
        if len(drafts) == 1:
            refuse(drafts[0], violation)
            return
        middle = len(drafts) // 2
        for half in (drafts[:middle], drafts[middle:]):
            store(half, write, connection=connection, refuse=refuse, is_alone=False)


def refuse_saving(plan: ObjectPlan) -> Refuse:
    """Return how a refused insert or update is explained."""

    def refuse(draft: Draft, violation: IntegrityViolation | RecordInUse) -> None:
        if isinstance(violation, RecordInUse):
            raise violation
        named = [
            field for field in plan.object.fields.values() if field.column in violation.columns
        ]
        if violation.kind == "unique":
            draft.problem = RecordDuplicate(errors=_not_unique(plan, violation))
        elif violation.kind == "foreign_key":
            given = [each.field for each in plan.references if each.field.name in draft.given]
            fields = named or given
            for field in fields:
                draft.refuse(REFERENCE_NOT_FOUND.at(pointer_to(field.name), label=field.label))
            if not fields:
                raise violation
        else:
            raise violation

    return refuse


def _not_unique(plan: ObjectPlan, violation: IntegrityViolation) -> list[Violation]:
    fields = [field for field in plan.object.fields.values() if field.column in violation.columns]
    if [field.name for field in fields] == ["id"]:
        return [ID_TAKEN.at("/id")]
    if len(fields) > 1:
        return [_not_unique_together(plan, fields)]
    return [FIELD_NOT_UNIQUE.at(pointer_to(each.name), label=each.label) for each in fields]


def _not_unique_together(plan: ObjectPlan, fields: Sequence[FieldModel]) -> Violation:
    """Return what the index over these fields says."""
    names = {field.name for field in fields}
    for index in plan.object.indexes:
        found = {field.name for name, _down in index.terms if (field := plan.object.field(name))}
        if index.unique and found == names:
            extra = {"index": index.name, "fields": sorted(names)}
            if index.message:
                texts = {tag: verbatim(text) for tag, text in index.message.items()}
                return Violation(FIELDS_NOT_UNIQUE.code, texts, "", extra=extra)
            return FIELDS_NOT_UNIQUE.at("", extra=extra, labels=_together(fields))
    return FIELDS_NOT_UNIQUE.at("", labels=_together(fields))


def _together(fields: Sequence[FieldModel]) -> dict[str, str]:
    return {
        tag: joint.join(field.label.get(tag) or field.name for field in fields)
        for tag, joint in (("zh-CN", "、"), ("en-US", ", "))
    }


def refuse_deleting(plan: ObjectPlan) -> Refuse:
    """Return how a refused delete is explained: somebody began to refer to the record."""

    def refuse(draft: Draft, violation: IntegrityViolation | RecordInUse) -> None:
        if isinstance(violation, RecordInUse):
            draft.problem = violation
        elif violation.kind == "foreign_key":
            draft.problem = RecordInUse(object=plan.object.label)
        else:
            raise violation

    return refuse
