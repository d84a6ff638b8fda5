"""A unit of work: one transaction, pinned to one revision, in which commands run.

Everybody who writes inside it — the pipeline itself, workflow, seeds, participants — goes through
`write`, so there is one way in. The unit of work owns nothing beyond its connection.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import structlog

from metadata import ObjectModel, RuleModel, Snapshot
from paas.db import Connection
from paas.kernel import CallContext, ExtensionPoint, uuid7
from runtime.command import Capability, Outcome, Skippable, WriteCommand
from runtime.draft import Batch
from runtime.moment import moment_of
from runtime.removals import Removals
from runtime.sql.predicate import reader_parameters

if TYPE_CHECKING:
    import formula

log = structlog.get_logger("runtime")

MAX_DEPTH = 8
"""Levels of writes that cause one another."""

Run = Callable[["Work", WriteCommand], list[Outcome]]


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that could not be evaluated for a record; it does not block, and is reported."""

    object: str
    rule: str
    record_id: str
    diagnostics: tuple[formula.Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part in writing records.

    `before_save` may change the drafts of a batch before rules see them, or refuse them;
    `after_save` runs after storage, in the same transaction. `objects` tells which objects the
    participant cares about; without it, all. A participant that is `skippable` is left out of
    commands that skip its kind of work.
    """

    key: str
    before_save: Callable[[Batch, Work], None] | None = None
    after_save: Callable[[Batch, Work], None] | None = None
    objects: Callable[[ObjectModel], bool] | None = None
    skippable: Skippable | None = None

    def takes_part(self, model: ObjectModel) -> bool:
        """Tell whether the participant cares about an object."""
        return self.objects is None or self.objects(model)


PARTICIPANTS = ExtensionPoint[Participant]("participants", Participant, lambda value: value.key)


@dataclass(slots=True)
class Ledger:
    """What a unit of work has done so far, shared by everybody inside it."""

    transaction_id: str = field(default_factory=uuid7)
    writes: int = 0
    failures: list[RuleFailure] = field(default_factory=list)
    leaving: set[str] = field(default_factory=set)
    """Records on their way out: nothing is computed for them any more."""
    known: dict[Hashable, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """What was read besides records, until the next write."""
    removals: Removals = field(default_factory=Removals)


class Work:
    """The handle of a running unit of work."""

    def __init__(
        self,
        connection: Connection,
        snapshot: Snapshot,
        context: CallContext,
        *,
        engine: Engine,
        ledger: Ledger | None = None,
        depth: int = 0,
    ) -> None:
        self.connection = connection
        self.snapshot = snapshot
        self.context = context
        self.engine = engine
        self.ledger = ledger or Ledger()
        self.depth = depth

    @property
    def dialect(self) -> str:
        """Return the dialect of the database."""
        return self.connection.dialect

    def write(self, command: WriteCommand) -> list[Outcome]:
        """Run a command in this unit of work; raises the problem of a command refused whole."""
        return self.engine.run(self, command)

    def as_system(self, *, origin: str | None = None) -> Work:
        """Return the same unit of work in system mode, done for the same user."""
        return self._with(self.context.as_system(origin=origin), self.depth)

    def deeper(self) -> Work:
        """Return the unit of work one level further down, in system mode."""
        return self._with(self.context.as_system(), self.depth + 1)

    def _with(self, context: CallContext, depth: int) -> Work:
        return Work(
            self.connection,
            self.snapshot,
            context,
            engine=self.engine,
            ledger=self.ledger,
            depth=depth,
        )

    @cached_property
    def moment(self) -> datetime:
        """Return the moment of the call, as records keep it."""
        return moment_of(self.context)

    @cached_property
    def reader(self) -> dict[str, Any]:
        """Return the parameters of row conditions for the caller."""
        return dict(reader_parameters(self.context))

    def report(
        self, model: ObjectModel, rule: RuleModel, record_id: str, found: Iterable[Any]
    ) -> None:
        """Note that a rule could not be evaluated, for administrators."""
        failure = RuleFailure(model.name, rule.definition.name, record_id, tuple(found))
        self.ledger.failures.append(failure)
        log.warning(
            "rule not evaluated",
            object=failure.object,
            rule=failure.rule,
            record=record_id,
            reasons=[each.detail("en-US") for each in failure.diagnostics],
        )


@dataclass(frozen=True, slots=True)
class Engine:
    """What a unit of work needs of the service it belongs to."""

    run: Run
    participants: tuple[Participant, ...] = ()
    capability: Capability = field(default_factory=Capability)
    aside: Callable[[Connection], AbstractContextManager[Connection]] = nullcontext
    """Lends a connection for counting (`Database.aside`)."""
