"""Restoring: a deleted record comes back with everything that went along with it.

Each object's records pass the one pipeline, the ones deleted last first, so that what others refer
to is there before them. They keep their ids, who created them and when; links whose target is
gone are empty, links to them that the deletion emptied are set again where nothing else has taken
their place. No rule stands in the way; unique values do, if somebody else has them now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import orjson

from metadata import FieldModel, ObjectDef, ObjectModel, Snapshot
from paas.db import Statement
from runtime.bin_access import Removed, find_group
from runtime.coerce import pointer_to
from runtime.command import MAX_ROWS, Outcome, WriteCommand
from runtime.draft import Draft
from runtime.history import decoded
from runtime.plan import ObjectPlan
from runtime.problem import REFERENCE_NOT_FOUND, BinObjectGone
from runtime.removals import Link
from runtime.sql.bin import bin_statements
from runtime.sql.select import Reading, build
from runtime.work import Run, Work

DELETED_AND_BACK = 2
"""A deletion counts as a version, and so does coming back."""


def restore_group(work: Work, group: str, run: Run) -> list[tuple[str, Outcome]]:
    """Restore an entry of the bin; returns each record with the name of its object.

    Raises what `find_group` raises, `BinObjectGone`, and the problem of a record that cannot be.
    """
    found = find_group(work, group)
    inside = work.deeper()
    restored: list[tuple[str, Outcome]] = []
    for uid, members in groupby(found, key=lambda each: each.object_uid):
        model = _model(work.snapshot, uid)
        rows = [{"id": each.id, "document": each.document} for each in members]
        for some in _pieces(rows):
            command = WriteCommand("restore", model.name, some, is_batch=True)
            restored += ((model.name, outcome) for outcome in run(inside, command))
    work.connection.execute(bin_statements(work.dialect).remove, {"group": group})
    _relink(inside, found, run)
    return restored


def _pieces(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), MAX_ROWS):
        yield rows[start : start + MAX_ROWS]


def _model(snapshot: Snapshot, uid: str) -> ObjectModel:
    definition = snapshot.by_uid(uid)
    if not isinstance(definition, ObjectDef):
        raise BinObjectGone()
    return snapshot.object(definition.name)


# ---------------------------------------------------------------- drafts


def revive(plan: ObjectPlan, rows: Sequence[Mapping[str, Any]], work: Work) -> list[Draft]:
    """Return the drafts of deleted records, as they were but for links that lead nowhere."""
    by_column = {plan.object.fields[name].column: plan.object.fields[name] for name in plan.names}
    drafts = [_draft(index, row, plan, by_column, work) for index, row in enumerate(rows)]
    gone = _gone(plan, drafts, work)
    for reference in plan.references:
        field = reference.field
        for draft in drafts:
            if (reference.target, draft.values[field.name]) in gone:
                draft.values[field.name] = None
                if field.required:
                    draft.refuse(REFERENCE_NOT_FOUND.at(pointer_to(field.name), label=field.label))
    return _targets_first(plan, drafts)


def _targets_first(plan: ObjectPlan, drafts: list[Draft]) -> list[Draft]:
    """Return the drafts so that each comes behind those it refers to, as far as that can be."""
    own = plan.object.name.casefold()
    names = [each.field.name for each in plan.references if each.target.casefold() == own]
    waiting = {draft.id: draft for draft in drafts}
    ordered: list[Draft] = []
    while names and waiting:
        free = [
            draft
            for draft in waiting.values()
            if not any(draft.values[name] in waiting.keys() - {draft.id} for name in names)
        ]
        if not free:
            break
        ordered += free
        for draft in free:
            del waiting[draft.id]
    return [*ordered, *waiting.values()]


def _draft(
    index: int,
    row: Mapping[str, Any],
    plan: ObjectPlan,
    by_column: Mapping[str | None, FieldModel],
    work: Work,
) -> Draft:
    values: dict[str, Any] = dict(plan.blank)
    for column, value in orjson.loads(row["document"]).items():
        field = by_column.get(column)
        if field is not None:
            values[field.name] = decoded(value, field)
    values["version"] += DELETED_AND_BACK
    values["updatedAt"], values["updatedBy"] = work.moment, work.context.user_id
    return Draft(index, row["id"], values)


def _gone(plan: ObjectPlan, drafts: Sequence[Draft], work: Work) -> set[tuple[str, str]]:
    """Return the targets that are no more; those that come back together are there."""
    wanted: dict[str, set[str]] = {}
    for reference in plan.references:
        found = {draft.values[reference.field.name] for draft in drafts} - {None}
        wanted.setdefault(reference.target, set()).update(found)
    together = {draft.id for draft in drafts}
    gone: set[tuple[str, str]] = set()
    for target, named in wanted.items():
        is_own = target.casefold() == plan.object.name.casefold()
        ids = named - together if is_own else named
        if ids:
            rows = work.connection.fetch(_existing(work, target), {"ids": list(ids)})
            gone |= {(target, each) for each in ids - {row[0] for row in rows}}
    return gone


def _existing(work: Work, target: str) -> Statement:
    snapshot, dialect = work.snapshot, work.dialect

    def make() -> Statement:
        model = snapshot.object(target)
        return build(Reading(snapshot, dialect, model, (("id",),), find="some")).statement

    return snapshot.plan(("existing", target, dialect), make)


# ---------------------------------------------------------------- links to what came back


def _relink(work: Work, found: Sequence[Removed], run: Run) -> None:
    """Set emptied lookups again: one query and one command for each of them."""
    wanted: dict[tuple[str, str], dict[str, str]] = {}
    for each in found:
        for link in (Link(*item) for item in orjson.loads(each.links)):
            wanted.setdefault((link.object_uid, link.column), {})[link.id] = each.id
    for (uid, column), targets in wanted.items():
        definition = work.snapshot.by_uid(uid)
        if not isinstance(definition, ObjectDef):
            continue
        model = work.snapshot.object(definition.name)
        field = next((each for each in model.fields.values() if each.column == column), None)
        if field is None:
            continue
        statement = _lookups(work, model, field)
        rows = work.connection.fetch(statement, {"ids": list(targets)})
        empty = [{"id": row[0], field.name: targets[row[0]]} for row in rows if row[1] is None]
        for some in _pieces(empty):
            capability = work.engine.capability
            command = WriteCommand("update", model.name, some, capability=capability, is_batch=True)
            run(work, command)


def _lookups(work: Work, model: ObjectModel, field: FieldModel) -> Statement:
    snapshot, dialect = work.snapshot, work.dialect
    reading = Reading(snapshot, dialect, model, (("id",), (field.name,)), find="some")
    return snapshot.plan(
        ("lookups", model.name, field.name, dialect), lambda: build(reading).statement
    )
