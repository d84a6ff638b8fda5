"""Paths of fields as readers name them: `accountName`, `ownerId.name`.

A path is resolved for one caller: every lookup on the way and the field at its end must be
readable, and the objects walked through too. Canonical names come out, whatever case came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import formula
from metadata import FieldModel, ObjectModel, Snapshot
from paas.kernel import Violation
from runtime.access import Permissions
from runtime.problem import (
    QUERY_FIELD_UNKNOWN,
    QUERY_FIELD_UNREADABLE,
    QUERY_NOT_A_LOOKUP,
    QUERY_TOO_LONG,
    QueryInvalid,
)

Path = tuple[str, ...]
ASKED = formula.function_table((*formula.BUILT_IN, *formula.HIERARCHY))
"""The functions of expressions that only databases evaluate."""
MAX_FIELDS = 500
MAX_STEPS = 10
SHOWN = 80


class Paths:
    """Resolves the paths one caller names, and collects what is wrong with them."""

    def __init__(self, snapshot: Snapshot, permissions: Permissions, model: ObjectModel) -> None:
        self._snapshot = snapshot
        self._permissions = permissions
        self._model = model
        self.violations: list[Violation] = []

    def resolve(self, text: str, pointer: str) -> tuple[Path, FieldModel] | None:
        """Return the canonical path and the field at its end; None notes a violation."""
        steps = text.strip().split(".")
        if len(steps) > MAX_STEPS:
            self.violations.append(QUERY_TOO_LONG.at(pointer, limit=MAX_STEPS))
            return None
        model, found = self._model, []
        field = self._field(model, steps[0], text, pointer)
        for step in steps[1:]:
            if field is None:
                return None
            found.append(field.name)
            if field.target is None:
                self.violations.append(QUERY_NOT_A_LOOKUP.at(pointer, name=text[:SHOWN]))
                return None
            model = self._snapshot.object(field.target)
            field = self._field(model, step, text, pointer)
        return ((*found, field.name), field) if field is not None else None

    def _field(self, model: ObjectModel, name: str, text: str, pointer: str) -> FieldModel | None:
        field = model.field(name)
        access = self._permissions.on(model)
        if field is None:
            self.violations.append(QUERY_FIELD_UNKNOWN.at(pointer, name=text[:SHOWN]))
            return None
        if not access.read or field.name not in access.readable:
            self.violations.append(QUERY_FIELD_UNREADABLE.at(pointer, name=text[:SHOWN]))
            return None
        return field

    def finish(self) -> None:
        """Raise `QueryInvalid` if anything was wrong."""
        if self.violations:
            raise QueryInvalid(errors=self.violations)


def outputs_of(
    paths: Paths, model: ObjectModel, readable: frozenset[str], fields: Sequence[str] | None
) -> tuple[Path, ...]:
    """Return the paths to read: those named, after the id; all readable ones if none are named."""
    if fields is None:
        return tuple((name,) for name in model.fields if name in readable)
    if len(fields) > MAX_FIELDS:
        paths.violations.append(QUERY_TOO_LONG.at("/fields", limit=MAX_FIELDS))
        return ()
    found: dict[Path, None] = {("id",): None}
    for text in fields:
        resolved = paths.resolve(text, "/fields")
        if resolved is not None:
            found[resolved[0]] = None
    return tuple(found)


def user_environment(
    snapshot: Snapshot, permissions: Permissions, object_name: str
) -> formula.Environment:
    """Return what names mean in expressions that a caller supplies: they read as he does."""

    def readable(name: str, field_name: str) -> bool:
        target = snapshot.object(name)
        field, access = target.field(field_name), permissions.on(target)
        return access.read and field is not None and field.name in access.readable

    environment = snapshot.environment(object_name, blank="blank", readable=readable)
    return replace(environment, functions=ASKED)
