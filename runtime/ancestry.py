"""The closure of the department hierarchy, kept in step with the records, in sets.

Row access asks it who stands above whom. A built-in participant refuses cycles before saving and
rebuilds the lines of whatever moved, with everything below it, afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping

from metadata import FieldModel, ObjectModel
from runtime.coerce import pointer_to
from runtime.draft import Batch, Draft, ids_of
from runtime.principal import DEPARTMENT_OBJECT
from runtime.problem import HIERARCHY_CYCLE
from runtime.sql.ancestry import AncestryStatements, ancestry_statements
from runtime.work import Participant, Work

MAX_STEPS = 10_000


def parent_field(model: ObjectModel) -> FieldModel:
    """Return the lookup that makes departments a hierarchy: the shipped one to themselves."""
    return next(
        field
        for field in model.fields.values()
        if field.target == model.name and field.definition.protected and field.column != "id"
    )


def _statements(work: Work, model: ObjectModel) -> AncestryStatements:
    snapshot, dialect = work.snapshot, work.dialect
    return snapshot.plan(
        ("ancestry", model.name, dialect),
        lambda: ancestry_statements(snapshot, model, parent_field(model).name, dialect),
    )


def refuse_cycles(batch: Batch, work: Work) -> None:
    """Refuse departments that would stand above themselves, moves in one batch taken together.

    Where any of the moves may still be refused, no choice of them may make a cycle.
    """
    if batch.operation != "update":
        return
    field = parent_field(batch.object)
    moved = {draft.id: draft for draft in batch.drafts if _is_moved(draft, field.name)}
    parents = {draft.values[field.name] for draft in moved.values()} - {None}
    if not parents:
        return
    rows = work.connection.fetch(_statements(work, batch.object).above, {"ids": list(parents)})
    above: dict[str, list[tuple[int, str]]] = {}
    for descendant, ancestor, depth in rows:
        above.setdefault(descendant, []).append((depth, ancestor))
    lines = {
        each: [ancestor for _depth, ancestor in sorted(found)] for each, found in above.items()
    }
    leads_back = _might_lead_back if batch.is_partial else _leads_back
    for draft in moved.values():
        if leads_back(draft, field.name, moved, lines):
            draft.refuse(HIERARCHY_CYCLE.at(pointer_to(field.name), label=field.label))


def _is_moved(draft: Draft, name: str) -> bool:
    return draft.before is None or draft.before[name] != draft.values[name]


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


def keep_lines(batch: Batch, work: Work) -> None:
    """Rebuild the lines of what was created or moved, and of everything below."""
    statements = _statements(work, batch.object)
    name = parent_field(batch.object).name
    if batch.operation == "delete":
        work.connection.execute(statements.remove, {"ids": ids_of(batch.drafts)})
        return
    moved = [draft.id for draft in batch.drafts if _is_moved(draft, name)]
    if not moved:
        return
    below = work.connection.fetch(statements.below, {"ids": moved})
    affected = list(dict.fromkeys([*moved, *(row[0] for row in below)]))
    work.connection.execute(statements.remove, {"ids": affected})
    work.connection.execute(statements.add, {"ids": affected})


ANCESTRY = Participant(
    key="department_ancestry",
    before_save=refuse_cycles,
    after_save=keep_lines,
    objects=lambda model: model.name == DEPARTMENT_OBJECT,
)
