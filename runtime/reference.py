"""References: the records that sent values name must exist and be visible to the caller.

One query per target object for the whole batch. A record the caller may not see is answered
exactly like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence

from paas.db import Statement
from runtime.access import Permissions
from runtime.coerce import pointer_to
from runtime.draft import Draft
from runtime.plan import Reference, WritePlan
from runtime.problem import REFERENCE_NOT_FOUND
from runtime.sql.select import Reading, build
from runtime.work import Work


def check_references(plan: WritePlan, drafts: Sequence[Draft], work: Work) -> None:
    """Refuse drafts whose new references lead nowhere."""
    wanted: dict[str, dict[str, list[tuple[Draft, Reference]]]] = {}
    for reference in plan.shared.references:
        name = reference.field.name
        for draft in drafts:
            value = draft.given.get(name)
            if value is None or (draft.before is not None and draft.before[name] == value):
                continue
            asked = wanted.setdefault(reference.target, {})
            asked.setdefault(value, []).append((draft, reference))
    for target, asked in wanted.items():
        statement = _statement(plan, target)
        rows = work.connection.fetch(statement, {**work.reader, "ids": list(asked)})
        for value in asked.keys() - {row[0] for row in rows}:
            for draft, reference in asked[value]:
                _refuse(draft, reference)


def _refuse(draft: Draft, reference: Reference) -> None:
    field = reference.field
    draft.refuse(
        REFERENCE_NOT_FOUND.at(pointer_to(field.name), label=field.label), field=field.name
    )


def _statement(plan: WritePlan, target: str) -> Statement:
    """Return the statement that finds which of `ids` the caller may see."""
    snapshot, dialect = plan.shared.snapshot, plan.shared.dialect

    def make() -> Statement:
        model = snapshot.object(target)
        scope = Permissions.on(plan.permissions, model).scope("read", reach=plan.reach)
        return build(
            Reading(snapshot, dialect, model, (("id",),), scope=scope, find="some")
        ).statement

    return snapshot.plan(("reference", target, plan.permissions.key, plan.reach, dialect), make)
