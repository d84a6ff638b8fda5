"""The closure of the department hierarchy, kept in step with the records, in sets.

Row access asks it who stands above whom. A built-in participant rebuilds the lines of whatever
moved, with everything below it, after saving; that nothing stands above itself is for
`runtime.hierarchy` to see to.
"""

from __future__ import annotations

from metadata import FieldModel, ObjectModel
from runtime.draft import Batch, Draft, ids_of
from runtime.principal import DEPARTMENT_OBJECT
from runtime.sql.ancestry import AncestryStatements, ancestry_statements
from runtime.work import Participant, Work


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


def is_moved(draft: Draft, name: str) -> bool:
    """Tell whether a lookup is new or leads elsewhere than it did."""
    return draft.before is None or draft.before[name] != draft.values[name]


def keep_lines(batch: Batch, work: Work) -> None:
    """Rebuild the lines of what was created or moved, and of everything below."""
    statements = _statements(work, batch.object)
    name = parent_field(batch.object).name
    if batch.operation == "delete":
        work.connection.execute(statements.remove, {"ids": ids_of(batch.drafts)})
        return
    moved = [draft.id for draft in batch.drafts if is_moved(draft, name)]
    if not moved:
        return
    below = work.connection.fetch(statements.below, {"ids": moved})
    affected = list(dict.fromkeys([*moved, *(row[0] for row in below)]))
    work.connection.execute(statements.remove, {"ids": affected})
    work.connection.execute(statements.add, {"ids": affected})


ANCESTRY = Participant(
    key="department_ancestry",
    after_save=keep_lines,
    objects=lambda model: model.name == DEPARTMENT_OBJECT,
)
