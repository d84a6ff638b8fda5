"""Deleting: what becomes of the records that refer to those that go.

Each lookup says so: `restrict` refuses, `set_null` empties it, `cascade` deletes along. All of it
happens in sets, through the same pipeline, in system mode and without rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from metadata import FieldModel, ObjectDef, ObjectModel, Snapshot
from paas.db import Statement
from paas.kernel import Kind, Problem
from runtime.command import MAX_ROWS, Outcome, WriteCommand
from runtime.draft import Draft, ids_of
from runtime.plan import ObjectPlan
from runtime.problem import RecordInUse
from runtime.removals import Link, Named
from runtime.sql.write import referring
from runtime.work import Work

Policy = Literal["restrict", "set_null", "cascade"]
Write = Callable[[Work, WriteCommand], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Dependant:
    """A lookup that may refer to records of the object."""

    object: ObjectModel
    field: FieldModel
    policy: Policy
    statement: Statement


def dependants(snapshot: Snapshot, model: ObjectModel, dialect: str) -> tuple[Dependant, ...]:
    """Return the lookups that may refer to `model`, the restricting ones first."""
    return snapshot.plan(
        ("dependants", model.name, dialect),
        lambda: tuple(
            sorted(_find(snapshot, model, dialect), key=lambda each: each.policy != "restrict")
        ),
    )


def _find(snapshot: Snapshot, model: ObjectModel, dialect: str) -> Iterator[Dependant]:
    for definition in snapshot.definitions(ObjectDef):
        child = snapshot.object(definition.name)
        for field in child.fields.values():
            if field.column is None or field.written_by == "engine" or not field.target:
                continue
            if field.target.casefold() == model.name.casefold():
                statement = referring(snapshot, child, dialect, field=field.name)
                yield Dependant(child, field, _policy(field), statement)


def _policy(field: FieldModel) -> Policy:
    policy = field.definition.on_delete or "restrict"
    return "restrict" if policy == "set_null" and field.required else policy


def hold(plan: ObjectPlan, drafts: Sequence[Draft], work: Work) -> None:
    """Refuse the drafts that a restricting lookup refers to; those that go together do not hold
    each other."""
    for dependant in dependants(plan.snapshot, plan.object, plan.dialect):
        remaining = [draft for draft in drafts if not draft.is_refused]
        if dependant.policy == "restrict" and remaining:
            held = {target for _child, target in _referring(dependant, plan, remaining, work)}
            for draft in remaining:
                if draft.id in held:
                    draft.problem = _in_use(dependant)


def let_go(plan: ObjectPlan, drafts: Sequence[Draft], work: Work, write: Write) -> None:
    """Empty or delete along what refers to the drafts; raises `RecordInUse` if that cannot be."""
    for dependant in dependants(plan.snapshot, plan.object, plan.dialect):
        if dependant.policy == "restrict":
            continue
        pairs = _referring(dependant, plan, drafts, work)
        ids = [child for child, _target in pairs]
        _remember(dependant, plan, pairs, work)
        try:
            _let_go(dependant, ids, work, write)
        except Problem as problem:
            if problem.kind is Kind.UNAVAILABLE:
                raise
            raise _in_use(dependant) from problem


def _remember(
    dependant: Dependant, plan: ObjectPlan, pairs: Sequence[tuple[str, str]], work: Work
) -> None:
    """Note what goes along with which record, and which lookups led to it."""
    removals, uid = work.ledger.removals, dependant.object.uid
    for child, target in pairs:
        gone = Named(plan.object.uid, target)
        if dependant.policy == "cascade":
            removals.take(Named(uid, child), along_with=gone)
        else:
            removals.empty(Link(uid, dependant.field.column or "", child), to=gone)


def _in_use(dependant: Dependant) -> RecordInUse:
    name, label = dependant.object.name, dependant.object.label
    return RecordInUse(object=label, extra={"object": name})


def _referring(
    dependant: Dependant, plan: ObjectPlan, drafts: Sequence[Draft], work: Work
) -> list[tuple[str, str]]:
    ids = ids_of(drafts)
    gone = ids if dependant.object is plan.object else []
    rows = work.connection.fetch(dependant.statement, {"ids": ids, "gone": gone})
    return [(row[0], row[1]) for row in rows]


def _let_go(dependant: Dependant, ids: list[str], work: Work, write: Write) -> None:
    inside = work.deeper()
    capability = work.engine.capability
    for start in range(0, len(ids), MAX_ROWS):
        some = ids[start : start + MAX_ROWS]
        rows: list[dict[str, str | None]]
        if dependant.policy == "cascade":
            rows = [{"id": each} for each in some]
            command = WriteCommand("delete", dependant.object.name, rows, capability=capability)
        else:
            rows = [{"id": each, dependant.field.name: None} for each in some]
            command = WriteCommand("update", dependant.object.name, rows, capability=capability)
        write(inside, command)
