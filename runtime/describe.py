"""Describing objects to apps: labels, types and flags, as one caller may know them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata import FieldModel, ObjectDef, ObjectModel, RecordTypeDef, Snapshot
from paas.kernel import CallContext, pick
from runtime.access import ObjectAccess, Permissions


def describe_all(snapshot: Snapshot, context: CallContext) -> dict[str, Any]:
    """Return every object the caller may read or create, in order."""
    permissions = Permissions.of(context, snapshot)
    models = (snapshot.object(each.name) for each in snapshot.definitions(ObjectDef))
    return {
        "objects": [
            _head(model, permissions.on(model), context)
            for model in models
            if permissions.may(model, "read") or permissions.may(model, "create")
        ]
    }


def describe(snapshot: Snapshot, context: CallContext, name: str) -> dict[str, Any]:
    """Return an object with the fields the caller may read; raises `AccessDenied`."""
    model = snapshot.object(name)
    access = Permissions.of(context, snapshot).on(model)
    if not access.may("create"):
        access.check("read")
    return {
        **_head(model, access, context),
        "fields": [
            _field(field, access, context)
            for field in model.fields.values()
            if field.name in access.readable or field.name in access.writable
        ],
        "recordTypes": [_record_type(each, model, context) for each in model.record_types],
        "defaultRecordType": model.default_record_type,
    }


def _head(model: ObjectModel, access: ObjectAccess, context: CallContext) -> dict[str, Any]:
    definition = model.definition
    label = pick(model.label, context.language)
    return {
        "name": model.name,
        "label": label,
        "pluralLabel": pick(definition.plural_label, context.language) or label,
        "nameField": model.name_field,
        "icon": definition.icon,
        "owned": definition.owned,
        "readable": access.read,
        "createable": access.create,
        "updateable": access.update,
        "deletable": access.delete,
        "voidable": definition.voidable and access.void,
    }


def _field(field: FieldModel, access: ObjectAccess, context: CallContext) -> dict[str, Any]:
    definition = field.definition
    is_readable = field.name in access.readable
    is_writable = field.name in access.writable
    told = {
        "length": definition.length,
        "precision": definition.precision,
        "scale": definition.scale,
        "to": field.target,
        "resultType": definition.result,
        "default": definition.default,
        "help": pick(definition.help, context.language) or None,
    }
    described: dict[str, Any] = {
        "name": field.name,
        "label": pick(field.label, context.language),
        "type": field.type.name,
        "control": field.type.control,
        "required": field.required,
        "unique": definition.unique,
        "readable": is_readable,
        "createable": is_writable and access.create,
        "updateable": is_writable and access.update,
        "filterable": is_readable,
        "sortable": is_readable and field.type.traits.sortable,
        **{key: value for key, value in told.items() if value is not None},
    }
    if field.values:
        described["values"] = [
            {
                "value": each.value,
                "label": pick(each.label, context.language) or each.value,
                "color": each.color,
                "active": each.active,
                "default": each.default,
            }
            for each in field.values
        ]
    return described


def _record_type(
    definition: RecordTypeDef, model: ObjectModel, context: CallContext
) -> Mapping[str, Any]:
    return {
        "name": definition.name,
        "label": pick(definition.label, context.language) or definition.name,
        "active": definition.active,
        "default": definition.name == model.default_record_type,
        "picklists": {name: list(values) for name, values in definition.picklists.items()},
    }
