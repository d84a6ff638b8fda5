"""Fields as components: control, constraints, options, and how a lookup is displayed."""

from __future__ import annotations

from collections.abc import Collection

from metadata import FieldModel, ObjectModel, RecordTypeDef
from ui_schema.component import (
    ColumnComponent,
    Constraints,
    FieldComponent,
    ObjectRef,
    Option,
    Target,
    When,
)
from ui_schema.path import Path, target_of
from ui_schema.viewer import Viewer

RECORD_TYPE = "record_type"
CHOSEN = frozenset({"picklist", "multi_picklist", RECORD_TYPE})


def object_ref(viewer: Viewer, model: ObjectModel) -> ObjectRef:
    """Return the object as pages name it."""
    label = viewer.text(model.label, model.name)
    return ObjectRef(
        name=model.name,
        label=label,
        plural_label=viewer.text(model.definition.plural_label, label),
        name_field=model.name_field,
        icon=model.definition.icon,
    )


def field_component(
    viewer: Viewer,
    field: FieldModel,
    *,
    record_type: RecordTypeDef | None = None,
    required: bool = False,
    read_only: bool = True,
    when: When | None = None,
    offered_only: bool = False,
) -> FieldComponent:
    """Return the component of one field.

    With `offered_only`, options are those a form may offer: active and allowed by the record
    type; otherwise every one, so that old values keep their label.
    """
    chosen = field.definition.default
    return FieldComponent(
        id=f"field:{field.name}",
        name=field.name,
        label=viewer.text(field.label, field.name),
        help=viewer.text(field.definition.help, "") or None,
        control=field.type.control,
        data_type=data_type(field),
        required=(required or field.required) and not read_only,
        read_only=read_only,
        default=None if read_only else chosen,
        constraints=constraints(field),
        options=options(viewer, field, record_type, offered_only=offered_only),
        target=target(viewer, field),
        display_path=display_path(viewer, field),
        when=when,
    )


def column_component(viewer: Viewer, model: ObjectModel, path: Path) -> ColumnComponent:
    """Return a column that shows the end of a path."""
    field = path.field
    prefix = ".".join(each.name for each in path.fields[:-1])
    shown = display_path(viewer, field)
    return ColumnComponent(
        id=f"column:{path.name}",
        path=path.name,
        label=_column_label(viewer, path),
        data_type=data_type(field),
        sortable=field.type.traits.sortable,
        is_name=path.name == model.name_field,
        constraints=constraints(field),
        options=options(viewer, field, None),
        target=target(viewer, field),
        display_path=f"{prefix}.{shown}" if shown and prefix else shown,
    )


def data_type(field: FieldModel) -> str:
    """Return the field's type as clients format it; a formula field has its result's."""
    return field.definition.result or field.type.name


def constraints(field: FieldModel) -> Constraints | None:
    """Return what a control can heed beforehand."""
    definition = field.definition
    if definition.length is None and definition.precision is None and definition.scale is None:
        return None
    return Constraints(
        max_length=definition.length, precision=definition.precision, scale=definition.scale
    )


def options(
    viewer: Viewer,
    field: FieldModel,
    record_type: RecordTypeDef | None,
    *,
    offered_only: bool = False,
) -> tuple[Option, ...] | None:
    """Return the choices of a picklist field; None for other fields."""
    if not field.values:
        return () if field.type.name in CHOSEN else None
    allowed: Collection[str] | None = None
    if record_type is not None and offered_only:
        allowed = record_type.picklists.get(field.name)
    return tuple(
        Option(
            value=each.value,
            label=viewer.text(each.label, each.value),
            color=each.color or None,
            default=True if each.default else None,
        )
        for each in field.values
        if not offered_only or (each.active and (allowed is None or each.value in allowed))
    )


def target(viewer: Viewer, field: FieldModel) -> Target | None:
    """Return where a lookup leads, if the caller may read there."""
    model = target_of(viewer.snapshot, field)
    if model is None or not viewer.sees_object(model.name):
        return None
    return Target(
        object=model.name,
        label=viewer.text(model.label, model.name),
        name_field=model.name_field,
    )


def display_path(viewer: Viewer, field: FieldModel) -> str | None:
    """Return the path to the name of the record a lookup points to, if it may be read."""
    model = target_of(viewer.snapshot, field)
    if model is None or not viewer.sees(model.name, model.name_field):
        return None
    return f"{field.name}.{model.name_field}"


def _column_label(viewer: Viewer, path: Path) -> str:
    """Name the steps of a path; the name of a record goes without saying."""
    steps = path.fields
    if len(steps) > 1:
        behind = target_of(viewer.snapshot, steps[-2])
        if behind is not None and behind.name_field == steps[-1].name:
            steps = steps[:-1]
    return " · ".join(viewer.text(each.label, each.name) for each in steps)
