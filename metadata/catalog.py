"""The catalog: which description holds, and how it changes.

Every process keeps the snapshots it read last and learns from one tiny statement whether they
still hold. A publish is one transaction: tables, documents, journal and revision, or nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from metadata.change import Change, Published
from metadata.ddl import Step, existing_columns
from metadata.document import digest, to_document
from metadata.field_type import FIELD_TYPES
from metadata.finding import DUPLICATES_EXIST, REFERENCES_BROKEN
from metadata.kind import DEFINITION_KINDS, DefinitionKind
from metadata.planning import PublishPlan, make_plan
from metadata.problem import DefinitionUnknown, PublishRefused
from metadata.snapshot import Snapshot
from metadata.store import Held, Store
from paas.db import (
    Connection,
    Database,
    IntegrityViolation,
    State,
    bump_metadata_revision,
    read_state,
)
from paas.kernel import CallContext, Extensions

After = Callable[[Connection, Snapshot, Snapshot], None]
"""Called with connection, new and old snapshot, inside the transaction of a publish."""

Key = tuple[str, int]
"""Epoch and revision: together they name one description."""

KEPT = 3
"""Snapshots kept: readers in older transactions still ask for the one before."""


class Catalog:
    """The description of one tenant. Shared by all threads."""

    def __init__(self, database: Database, extensions: Extensions) -> None:
        self.database = database
        self.kinds = extensions.of(DEFINITION_KINDS)
        self.field_types = extensions.of(FIELD_TYPES)
        self._store = Store(database, self.kinds)
        self._snapshots: dict[Key, Snapshot] = {}
        self._held: Held = {}
        self._latest: Snapshot | None = None
        self._epoch = ""
        self._pending: tuple[Connection, Snapshot] | None = None
        self._lock = threading.Lock()

    def kind(self, name: str) -> DefinitionKind:
        """Return the kind of definition called `name`; raises `DefinitionUnknown`."""
        if name not in self.kinds:
            raise DefinitionUnknown(kind="kind", name=name)
        return self.kinds[name]

    # -- reading -------------------------------------------------------------------------------

    def peek(self) -> Snapshot | None:
        """Return the snapshot read last, without asking whether it still holds."""
        return self._latest

    def snapshot(self, connection: Connection, *, state: State | None = None) -> Snapshot:
        """Return the description that holds for `connection`; `state` if it was just read."""
        pending = self._pending
        if pending is not None and pending[0] is connection:
            return pending[1]
        state = state or read_state(connection)
        return self._snapshots.get((state.epoch, state.metadata_revision)) or self._load(connection)

    def _load(self, connection: Connection) -> Snapshot:
        with self._lock:
            while True:
                before = read_state(connection)
                key = (before.epoch, before.metadata_revision)
                if key in self._snapshots:
                    return self._snapshots[key]
                held = self._store.read(connection, self._held)
                if read_state(connection) == before:  # else somebody published meanwhile
                    break
            definitions = [definition for _, definition in held.values()]
            made = Snapshot(definitions, field_types=self.field_types, revision=key[1])
            self._keep(key, made, held)
            return made

    def _keep(self, key: Key, snapshot: Snapshot, held: Held) -> None:
        self._held = held
        self._snapshots = dict([*self._snapshots.items(), (key, snapshot)][-KEPT:])
        if not self._latest or self._latest.revision < snapshot.revision or key[0] != self._epoch:
            self._latest, self._epoch = snapshot, key[0]

    # -- changing ------------------------------------------------------------------------------

    def plan(self, changes: Sequence[Change], *, base: Snapshot | None = None) -> PublishPlan:
        """Work out what a publish of `changes` would do, and what is wrong with it."""
        return self._plan_now(changes, base=base, shipped=False)

    def publish(
        self, context: CallContext, changes: Sequence[Change], *, after: After | None = None
    ) -> Published:
        """Make `changes` hold, all or none; raises `PublishRefused` with every violation.

        `after` takes part in the transaction; what it raises undoes everything. Publishing what
        holds already changes nothing and calls nobody.
        """
        return self._publish(context, changes, after=after, shipped=False)

    def ship(self, context: CallContext, changes: Sequence[Change]) -> Published:
        """Publish what the engine itself ships: protected definitions may change."""
        return self._publish(context, changes, after=None, shipped=True)

    def _publish(
        self,
        context: CallContext,
        changes: Sequence[Change],
        *,
        after: After | None,
        shipped: bool,
    ) -> Published:
        # Most of the work is done before anybody has to wait, and again only if it is outdated.
        plan = self._plan_now(changes, shipped=shipped)
        plan.require_valid()
        if not plan.changes:
            return Published(plan.base.revision, (), ())

        def work(connection: Connection) -> tuple[PublishPlan, Key]:
            base = self.snapshot(connection)
            current = plan
            if base.revision != plan.base.revision:
                current = self._plan_on(connection, changes, base, shipped)
                current.require_valid()
            return current, self._apply(connection, context, current, after)

        try:
            done, key = self.database.exclusive(work, rebuild=False)
        finally:
            self._pending = None
        if done.changes:
            self._adopt(key, done.target)
        return Published(key[1], done.changes, done.ddl)

    def _apply(
        self,
        connection: Connection,
        context: CallContext,
        plan: PublishPlan,
        after: After | None,
    ) -> Key:
        if not plan.changes:
            return read_state(connection).epoch, plan.base.revision
        revision = bump_metadata_revision(connection)
        for step in plan.steps:
            _run(connection, step)
        self._store.write(connection, plan.target, plan.changes, revision)
        self._store.record(connection, context, revision, plan.changes, plan.ddl)
        if after is not None:
            self._pending = (connection, plan.target)
            after(connection, plan.target, plan.base)
        return read_state(connection).epoch, revision

    def _adopt(self, key: Key, target: Snapshot) -> None:
        """Keep what was just published; other processes read it."""
        with self._lock:
            held = {each.uid: (digest(to_document(each)), each) for each in target}
            self._keep(key, target, held)

    def _plan_now(
        self, changes: Sequence[Change], *, shipped: bool, base: Snapshot | None = None
    ) -> PublishPlan:
        with self.database.read(snapshot=True) as connection:
            return self._plan_on(connection, changes, base or self.snapshot(connection), shipped)

    def _plan_on(
        self, connection: Connection, changes: Sequence[Change], base: Snapshot, shipped: bool
    ) -> PublishPlan:
        return make_plan(
            changes,
            base,
            kinds=self.kinds,
            field_types=self.field_types,
            existing=existing_columns(connection),
            dialect=self.database.dialect,
            shipped=shipped,
        )


def _run(connection: Connection, step: Step) -> None:
    """Run one statement on tables; data that stands in its way is named."""
    try:
        connection.execute(step.text)
    except IntegrityViolation as refused:
        if step.subject is None:
            raise
        wrong = DUPLICATES_EXIST if refused.kind == "unique" else REFERENCES_BROKEN
        violation = wrong.at("", name=step.subject)
        raise PublishRefused(errors=[violation], count=1) from refused
