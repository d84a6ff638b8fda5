"""Changes: what somebody asks to publish, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from metadata.definition import Document

Action = Literal["put", "delete"]
Outcome = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands in source files. `lines` maps pointers inside it to line numbers."""

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, pointer: str) -> int:
        """Return the line of what `pointer` names, or of what contains it."""
        while pointer not in self.lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a publish: a whole document to put, or a definition to delete.

    What to delete is named by its uid, or by a document with `uid`, or `name` (and `object`).
    A document without `uid` is matched by kind, object and API name. With `in_order` the place
    among its siblings follows the order of the changes, as in a file.
    """

    action: Action
    kind: str
    document: Document | str
    place: Place | None = field(default=None, compare=False)
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What a publish did to one definition."""

    action: Outcome
    kind: str
    uid: str
    name: str
    object: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the entry of the journal and of the API's answer."""
        entry = {"action": self.action, "kind": self.kind, "uid": self.uid, "name": self.name}
        return entry if self.object is None else entry | {"object": self.object}


@dataclass(frozen=True, slots=True)
class Published:
    """The outcome of a publish; `changes` is empty when everything was as asked already."""

    revision: int
    changes: tuple[Applied, ...]
    ddl: tuple[str, ...]
