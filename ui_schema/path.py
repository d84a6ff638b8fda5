"""Paths through lookups, as list columns name them: `ownerId.dimDepart.departName`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from metadata import FieldModel, ObjectModel, Snapshot

Readable = Callable[[str, str], bool]
"""(object, field) → whether the caller may read it."""


@dataclass(frozen=True, slots=True)
class Path:
    """A path that exists: the fields along it, the last one's value being shown."""

    fields: tuple[FieldModel, ...]

    @property
    def name(self) -> str:
        """Return the path in canonical names."""
        return ".".join(field.name for field in self.fields)

    @property
    def field(self) -> FieldModel:
        """Return the field at the end."""
        return self.fields[-1]


def walk_path(
    snapshot: Snapshot, object_name: str, path: str, readable: Readable | None = None
) -> Path | None:
    """Follow `path` from an object; None if it does not exist or the caller may not read it."""
    found: list[FieldModel] = []
    model: ObjectModel | None = snapshot.object(object_name)
    for segment in path.split("."):
        field = model.field(segment) if model is not None else None
        if model is None or field is None:
            return None
        if readable is not None and not readable(model.name, field.name):
            return None
        found.append(field)
        model = target_of(snapshot, field)
    return Path(tuple(found))


def target_of(snapshot: Snapshot, field: FieldModel) -> ObjectModel | None:
    """Return the object a lookup points to; None for other fields."""
    name = field.target or field.symbol_type.target
    if name is None or snapshot.find("object", name) is None:
        return None
    return snapshot.object(name)
