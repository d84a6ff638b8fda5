"""The list page: one view of an object's records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import formula
from metadata import DefinitionUnknown, FieldModel, ObjectModel, Snapshot
from paas.kernel import CallContext
from ui_schema.component import (
    Action,
    ColumnComponent,
    FieldComponent,
    ListRoot,
    NamedLabel,
    Page,
)
from ui_schema.condition import readable_path
from ui_schema.definition import ListViewDef
from ui_schema.field import column_component, field_component, object_ref
from ui_schema.page import kept, record_type_labels
from ui_schema.path import walk_path
from ui_schema.viewer import Access, Viewer

ALL = {"zh-CN": "全部", "en-US": "All"}
NEW = {"zh-CN": "新建", "en-US": "New"}
GENERATED_VIEW = "all"
GENERATED_COLUMNS = 6
UNFILTERABLE = frozenset({"id", "version"})


def resolve_list(
    snapshot: Snapshot,
    context: CallContext,
    access: Access,
    object_name: str,
    *,
    view: str | None = None,
) -> dict[str, Any]:
    """Return the list page under the view called `view`, else the default one.

    Raises `DefinitionUnknown` for a view that does not exist for the caller.
    """
    viewer = Viewer.of(snapshot, context, access)
    model = snapshot.object(object_name)
    access.require_object(model, "read")
    views = _views(viewer, model)
    chosen = _choose(views, view)
    return kept(
        viewer, ("list", model.name, chosen.name), lambda: _build(viewer, model, views, chosen)
    )


def column_paths(columns: Iterable[ColumnComponent]) -> tuple[str, ...]:
    """Return the paths to read so that the columns can be shown."""
    paths = ["id"]
    for column in columns:
        paths.append(column.path)
        if column.display_path:
            paths.append(column.display_path)
    return tuple(dict.fromkeys(paths))


def _views(viewer: Viewer, model: ObjectModel) -> tuple[ListViewDef, ...]:
    defined = viewer.snapshot.definitions(ListViewDef, parent=model.name)
    views = tuple(view for view in defined if _is_usable(viewer, model, view))
    return views or (_generated(viewer, model),)


def _is_usable(viewer: Viewer, model: ObjectModel, view: ListViewDef) -> bool:
    """Tell whether the caller may read all that the view's filter reads.

    Filters run as the caller, so a view on something unreadable could only fail.
    """
    if view.scope == "mine" and not viewer.sees(model.name, "ownerId"):
        return False
    if view.filter is None:
        return True
    source = view.filter
    environment = viewer.snapshot.environment(model.name)
    compiled = viewer.snapshot.plan(
        ("ui.condition", model.name, source),
        lambda: formula.compile(source, environment, result=formula.Kind.BOOLEAN),
    )
    return all(readable_path(viewer, model.name, ".".join(path)) for path in compiled.reads)


def _generated(viewer: Viewer, model: ObjectModel) -> ListViewDef:
    readable = viewer.access.readable_fields(model)
    own = [
        name
        for name, field in model.fields.items()
        if name in readable and not field.definition.protected and field.type.traits.listed
    ]
    first = [model.name_field] if model.name_field in readable else []
    rest = [name for name in own if name != model.name_field][: GENERATED_COLUMNS - 1]
    ending = [name for name in ("ownerId", "updatedAt") if name in readable]
    columns = tuple(dict.fromkeys([*first, *rest, *ending])) or ("id",)
    sort = ("-createdAt",) if "createdAt" in readable else ()
    return ListViewDef(
        name=GENERATED_VIEW, object=model.name, label=ALL, columns=columns, sort=sort
    )


def _choose(views: tuple[ListViewDef, ...], name: str | None) -> ListViewDef:
    if name:
        wanted = next((each for each in views if each.name.casefold() == name.casefold()), None)
        if wanted is None:
            raise DefinitionUnknown(kind="list_view", name=name)
        return wanted
    return next((each for each in views if each.default), views[0])


def _build(
    viewer: Viewer, model: ObjectModel, views: tuple[ListViewDef, ...], view: ListViewDef
) -> Page:
    paths = (walk_path(viewer.snapshot, model.name, each, viewer.sees) for each in view.columns)
    columns = tuple(column_component(viewer, model, each) for each in paths if each)
    labels = {each.name: _label(viewer, each) for each in views}
    root = ListRoot(
        view=labels[view.name],
        views=tuple(labels.values()),
        filter=_filter(view),
        sort=tuple(key for key in view.sort if _may_sort(viewer, model, key)),
        children=columns,
        filter_fields=tuple(_filter_fields(viewer, model)),
    )
    return Page(
        page="list",
        object=object_ref(viewer, model),
        language=viewer.language,
        layout=None if view.name == GENERATED_VIEW and len(views) == 1 else view.name,
        record_types=record_type_labels(viewer, model, None)[1],
        fields=column_paths(columns),
        root=root,
        actions=tuple(_actions(viewer, model)),
    )


def _label(viewer: Viewer, view: ListViewDef) -> NamedLabel:
    return NamedLabel(name=view.name, label=viewer.text(view.label, view.name))


def _filter(view: ListViewDef) -> str | None:
    mine = "ownerId = $User.id" if view.scope == "mine" else None
    if view.filter and mine:
        return f"({view.filter}) && {mine}"
    return view.filter or mine


def _may_sort(viewer: Viewer, model: ObjectModel, key: str) -> bool:
    return readable_path(viewer, model.name, key.lstrip("-"))


def _filter_fields(viewer: Viewer, model: ObjectModel) -> Iterator[FieldComponent]:
    readable = viewer.access.readable_fields(model)
    for name, field in model.fields.items():
        if name in readable and _is_filterable(field):
            yield field_component(viewer, field)


def _is_filterable(field: FieldModel) -> bool:
    return field.name not in UNFILTERABLE and field.type.traits.listed


def _actions(viewer: Viewer, model: ObjectModel) -> Iterator[Action]:
    if viewer.access.may(model, "create"):
        yield Action(id="create", type="create", label=viewer.text(NEW, ""))
