"""Where approvals can be extended: kinds of approvers and kinds of actions, as plug-in values.

Both describe the keys they take in a flow (`settings`), check them at publish, and name the
formulas they need; the engine compiles those, reads the records in sets and hands the results
over. Neither ever reads a record itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from metadata import ObjectModel, Part, Reference, Rename, Snapshot
from paas.kernel import ExtensionPoint, Violation
from runtime import Work
from workflow.instance import Instance

Check = Callable[[Any, ObjectModel, Snapshot], Iterable[Violation]]
"""settings, object, snapshot → violations with pointers relative to the settings."""

References = Callable[[Any, str], Iterable[Reference]]
"""settings, object → what must exist; publish checks it and refuses to delete it."""

Renamed = Callable[[Any, Rename], Any]
"""settings, rename → settings with the new name; called for renames of roles and own fields."""


class Source(NamedTuple):
    """A formula in the settings: the pointer to it, and its text.

    The pointer is relative to the settings, None for a formula that the kind itself supplies.
    """

    pointer: str | None
    text: str


Formulas = Callable[[Any], tuple[Source, ...]]


def _no_formulas(_settings: Any) -> tuple[Source, ...]:
    return ()


def _no_references(_settings: Any, _object: str) -> Iterable[Reference]:
    return ()


def _not_renamed(settings: Any, _rename: Rename) -> Any:
    return settings


def _nothing_to_check(
    _settings: Any, _model: ObjectModel, _snapshot: Snapshot
) -> Iterable[Violation]:
    return ()


class Directory(Protocol):
    """Who there is. Answers are kept for the unit of work, so asking again costs nothing."""

    def in_role(self, role: str) -> Sequence[str]:
        """Return the ids of the active users with the role called `role`, by name."""

    def known_as(self, reference: str) -> Sequence[str]:
        """Return the id of the user with this id, e-mail address or employee code, if any."""


@dataclass(frozen=True, slots=True)
class ApproverKind:
    """A kind of approver. `people` names user ids; doubles and inactive users are weeded out later.

    `formulas` returns expressions over the record that each lead to a user; their results arrive
    as `people`'s last argument, in that order.
    """

    key: str
    settings: type[Part]
    people: Callable[[Any, Directory, Sequence[Any]], Iterable[str | None]]
    formulas: Formulas = _no_formulas
    references: References = _no_references
    renamed: Renamed = _not_renamed
    check: Check = _nothing_to_check


@dataclass(slots=True)
class Occasion:
    """One approval at a turning point, as an action sees it.

    `values` are the results of the action's formulas for the record. What an action puts into
    `changes` (field → API value) is written in one update together with the record's status, once
    all actions of the turning point have run, and passes every rule on the way.
    """

    instance: Instance
    values: Sequence[Any] = ()
    changes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionKind:
    """A kind of action. `run` takes all occasions of a unit of work at once."""

    key: str
    settings: type[Part]
    run: Callable[[Any, Sequence[Occasion], Work], None]
    formulas: Formulas = _no_formulas
    references: References = _no_references
    renamed: Renamed = _not_renamed
    check: Check = _nothing_to_check


APPROVERS = ExtensionPoint[ApproverKind]("approvers", ApproverKind, lambda kind: kind.key)
ACTIONS = ExtensionPoint[ActionKind]("actions", ActionKind, lambda kind: kind.key)
