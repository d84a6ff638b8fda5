"""What deletions of one unit of work belong together, so that all of it can come back together.

Whoever deletes a record makes a group of it and of everything that goes along; lookups that were
emptied on the way are remembered with the record they led to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from paas.kernel import uuid7


class Named(NamedTuple):
    """A record by the uid of its object and its id."""

    object_uid: str
    id: str


class Link(NamedTuple):
    """A lookup of a record that was emptied."""

    object_uid: str
    column: str
    id: str


@dataclass(slots=True)
class Removals:
    """The groups of deleted records, and the links that led to them."""

    groups: dict[Named, str] = field(default_factory=dict)
    taken: set[Named] = field(default_factory=set)
    emptied: dict[Link, Named] = field(default_factory=dict)
    count: int = 0

    def begin(self, records: Iterable[Named]) -> None:
        """Make a group of each record that does not go along with another one."""
        for each in records:
            if each not in self.taken:
                self.groups[each] = uuid7()

    def take(self, record: Named, *, along_with: Named) -> None:
        """Let a record go along with another one."""
        self.groups[record] = self.groups[along_with]
        self.taken.add(record)

    def empty(self, link: Link, *, to: Named) -> None:
        """Remember where a lookup led."""
        self.emptied[link] = to

    def links_to(self, records: Iterable[Named]) -> dict[Named, list[Link]]:
        """Return the emptied lookups that led to each of the records."""
        found: dict[Named, list[Link]] = {each: [] for each in records}
        for link, target in self.emptied.items():
            if target in found:
                found[target].append(link)
        return found

    def next_place(self) -> int:
        """Return the place of the next record in the order of deletion."""
        self.count += 1
        return self.count
