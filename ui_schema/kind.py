"""The kinds of this package as metadata takes them: checks, references, formulas, renames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import formula
from metadata import DefinitionKind, FormulaUse, Reference, Rename
from ui_schema.check import check_app, check_layout, check_list_view
from ui_schema.definition import AppDef, ListViewDef, PageLayoutDef


def layout_references(layout: PageLayoutDef) -> Iterator[Reference]:
    """Yield what a layout needs to exist."""
    for name in layout.highlights:
        yield "field", layout.object, name
    for section in layout.sections:
        for field in section.fields:
            yield "field", layout.object, field.field
    for related in layout.related:
        yield "field", related.object, related.field
        for path in related.columns:
            yield "field", related.object, path.split(".")[0]
    for assignment in layout.assignments:
        if assignment.record_type is not None:
            yield "record_type", layout.object, assignment.record_type
        if assignment.role is not None:
            yield "role", None, assignment.role


def layout_formulas(layout: PageLayoutDef) -> Iterator[FormulaUse]:
    """Yield the conditions on a layout."""
    for index, section in enumerate(layout.sections):
        for place, field in enumerate(section.fields):
            pointer = f"/sections/{index}/fields/{place}"
            for key in ("visible", "required_when"):
                source = getattr(field, key)
                if source is not None:
                    yield _condition(f"{pointer}/{key}", source, layout.object)


def list_view_references(view: ListViewDef) -> Iterator[Reference]:
    """Yield what a list view needs to exist; fields of other objects are found by the check."""
    for path in (*view.columns, *view.sort):
        yield "field", view.object, path.lstrip("-").split(".")[0]


def list_view_formulas(view: ListViewDef) -> Iterator[FormulaUse]:
    """Yield the filter of a list view."""
    if view.filter is not None:
        yield replace(_condition("/filter", view.filter, view.object), in_sql=True)


def app_references(app: AppDef) -> Iterator[Reference]:
    """Yield what an app needs to exist."""
    for tab in app.tabs:
        yield "object", None, tab.object


def layout_renamed(layout: PageLayoutDef, rename: Rename) -> PageLayoutDef:
    """Return the layout after something it names was renamed."""
    document = layout.model_dump()
    if _is_field(rename, layout.object):
        document["highlights"] = _each(layout.highlights, _swap(rename))
        for section in document["sections"]:
            for field in section["fields"]:
                field["field"] = _swap(rename)(field["field"])
    for related in document["related"]:
        if _is_field(rename, related["object"]):
            related["field"] = _swap(rename)(related["field"])
            related["columns"] = _each(related["columns"], _first(rename))
            related["sort"] = _each(related["sort"], _first(rename))
        if rename.kind == "object":
            related["object"] = _swap(rename)(related["object"])
    for assignment in document["assignments"]:
        if (rename.kind, rename.object) == ("record_type", layout.object):
            assignment["record_type"] = _swap(rename)(assignment["record_type"])
        if rename.kind == "role":
            assignment["role"] = _swap(rename)(assignment["role"])
    return PageLayoutDef.model_validate(document)


def list_view_renamed(view: ListViewDef, rename: Rename) -> ListViewDef:
    """Return the view after a field of its object was renamed."""
    if not _is_field(rename, view.object):
        return view
    first = _first(rename)
    changed = {"columns": _each(view.columns, first), "sort": _each(view.sort, first)}
    return view.model_copy(update=changed)


def app_renamed(app: AppDef, rename: Rename) -> AppDef:
    """Return the app after an object was renamed."""
    if rename.kind != "object":
        return app
    swap = _swap(rename)
    tabs = tuple(tab.model_copy(update={"object": swap(tab.object)}) for tab in app.tabs)
    return app.model_copy(update={"tabs": tabs})


def _condition(pointer: str, source: str, object_name: str) -> FormulaUse:
    return FormulaUse(pointer, source, object_name, result=formula.Kind.BOOLEAN)


def _is_field(rename: Rename, object_name: str) -> bool:
    if rename.kind != "field" or rename.object is None:
        return False
    return rename.object.casefold() == object_name.casefold()


def _swap(rename: Rename) -> Callable[[Any], Any]:
    """Return a function that replaces the old name, leaving everything else."""
    old = rename.old.casefold()
    return lambda name: rename.new if name is not None and name.casefold() == old else name


def _first(rename: Rename) -> Callable[[str], str]:
    """Return a function that replaces the first step of a path or sort key."""
    swap = _swap(rename)

    def change(path: str) -> str:
        sign, bare = ("-", path[1:]) if path.startswith("-") else ("", path)
        head, dot, rest = bare.partition(".")
        return f"{sign}{swap(head)}{dot}{rest}"

    return change


def _each(names: tuple[str, ...], change: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(change(name) for name in names)


KINDS = (
    DefinitionKind(
        PageLayoutDef,
        folder="layouts",
        check=check_layout,
        references=layout_references,
        formulas=layout_formulas,
        renamed=layout_renamed,
    ),
    DefinitionKind(
        ListViewDef,
        folder="list_views",
        check=check_list_view,
        references=list_view_references,
        formulas=list_view_formulas,
        renamed=list_view_renamed,
    ),
    DefinitionKind(
        AppDef,
        folder="apps",
        check=check_app,
        references=app_references,
        renamed=app_renamed,
    ),
)
