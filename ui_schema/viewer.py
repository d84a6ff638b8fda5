"""Who looks: the part of a call that decides what a page shows, and what is shown to it.

The engine's access plan (`runtime.Permissions`) satisfies `Access`; this package asks it and
decides nothing about permissions itself.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from metadata import SYSTEM_FIELDS, ObjectModel, Snapshot
from paas.kernel import CallContext, pick

Operation = Literal["create", "read", "update", "delete", "modify_all"]


class Access(Protocol):
    """What a caller may do, as the access plan answers it."""

    @property
    def key(self) -> Hashable:
        """Return what tells two callers with different grants apart."""

    def may(self, model: ObjectModel, operation: Operation, /) -> bool:
        """Tell whether the operation is granted on the object."""

    def require_object(self, model: ObjectModel, operation: Operation, /) -> None:
        """Raise a problem unless the operation is granted."""

    def readable_fields(self, model: ObjectModel, /) -> Collection[str]:
        """Return the API names of the fields whose values may be seen."""

    def writable_fields(self, model: ObjectModel, /) -> Collection[str]:
        """Return the API names of the fields that may be written."""


KEPT = frozenset(each.name for each in SYSTEM_FIELDS if each.written_by != "caller")
"""Fields only the engine writes, whatever a permission set says."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A caller looking at the pages of one revision."""

    snapshot: Snapshot
    access: Access
    role: str | None
    language: str

    @classmethod
    def of(cls, snapshot: Snapshot, context: CallContext, access: Access) -> Viewer:
        """Return the viewer behind a call."""
        role = context.principal.role if context.principal else None
        return cls(snapshot, access, role, context.language)

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Return what pages may be kept under: equal keys see equal pages."""
        return (self.access.key, self.role, self.language)

    def sees_object(self, name: str) -> bool:
        """Tell whether the object exists and may be read."""
        if self.snapshot.find("object", name) is None:
            return False
        return self.access.may(self.snapshot.object(name), "read")

    def sees(self, object_name: str, field: str) -> bool:
        """Tell whether the field is readable, its object included."""
        if not self.sees_object(object_name):
            return False
        return field in self.access.readable_fields(self.snapshot.object(object_name))

    def edits(self, model: ObjectModel, name: str) -> bool:
        """Tell whether a form offers the field for writing."""
        field = model.fields[name]
        if not field.is_writable or name in KEPT:
            return False
        return name in self.access.writable_fields(model)

    def text(self, texts: Mapping[str, str], fallback: str) -> str:
        """Return the label in the viewer's language, else `fallback`."""
        return pick(texts, self.language) or fallback
