"""The detail page: highlights, sections, related lists and the place of the approvals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metadata import ObjectModel, RecordTypeDef, Snapshot
from paas.kernel import CallContext
from ui_schema.component import (
    Action,
    ApprovalPanelComponent,
    DetailRoot,
    FieldComponent,
    HighlightsComponent,
    Page,
    RelatedListComponent,
)
from ui_schema.condition import Conditions
from ui_schema.definition import PageLayoutDef, RelatedListDef
from ui_schema.field import column_component, field_component, object_ref
from ui_schema.form import Sections, shown_paths
from ui_schema.layout import layout_of
from ui_schema.list_page import column_paths
from ui_schema.page import kept, record_type_labels, record_type_of
from ui_schema.path import walk_path
from ui_schema.viewer import Access, Viewer

EDIT = {"zh-CN": "编辑", "en-US": "Edit"}
DELETE = {"zh-CN": "删除", "en-US": "Delete"}
SUBMIT = {"zh-CN": "提交审批", "en-US": "Submit for approval"}
STATUS_FIELDS = ("approvalStatus", "lockStatus", "entityType")
"""Shown as badges beside the title, whatever the layout says."""


def resolve_detail(
    snapshot: Snapshot,
    context: CallContext,
    access: Access,
    object_name: str,
    *,
    record_type: str | None = None,
    can_submit: bool = False,
) -> dict[str, Any]:
    """Return the detail page of an object for the caller, as JSON values.

    `can_submit` says that an approval flow is active for the object; who knows flows says so.
    """
    viewer = Viewer.of(snapshot, context, access)
    model = snapshot.object(object_name)
    access.require_object(model, "read")
    chosen = record_type_of(model, record_type)
    key = ("detail", model.name, chosen.name if chosen else None, can_submit)
    return kept(viewer, key, lambda: _build(viewer, model, chosen, can_submit))


def _build(
    viewer: Viewer, model: ObjectModel, record_type: RecordTypeDef | None, can_submit: bool
) -> Page:
    layout, name = layout_of(
        viewer.snapshot, model, record_type.name if record_type else None, viewer.role
    )
    conditions = Conditions(viewer, model)
    sections = tuple(Sections(viewer, model, record_type, conditions, "show").build(layout))
    highlights = HighlightsComponent(children=tuple(_highlights(viewer, model, layout)))
    approval = (ApprovalPanelComponent(),) if can_submit else ()
    related = tuple(_related(viewer, layout))
    chosen, choices = record_type_labels(viewer, model, record_type)
    return Page(
        page="detail",
        object=object_ref(viewer, model),
        language=viewer.language,
        layout=name,
        record_type=chosen,
        record_types=choices,
        fields=_paths(viewer, model, highlights, shown_paths(sections, conditions)),
        root=DetailRoot(children=(highlights, *sections, *approval, *related)),
        actions=tuple(_actions(viewer, model, can_submit)),
        conditions=conditions.found,
    )


def _highlights(
    viewer: Viewer, model: ObjectModel, layout: PageLayoutDef
) -> Iterator[FieldComponent]:
    readable = viewer.access.readable_fields(model)
    named = [name for name in layout.highlights if name not in STATUS_FIELDS]
    for name in (*named, *STATUS_FIELDS):
        field = model.field(name)
        if field is not None and field.name in readable:
            yield field_component(viewer, field)


def _related(viewer: Viewer, layout: PageLayoutDef) -> Iterator[RelatedListComponent]:
    for related in layout.related:
        if viewer.sees(related.object, related.field):
            yield _related_list(viewer, related)


def _related_list(viewer: Viewer, related: RelatedListDef) -> RelatedListComponent:
    model = viewer.snapshot.object(related.object)
    wanted = related.columns or (model.name_field, "ownerId", "createdAt")
    paths = (walk_path(viewer.snapshot, model.name, each, viewer.sees) for each in wanted)
    columns = tuple(column_component(viewer, model, each) for each in paths if each)
    label = object_ref(viewer, model)
    may_set = viewer.edits(model, related.field)
    return RelatedListComponent(
        id=f"related:{model.name}.{related.field}",
        object=label,
        label=viewer.text(related.label, label.plural_label),
        field=related.field,
        sort=related.sort or ("-createdAt",),
        fields=column_paths(columns),
        can_create=may_set and viewer.access.may(model, "create"),
        children=columns,
    )


def _actions(viewer: Viewer, model: ObjectModel, can_submit: bool) -> Iterator[Action]:
    unlocks = viewer.access.may(model, "modify_all")
    if viewer.access.may(model, "update"):
        yield Action(id="edit", type="edit", label=viewer.text(EDIT, ""), when_locked=unlocks)
    if can_submit:
        yield Action(id="submit", type="submit", label=viewer.text(SUBMIT, ""), when_locked=False)
    if viewer.access.may(model, "delete"):
        label = viewer.text(DELETE, "")
        yield Action(id="delete", type="delete", label=label, when_locked=unlocks)


def _paths(
    viewer: Viewer, model: ObjectModel, highlights: HighlightsComponent, shown: tuple[str, ...]
) -> tuple[str, ...]:
    paths = [*shown]
    if model.name_field in viewer.access.readable_fields(model):
        paths.append(model.name_field)
    for field in highlights.children:
        paths.append(field.name)
        if field.display_path:
            paths.append(field.display_path)
    return tuple(dict.fromkeys(paths))
