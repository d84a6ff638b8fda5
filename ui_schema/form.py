"""The form page: sections of controls to create or edit a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from metadata import FieldModel, ObjectModel, RecordTypeDef, Snapshot
from paas.kernel import CallContext
from ui_schema.component import FieldComponent, FormRoot, Page, SectionComponent
from ui_schema.condition import Conditions
from ui_schema.definition import LayoutFieldDef, PageLayoutDef
from ui_schema.field import RECORD_TYPE, field_component, object_ref
from ui_schema.layout import layout_of
from ui_schema.page import kept, record_type_labels, record_type_of
from ui_schema.viewer import Access, Viewer

Mode = Literal["create", "edit"]


def resolve_form(
    snapshot: Snapshot,
    context: CallContext,
    access: Access,
    object_name: str,
    *,
    record_type: str | None = None,
    mode: Mode = "create",
) -> dict[str, Any]:
    """Return the form of an object for the caller, as JSON values."""
    viewer = Viewer.of(snapshot, context, access)
    model = snapshot.object(object_name)
    access.require_object(model, "create" if mode == "create" else "update")
    chosen = record_type_of(model, record_type)
    key = ("form", model.name, chosen.name if chosen else None, mode)
    return kept(viewer, key, lambda: _build(viewer, model, chosen, mode))


def _build(
    viewer: Viewer, model: ObjectModel, record_type: RecordTypeDef | None, mode: Mode
) -> Page:
    layout, name = layout_of(
        viewer.snapshot, model, record_type.name if record_type else None, viewer.role
    )
    conditions = Conditions(viewer, model)
    builder = Sections(viewer, model, record_type, conditions, mode)
    root = FormRoot(children=tuple(builder.build(layout)))
    chosen, choices = record_type_labels(viewer, model, record_type)
    return Page(
        page="form",
        object=object_ref(viewer, model),
        language=viewer.language,
        layout=name,
        record_type=chosen,
        record_types=choices,
        fields=shown_paths(root.children, conditions),
        root=root,
        conditions=conditions.found,
    )


@dataclass(frozen=True, slots=True)
class Sections:
    """Builds the sections of a layout as one caller gets them; empty ones are left out."""

    viewer: Viewer
    model: ObjectModel
    record_type: RecordTypeDef | None
    conditions: Conditions
    mode: Literal["create", "edit", "show"]

    def build(self, layout: PageLayoutDef) -> Iterator[SectionComponent]:
        """Yield the sections with at least one field the caller can see."""
        for section in layout.sections:
            fields = tuple(self._fields(section.fields))
            if fields:
                yield SectionComponent(
                    id=f"section:{section.name}",
                    name=section.name,
                    label=self.viewer.text(section.label, section.name),
                    columns=section.columns,
                    children=fields,
                )

    def _fields(self, places: tuple[LayoutFieldDef, ...]) -> Iterator[FieldComponent]:
        readable = self.viewer.access.readable_fields(self.model)
        for place in places:
            field = self.model.field(place.field)
            if field is None or field.name not in readable:
                continue
            read_only = place.readonly or self._is_read_only(field)
            if self.mode == "create" and read_only:
                continue  # nothing to show yet, nothing to enter
            yield field_component(
                self.viewer,
                field,
                record_type=self.record_type,
                required=place.required,
                read_only=read_only,
                when=self.conditions.when(place),
                offered_only=self.mode != "show",
            )

    def _is_read_only(self, field: FieldModel) -> bool:
        if self.mode == "show" or field.type.name == RECORD_TYPE:
            return True  # the record type is chosen before the form is asked for
        return not self.viewer.edits(self.model, field.name)


def shown_paths(sections: tuple[SectionComponent, ...], conditions: Conditions) -> tuple[str, ...]:
    """Return the paths to read so that the sections can be filled and conditions decided."""
    fields = [field for section in sections for field in section.children]
    paths = ["id", "version"]
    for field in fields:
        paths.append(field.name)
        if field.display_path:
            paths.append(field.display_path)
    return tuple(dict.fromkeys([*paths, *conditions.reads]))
