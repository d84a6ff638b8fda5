"""Write plans: what saving records of an object takes, compiled once per revision.

`ObjectPlan` holds what does not depend on the caller, `WritePlan` what permissions add. Both live
in the snapshot they were made from and are only looked up by requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from metadata import SETTING_KEY, FieldModel, ObjectModel, Snapshot
from paas.db import Statement
from runtime.access import ObjectAccess, Permissions, reach_of
from runtime.choice import RECORD_TYPE, choices_of
from runtime.coerce import Coercion, coercion
from runtime.command import WriteOperation
from runtime.computed_default import DefaultPlan, default_plan
from runtime.derived import DerivedPlan, derived_plan
from runtime.literal import literal_defaults
from runtime.prefetch import Row
from runtime.rule import RulePlan, rule_plan
from runtime.scope import Reach, Scope
from runtime.sql.codec import encoding_of, exporter, reader
from runtime.sql.select import Reading, build
from runtime.sql.trail import POSTGRESQL, Trail, trails_of
from runtime.sql.write import (
    RowStatement,
    delete,
    insert,
    insert_reported,
    stored_fields,
    update,
)
from runtime.work import Work

RESERVED: Mapping[WriteOperation, frozenset[str]] = {
    "create": frozenset(),
    "update": frozenset({"id", "version"}),
    "delete": frozenset({"id", "version"}),
    "restore": frozenset(),
}
HISTORY = ("createdBy", "createdAt", "updatedBy", "updatedAt")
MAX_UPDATES = 200
"""Kept update statements of one object; each set of changed fields has its own."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names a record of another object."""

    field: FieldModel
    target: str


class ObjectPlan:
    """What saving records of one object takes, whoever saves."""

    def __init__(self, snapshot: Snapshot, model: ObjectModel, dialect: str) -> None:
        self.snapshot = snapshot
        self.object = model
        self.dialect = dialect
        self.reports_inserts = dialect == POSTGRESQL
        self.names = stored_fields(model)
        self.blank: Mapping[str, Any] = dict.fromkeys(self.names)
        self.defaults = {} if model.is_setting else literal_defaults(model)
        self.record_type = model.default_record_type if RECORD_TYPE in model.fields else None
        self.required = tuple(field for field in model.fields.values() if field.required)
        self.references = tuple(
            Reference(field, field.target)
            for field in model.fields.values()
            if field.target and field.column and field.written_by != "engine"
        )
        self.choices = choices_of(model)
        self.numbered = tuple(
            each for each in model.fields.values() if each.definition.pattern is not None
        )
        self.keyed = frozenset(each.field.name for each in self.references)
        """Fields that may be given by a unique field of what they refer to."""
        self._updates: dict[tuple[str, ...], RowStatement] = {}
        self._trails: dict[WriteOperation, tuple[Trail, ...]] = {}

    def trails(self, operation: WriteOperation) -> tuple[Trail, ...]:
        """Return what is written along with the records."""
        known = self._trails.get(operation)
        if known is None:
            known = self._trails[operation] = trails_of(self.object, operation)
        return known

    @cached_property
    def computed_defaults(self) -> DefaultPlan | None:
        """Return the formulas that give values to new records, if there are any."""
        return default_plan(self.snapshot, self.object, self.dialect)

    @cached_property
    def rules(self) -> RulePlan:
        """Return the validation rules and what they need."""
        return rule_plan(self.snapshot, self.object, self.dialect)

    @cached_property
    def derived(self) -> DerivedPlan:
        """Return the stored formulas its records have, and those they move."""
        return derived_plan(self.snapshot, self.object, self.dialect)

    @cached_property
    def insert(self) -> RowStatement:
        """Return the insert of a record, with its row in each trail where `reports_inserts`."""
        if self.reports_inserts:
            trails = [each for each in self.trails("create") if each.one_each]
            return insert_reported(self.snapshot, self.object, trails)
        return insert(self.snapshot, self.object, self.dialect)

    @cached_property
    def delete(self) -> Statement:
        """Return the deletion of records."""
        return delete(self.snapshot, self.object, self.dialect)

    @cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Return every stored field with its encoding."""
        return tuple((name, encoding_of(self.object.fields[name])) for name in self.names)

    @cached_property
    def export(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """Return the function from draft values to API values, whoever may read them."""
        return exporter(self.columns)

    def update(self, names: tuple[str, ...]) -> RowStatement:
        """Return the update of the named fields."""
        known = self._updates.get(names)
        if known is None:
            known = update(self.snapshot, self.object, self.dialect, names)
            if len(self._updates) >= MAX_UPDATES:
                self._updates.clear()
            self._updates[names] = known
        return known


class WritePlan:
    """What one kind of write to an object takes, for everybody with the same permissions."""

    def __init__(
        self,
        shared: ObjectPlan,
        operation: WriteOperation,
        permissions: Permissions,
        *,
        reach: Reach,
        has_capability: bool,
    ) -> None:
        self.shared = shared
        self.operation = operation
        self.permissions = permissions
        self.reach = reach
        self.access: ObjectAccess = permissions.on(shared.object)
        self.is_system = permissions.key is None
        self.asks_version = shared.object.definition.require_version and not self.is_system
        self.changes_void = has_capability
        self.ignores_locks = has_capability or (self.access.modify_all and not self.is_system)
        self.writable = _writable(shared.object, self.access, self.is_system, has_capability)

    @cached_property
    def coerce(self) -> Coercion:
        """Return the function that reads a raw row."""
        reserved = RESERVED[self.operation]
        if self.is_system and self.operation == "create":
            reserved = reserved | {"id"}
        return coercion(self.shared.object, self.writable, reserved)

    @cached_property
    def scope(self) -> Scope:
        """Return the rows the operation may touch."""
        operation = "create" if self.operation == "restore" else self.operation
        return self.access.scope(operation, reach=self.reach)

    @cached_property
    def current(self) -> CurrentRows:
        """Return how the stored rows are read before a change."""
        return CurrentRows(self)

    @cached_property
    def export(self) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """Return the function from draft values to the record as its writer may read it."""
        readable = self.access.readable
        return exporter([each for each in self.shared.columns if each[0] in readable])

    @cached_property
    def reads_formulas(self) -> bool:
        """Tell whether the record as its writer reads it has more than what is stored."""
        fields = self.shared.object.fields
        return any(fields[name].column is None for name in self.access.readable)


class CurrentRows:
    """The statement that reads, and on PostgreSQL locks, the rows a write is about.

    Invisible rows are not found; each visible one tells whether it may be changed.
    """

    def __init__(self, plan: WritePlan) -> None:
        shared = plan.shared
        outputs = tuple((name,) for name in shared.names)
        seen = plan.access.scope("read", reach=plan.reach)

        def reading(find: Any) -> Reading:
            return Reading(
                shared.snapshot,
                shared.dialect,
                shared.object,
                outputs,
                scope=seen,
                find=find,
                flags=(plan.scope,),
                locks=True,
                removes=plan.operation == "delete",
            )

        one = build(reading("one"))
        self.one = one.statement
        self.some = build(reading("some")).statement
        self._read = reader(one.outputs, purpose="draft", dialect=shared.dialect, skip=one.lead)

    def fetch(self, work: Work, ids: list[str]) -> dict[str, tuple[bool, Row]]:
        """Return by id the visible rows, and whether each may be changed."""
        if len(ids) == 1:
            rows = work.connection.fetch(self.one, {**work.reader, "id": ids[0]})
        else:
            rows = work.connection.fetch(self.some, {**work.reader, "ids": ids})
        read = self._read
        return {
            row["id"]: (bool(flag), row) for flag, row in ((each[0], read(each)) for each in rows)
        }


def object_plan(snapshot: Snapshot, model: ObjectModel, dialect: str) -> ObjectPlan:
    """Return the plan of an object that does not depend on the caller."""
    return snapshot.plan(
        ("write", model.name, dialect), lambda: ObjectPlan(snapshot, model, dialect)
    )


def write_plan(
    work: Work, model: ObjectModel, operation: WriteOperation, *, has_capability: bool
) -> WritePlan:
    """Return the plan of one kind of write for the caller."""
    context, snapshot = work.context, work.snapshot
    permissions = Permissions.of(context, snapshot)
    reach = reach_of(context)
    key = ("write", model.name, operation, permissions.key, reach, has_capability, work.dialect)
    return snapshot.plan(
        key,
        lambda: WritePlan(
            object_plan(snapshot, model, work.dialect),
            operation,
            permissions,
            reach=reach,
            has_capability=has_capability,
        ),
    )


def _is_counted(field: FieldModel) -> bool:
    return field.definition.pattern is not None


def _writable(
    model: ObjectModel, access: ObjectAccess, is_system: bool, has_capability: bool
) -> frozenset[str]:
    """Return the fields whose values are taken from a row.

    System mode may also set who wrote a record and when, and its numbers, as importers must.
    """
    writable = set(access.writable)
    if is_system:
        writable.update(name for name in (*HISTORY, SETTING_KEY) if name in model.fields)
        writable.update(name for name, field in model.fields.items() if _is_counted(field))
    if has_capability:
        writable.update(
            name for name, field in model.fields.items() if field.written_by == "capability"
        )
    return frozenset(writable)
