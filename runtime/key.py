"""Records found by a unique field: whom an upsert changes, whom a reference by key means.

Values go through the field's own coercion, and what is found is what the caller may see: one
query for a field however many values. The same field's unique constraint refuses what slips
through between the look-up and the write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metadata import FieldModel, ObjectModel, Refusal, Snapshot
from paas.db import Connection, Statement
from paas.kernel import CallContext, Violation, is_uuid
from runtime.access import Permissions, reach_of, reader_key
from runtime.coerce import pointer_to
from runtime.draft import Draft
from runtime.plan import WritePlan
from runtime.problem import (
    KEY_NOT_ONE,
    KEY_NOT_UNIQUE,
    KEY_UNKNOWN,
    REFERENCE_AMBIGUOUS,
    REFERENCE_NOT_FOUND,
    QueryInvalid,
)
from runtime.sql.codec import encoding_of, store_value
from runtime.sql.predicate import reader_parameters
from runtime.sql.related import keyed_statement
from runtime.work import Work


@dataclass(frozen=True, slots=True)
class Keyed:
    """A reference that a row gives by a unique field of its target, or by its name if only one
    record has it: `{field: value}`."""

    draft: Draft
    reference: str
    key: Mapping[str, Any]


def is_key(field: FieldModel) -> bool:
    """Tell whether a value of the field means at most one record."""
    return field.column is not None and (field.definition.unique or field.name == "id")


def match_field(
    snapshot: Snapshot, context: CallContext, model: ObjectModel, name: str | None
) -> FieldModel:
    """Return the field rows are matched by; raises `QueryInvalid` unless it is a readable key."""
    field = model.field(name or "id")
    access = Permissions.of(context, snapshot).on(model)
    if field is None or not access.read or field.name not in access.readable:
        unknown = KEY_UNKNOWN.at("/match_by", object=model.label, name=(name or "")[:80])
        raise QueryInvalid(errors=[unknown])
    if not is_key(field):
        raise QueryInvalid(errors=[KEY_NOT_UNIQUE.at("/match_by", label=field.label)])
    return field


def ids_by_key(
    connection: Connection,
    snapshot: Snapshot,
    context: CallContext,
    field: FieldModel,
    values: Iterable[Any],
) -> dict[Any, str]:
    """Return by value the ids of the records the caller sees that have one of `values`.

    Values are draft values of `field`; those without a record are left out.
    """
    return dict(_pairs(connection, snapshot, context, field, values))


def _pairs(
    connection: Connection,
    snapshot: Snapshot,
    context: CallContext,
    field: FieldModel,
    values: Iterable[Any],
) -> list[tuple[Any, str]]:
    dialect = connection.dialect
    encoding = encoding_of(field)
    if field.name == "id":
        values = filter(is_uuid, values)  # no other text is anybody's id
    stored = {store_value(value, encoding, dialect): value for value in values}
    if not stored:
        return []
    statement = _statement(snapshot, context, snapshot.object(field.object), field.name, dialect)
    rows = connection.fetch(statement, {**reader_parameters(context), "keys": list(stored)})
    return [(stored[key], record_id) for key, record_id in rows]


def _statement(
    snapshot: Snapshot, context: CallContext, model: ObjectModel, key: str, dialect: str
) -> Statement:
    def make() -> Statement:
        permissions = Permissions.of(context, snapshot)
        scope = permissions.on(model).scope("read", reach=reach_of(context))
        return keyed_statement(snapshot, model, key, scope, dialect)

    return snapshot.plan(("keyed", model.name, key, reader_key(context), dialect), make)


# ---------------------------------------------------------------- references by key


def resolve_keyed(plan: WritePlan, keyed: Sequence[Keyed], work: Work) -> None:
    """Put the ids of the records meant into the drafts; refuse what means none."""
    wanted: dict[tuple[str, str], list[tuple[Keyed, Any]]] = {}
    for each in keyed:
        target = work.snapshot.object(plan.shared.object.fields[each.reference].target or "")
        found = _read(plan.permissions, target, each)
        if isinstance(found, Violation):
            each.draft.refuse(found, field=each.reference)
            continue
        field, value = found
        wanted.setdefault((target.name, field.name), []).append((each, value))
    for (target_name, key), asked in wanted.items():
        field = work.snapshot.object(target_name).fields[key]
        wanted_values = {value for _each, value in asked}
        pairs = _pairs(work.connection, work.snapshot, work.context, field, wanted_values)
        ids, counts = dict(pairs), Counter(value for value, _id in pairs)
        for each, value in asked:
            if counts[value] == 1:
                each.draft.given[each.reference] = ids[value]
                continue
            finding = REFERENCE_AMBIGUOUS if counts[value] else REFERENCE_NOT_FOUND
            label = plan.shared.object.fields[each.reference].label
            each.draft.refuse(
                finding.at(pointer_to(each.reference), label=label), field=each.reference
            )


def _read(
    permissions: Permissions, target: ObjectModel, keyed: Keyed
) -> tuple[FieldModel, Any] | Violation:
    """Return the field and the coerced value a key consists of, or what is wrong with it."""
    pointer = pointer_to(keyed.reference)
    if len(keyed.key) != 1:
        return KEY_NOT_ONE.at(pointer)
    ((name, raw),) = keyed.key.items()
    field = target.field(name)
    access = permissions.on(target)
    if field is None or not access.read or field.name not in access.readable:
        return KEY_UNKNOWN.at(pointer, object=target.label, name=name[:80])
    if not is_key(field) and (field.column is None or field.name != target.definition.name_field):
        return KEY_NOT_UNIQUE.at(pointer, label=field.label)
    value = field.coerce(raw) if raw is not None and field.name != "id" else raw
    if isinstance(value, Refusal):
        return value.finding.at(pointer + pointer_to(field.name), **value.params)
    if value is None or (field.name == "id" and not isinstance(value, str)):
        return KEY_NOT_ONE.at(pointer)
    return field, value
