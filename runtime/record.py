"""Single records as their readers see them, and as their writers get them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metadata import ObjectModel, Snapshot
from paas.db import Connection, Statement
from paas.kernel import CallContext, is_uuid
from runtime.access import Permissions, ReaderKey, reach_of, reader_key
from runtime.draft import Draft, ids_of
from runtime.environment import parameters
from runtime.field_path import Paths, outputs_of
from runtime.plan import WritePlan
from runtime.plan_cache import cached
from runtime.problem import RecordNotFound
from runtime.sql.codec import Row, reader
from runtime.sql.predicate import reader_parameters
from runtime.sql.select import Reading, Selected, build
from runtime.work import Work


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """How one record is read: the revisions, its version, and what the caller may see."""

    selected: Selected
    export: Callable[[Row], dict[str, Any]]
    encode: Callable[[Row], dict[str, Any]]

    @property
    def statement(self) -> Statement:
        """Return the statement; its first columns are the revisions, its last the version."""
        return self.selected.statement


def record_plan(
    snapshot: Snapshot,
    context: CallContext,
    dialect: str,
    name: str,
    *,
    fields: tuple[str, ...] | None,
    reader_key: ReaderKey,
) -> RecordPlan:
    """Return the plan for reading one record of the object called `name`."""
    return cached(
        snapshot,
        ("record", name, fields, reader_key, dialect),
        lambda: _plan(snapshot, context, dialect, snapshot.object(name), fields),
    )


def fetch_record(
    connection: Connection,
    snapshot: Snapshot,
    context: CallContext,
    name: str,
    record_id: str,
    fields: tuple[str, ...] | None,
) -> tuple[RecordPlan, Row]:
    """Return the row of one record and how to read it; raises `RecordNotFound`."""
    plan = record_plan(
        snapshot,
        context,
        connection.dialect,
        name,
        fields=fields,
        reader_key=reader_key(context),
    )
    if not is_uuid(record_id):
        raise RecordNotFound()
    values = {"id": record_id, **reader_parameters(context)}
    if plan.selected.environment:
        values |= parameters(
            plan.selected.environment, context, connection=connection, snapshot=snapshot
        )
    rows = connection.fetch(plan.statement, values)
    if not rows:
        raise RecordNotFound()
    return plan, rows[0]


def _plan(
    snapshot: Snapshot,
    context: CallContext,
    dialect: str,
    model: ObjectModel,
    fields: Sequence[str] | None,
) -> RecordPlan:
    permissions, reach = Permissions.of(context, snapshot), reach_of(context)
    access = permissions.on(model)
    access.check("read")
    paths = Paths(snapshot, permissions, model)
    outputs = outputs_of(paths, model, access.readable, fields)
    paths.finish()
    return _build(
        Reading(
            snapshot,
            dialect,
            model,
            (*outputs, ("version",)),
            scope=access.scope("read", reach=reach),
            hop_scope=lambda target: permissions.on(target).scope("read", reach=reach),
            as_user=True,
            find="one",
            tells_revision=True,
        )
    )


def _build(reading: Reading) -> RecordPlan:
    selected = build(reading)
    shown = selected.outputs[:-1]

    def made(purpose: Any) -> Callable[[Row], dict[str, Any]]:
        return reader(shown, purpose=purpose, dialect=reading.dialect, skip=selected.lead, trail=1)

    return RecordPlan(selected, made("api"), made("json"))


# ---------------------------------------------------------------- after writing


def read_written(plan: WritePlan, draft: Draft, work: Work) -> dict[str, Any]:
    """Return a record just written, as its writer may read its fields.

    Whether he could still find it plays no part: he may have given it away.
    """
    if not plan.reads_formulas:
        return plan.export(draft.values)
    made = _written_plan(plan)
    known = parameters(
        made.selected.environment, work.context, connection=work.connection, snapshot=work.snapshot
    )
    return made.export(work.connection.fetch(made.statement, {"id": draft.id, **known})[0])


def _written_plan(plan: WritePlan) -> RecordPlan:
    snapshot, model, dialect = plan.shared.snapshot, plan.shared.object, plan.shared.dialect
    key = ("written", model.name, plan.permissions.key, dialect)

    def make() -> RecordPlan:
        outputs = tuple((name,) for name in model.fields if name in plan.access.readable)
        reading = Reading(snapshot, dialect, model, (*outputs, ("version",)), find="one")
        return _build(reading)

    return snapshot.plan(key, make)


def refresh(plan: WritePlan, drafts: Sequence[Draft], work: Work) -> None:
    """Read drafts that were written again since: one statement for all of them."""
    shared = plan.shared
    if not drafts:
        return
    selected: Selected = shared.snapshot.plan(
        ("refresh", shared.object.name, shared.dialect),
        lambda: build(
            Reading(
                shared.snapshot,
                shared.dialect,
                shared.object,
                tuple((name,) for name in shared.names),
                find="some",
            )
        ),
    )
    read = reader(selected.outputs, purpose="draft", dialect=shared.dialect)
    rows = work.connection.fetch(selected.statement, {"ids": ids_of(drafts)})
    current: Mapping[str, dict[str, Any]] = {row["id"]: row for row in map(read, rows)}
    for draft in drafts:
        draft.values = current.get(draft.id, draft.values)
