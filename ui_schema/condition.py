"""Conditions of a page, collected once and named by what they say."""

from __future__ import annotations

import hashlib

import formula
from metadata import GLOBALS, ORGANIZATION, SETUP, ObjectModel
from ui_schema.component import Condition, When
from ui_schema.definition import LayoutFieldDef
from ui_schema.path import walk_path
from ui_schema.viewer import Viewer


class Conditions:
    """The conditions met while a page is put together.

    The administrator's formula reads in system mode; but a tree the caller's browser evaluates
    needs the caller's data, so a condition on something unreadable is left out and the field
    stays as it is without one. Required-ness is enforced by rules on the server in any case.
    """

    def __init__(self, viewer: Viewer, model: ObjectModel) -> None:
        self._viewer = viewer
        self._model = model
        self.found: dict[str, Condition] = {}

    @property
    def reads(self) -> tuple[str, ...]:
        """Return every path the conditions read, in order."""
        return tuple(sorted({path for each in self.found.values() for path in each.reads}))

    def when(self, place: LayoutFieldDef) -> When | None:
        """Return the conditions of a field's place on the layout."""
        visible, required = self._add(place.visible), self._add(place.required_when)
        return When(visible=visible, required=required) if visible or required else None

    def _add(self, source: str | None) -> str | None:
        if source is None:
            return None
        compiled = self._viewer.snapshot.plan(
            ("ui.condition", self._model.name, source), lambda: self._compile(source)
        )
        if not all(self._readable(path) for path in compiled.reads):
            return None
        if not all(readable_global(self._viewer, path) for path in compiled.globals_read):
            return None
        name = "c" + hashlib.sha256(source.encode()).hexdigest()[:10]
        reads = tuple(sorted(".".join(path) for path in compiled.reads))
        self.found[name] = Condition(
            tree=formula.tree_json(compiled),
            reads=reads,
            globals=tuple(sorted(".".join(path) for path in compiled.globals_read)),
        )
        return name

    def _compile(self, source: str) -> formula.Formula:
        environment = self._viewer.snapshot.environment(self._model.name)
        return formula.compile(source, environment, result=formula.Kind.BOOLEAN)

    def _readable(self, path: tuple[str, ...]) -> bool:
        return readable_path(self._viewer, self._model.name, ".".join(path))


def readable_global(viewer: Viewer, path: tuple[str, ...]) -> bool:
    """Tell whether the caller may read a global: the organisation and settings are read like
    records, everything else is about himself or everybody's."""
    scope, *rest = path
    if scope == SETUP:
        return readable_path(viewer, rest[0], ".".join(rest[1:]))
    return scope != ORGANIZATION or readable_path(viewer, GLOBALS[scope], ".".join(rest))


def readable_path(viewer: Viewer, object_name: str, path: str) -> bool:
    """Tell whether the caller may read everything along a path."""
    return walk_path(viewer.snapshot, object_name, path, viewer.sees) is not None
