"""Whether layouts, list views and apps fit the objects they speak of.

Run by metadata at publish, on the snapshot that would hold afterwards. Everything wrong is
reported at once; nothing here depends on who will look at the screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from metadata import ObjectModel, RecordTypeDef, RoleDef, Snapshot
from paas.kernel import Finding, Violation
from ui_schema.definition import AppDef, ListViewDef, PageLayoutDef, RelatedListDef
from ui_schema.path import walk_path

FIELD_UNKNOWN = Finding(
    "layout.field_unknown",
    "对象“{object}”没有字段“{name}”。",
    "The object “{object}” has no field “{name}”.",
)
OBJECT_UNKNOWN = Finding(
    "layout.object_unknown",
    "没有名为“{name}”的对象。",
    "There is no object named “{name}”.",
)
FIELD_TWICE = Finding(
    "layout.field_twice",
    "字段“{name}”在布局中出现了多次。",
    "The field “{name}” stands on the layout more than once.",
)
SECTION_TWICE = Finding(
    "layout.section_twice",
    "分组名“{name}”重复。",
    "Two sections are named “{name}”.",
)
NOT_RELATED = Finding(
    "layout.not_related",
    "“{object}.{name}”不是指向“{target}”的关联字段。",
    "“{object}.{name}” is not a lookup to “{target}”.",
)
RECORD_TYPE_UNKNOWN = Finding(
    "layout.record_type_unknown",
    "对象“{object}”没有业务类型“{name}”。",
    "The object “{object}” has no record type “{name}”.",
)
ROLE_UNKNOWN = Finding(
    "layout.role_unknown",
    "没有名为“{name}”的职能。",
    "There is no role named “{name}”.",
)
ASSIGNMENT_TAKEN = Finding(
    "layout.assignment_taken",
    "布局“{other}”已分配给相同的业务类型和职能。",
    "The layout “{other}” is already assigned to the same record type and role.",
)
TAB_TWICE = Finding(
    "app.tab_twice",
    "对象“{name}”在导航中出现了多次。",
    "The object “{name}” stands in the navigation more than once.",
)
DEFAULT_TWICE = Finding(
    "list_view.default_twice",
    "视图“{other}”已是该对象的默认视图。",
    "The view “{other}” is already the default of its object.",
)


def check_layout(layout: PageLayoutDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield everything wrong with a page layout."""
    if snapshot.find("object", layout.object) is None:
        yield OBJECT_UNKNOWN.at("/object", name=layout.object)
        return
    model = snapshot.object(layout.object)
    yield from _fields(model, layout.highlights, "/highlights")
    yield from _sections(layout, model)
    for index, related in enumerate(layout.related):
        yield from _related(related, model, snapshot, f"/related/{index}")
    yield from _assignments(layout, snapshot)


def check_list_view(view: ListViewDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield everything wrong with a list view."""
    if snapshot.find("object", view.object) is None:
        yield OBJECT_UNKNOWN.at("/object", name=view.object)
        return
    model = snapshot.object(view.object)
    yield from _paths(snapshot, model, view.columns, "/columns")
    yield from _paths(snapshot, model, [key.lstrip("-") for key in view.sort], "/sort")
    for other in snapshot.definitions(ListViewDef, parent=view.object):
        if view.default and other.default and other.uid != view.uid:
            yield DEFAULT_TWICE.at("/default", other=other.name)


def check_app(app: AppDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield everything wrong with an app."""
    seen = Counter(tab.object.casefold() for tab in app.tabs)
    for index, tab in enumerate(app.tabs):
        if snapshot.find("object", tab.object) is None:
            yield OBJECT_UNKNOWN.at(f"/tabs/{index}/object", name=tab.object)
        elif seen[tab.object.casefold()] > 1:
            yield TAB_TWICE.at(f"/tabs/{index}/object", name=tab.object)


def _fields(model: ObjectModel, names: Iterable[str], pointer: str) -> Iterator[Violation]:
    for index, name in enumerate(names):
        if model.field(name) is None:
            yield FIELD_UNKNOWN.at(f"{pointer}/{index}", object=model.name, name=name)


def _paths(
    snapshot: Snapshot, model: ObjectModel, paths: Iterable[str], pointer: str
) -> Iterator[Violation]:
    for index, path in enumerate(paths):
        if walk_path(snapshot, model.name, path) is None:
            yield FIELD_UNKNOWN.at(f"{pointer}/{index}", object=model.name, name=path)


def _sections(layout: PageLayoutDef, model: ObjectModel) -> Iterator[Violation]:
    names = Counter(section.name.casefold() for section in layout.sections)
    placed = Counter(field.field.casefold() for each in layout.sections for field in each.fields)
    for index, section in enumerate(layout.sections):
        if names[section.name.casefold()] > 1:
            yield SECTION_TWICE.at(f"/sections/{index}/name", name=section.name)
        for place, field in enumerate(section.fields):
            pointer = f"/sections/{index}/fields/{place}"
            if model.field(field.field) is None:
                yield FIELD_UNKNOWN.at(pointer, object=model.name, name=field.field)
            elif placed[field.field.casefold()] > 1:
                yield FIELD_TWICE.at(pointer, name=field.field)


def _related(
    related: RelatedListDef, model: ObjectModel, snapshot: Snapshot, pointer: str
) -> Iterator[Violation]:
    if snapshot.find("object", related.object) is None:
        yield OBJECT_UNKNOWN.at(f"{pointer}/object", name=related.object)
        return
    other = snapshot.object(related.object)
    field = other.field(related.field)
    if field is None or (field.target or "").casefold() != model.name.casefold():
        yield NOT_RELATED.at(
            f"{pointer}/field", object=other.name, name=related.field, target=model.name
        )
    yield from _paths(snapshot, other, related.columns, f"{pointer}/columns")
    yield from _paths(snapshot, other, [key.lstrip("-") for key in related.sort], f"{pointer}/sort")


def _assignments(layout: PageLayoutDef, snapshot: Snapshot) -> Iterator[Violation]:
    record_types = snapshot.definitions(RecordTypeDef, parent=layout.object)
    types = {each.name.casefold() for each in record_types}
    roles = {each.name.casefold() for each in snapshot.definitions(RoleDef)}
    taken = {
        _place(assignment.record_type, assignment.role): other.name
        for other in snapshot.definitions(PageLayoutDef, parent=layout.object)
        if other.uid != layout.uid
        for assignment in other.assignments
    }
    for index, assignment in enumerate(layout.assignments):
        pointer = f"/assignments/{index}"
        wanted, role = assignment.record_type, assignment.role
        if wanted is not None and wanted.casefold() not in types:
            yield RECORD_TYPE_UNKNOWN.at(
                f"{pointer}/record_type", object=layout.object, name=wanted
            )
        if role is not None and role.casefold() not in roles:
            yield ROLE_UNKNOWN.at(f"{pointer}/role", name=role)
        place = _place(wanted, role)
        if place in taken:
            yield ASSIGNMENT_TAKEN.at(pointer, other=taken[place])
        taken[place] = layout.name


def _place(record_type: str | None, role: str | None) -> tuple[str, str]:
    return (record_type or "").casefold(), (role or "").casefold()
