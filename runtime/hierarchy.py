"""Hierarchies of records: no record may come to stand above itself, whoever moves what meanwhile.

A built-in participant takes part wherever an object has a lookup declared a hierarchy. Moves in
one hierarchy happen one by one, so two that are harmless alone cannot make a cycle together.
"""

from __future__ import annotations

from collections.abc import Mapping

from metadata import FieldModel, ObjectModel
from runtime.ancestry import is_moved
from runtime.coerce import pointer_to
from runtime.draft import Batch, Draft
from runtime.problem import HIERARCHY_CYCLE
from runtime.sql.hierarchy import lines_statement, serialising
from runtime.work import Participant, Work

MAX_STEPS = 10_000


def hierarchies_of(model: ObjectModel) -> list[FieldModel]:
    """Return the lookups that lead to the record above."""
    return [field for field in model.fields.values() if field.definition.hierarchy]


def refuse_cycles(batch: Batch, work: Work) -> None:
    """Refuse moves that would bring a record above itself.

    Moves in one batch are taken together. Where any of them may still be refused, no choice of
    them may make a cycle. A new record has nothing below it, unless the batch itself says so.
    """
    if batch.operation == "delete":
        return
    for field in hierarchies_of(batch.object):
        _refuse_cycles(batch, work, field)


def _refuse_cycles(batch: Batch, work: Work, field: FieldModel) -> None:
    moved = {draft.id: draft for draft in batch.drafts if is_moved(draft, field.name)}
    parents = {draft.values[field.name] for draft in moved.values()} - {None}
    if not parents or (batch.operation == "create" and not parents & moved.keys()):
        return
    lock = serialising(work.dialect)
    if lock is not None:
        work.connection.fetch(lock, {"name": field.uid})
    statement = work.snapshot.plan(
        ("hierarchy", field.uid, work.dialect),
        lambda: lines_statement(
            work.snapshot, batch.object, field.name, work.dialect, most=MAX_STEPS
        ),
    )
    above: dict[str, list[tuple[int, str]]] = {}
    for below, ancestor, distance in work.connection.fetch(statement, {"ids": list(parents)}):
        above.setdefault(below, []).append((distance, ancestor))
    lines = {
        each: [ancestor for _distance, ancestor in sorted(found)] for each, found in above.items()
    }
    leads_back = _might_lead_back if batch.is_partial else _leads_back
    for draft in moved.values():
        if leads_back(draft, field.name, moved, lines):
            draft.refuse(HIERARCHY_CYCLE.at(pointer_to(field.name), label=field.label))


def _leads_back(
    draft: Draft, name: str, moved: Mapping[str, Draft], lines: Mapping[str, list[str]]
) -> bool:
    """Walk up from the draft's new parent, along stored lines and moves of the same batch."""
    parent = draft.values[name]
    for _step in range(MAX_STEPS):
        if parent is None:
            return False
        for ancestor in lines.get(parent, [parent]):
            if ancestor == draft.id:
                return True
            if ancestor in moved:
                parent = moved[ancestor].values[name]
                break
        else:
            return False
    return True


def _might_lead_back(
    draft: Draft, name: str, moved: Mapping[str, Draft], lines: Mapping[str, list[str]]
) -> bool:
    """Walk up from the draft's new parent along stored lines and along moves, both as they come."""
    waiting, seen = [draft.values[name]], {None}
    while waiting:
        each = waiting.pop()
        if each == draft.id:
            return True
        if each not in seen:
            seen.add(each)
            waiting.extend(lines.get(each, ()))
            if each in moved:
                waiting.append(moved[each].values[name])
    return False


HIERARCHY = Participant(
    key="hierarchy",
    before_save=refuse_cycles,
    objects=lambda model: bool(hierarchies_of(model)),
)
