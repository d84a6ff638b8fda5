"""The write pipeline: the only way records come into being, change and go.

Coerce, complete, look up what is stored, check references, let participants change drafts, check
rules, store with what is written along (events, history), let participants follow up. Every step
works on the whole batch, so the number of statements depends on the description and not on the
rows. One record is a batch of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from metadata import LIFE, VOID
from paas.kernel import Problem, is_uuid, uuid7
from runtime.access import Permissions
from runtime.along import reported, write_along
from runtime.check import check_offered, check_required
from runtime.command import MAX_ROWS, SKIP_PERMISSION, Outcome, WriteCommand
from runtime.conflict import explain_stale
from runtime.counting import give_numbers
from runtime.default import complete_changed, complete_new, touch
from runtime.deletion import hold, let_go
from runtime.draft import KEPT_BY_ENGINE, Batch, Changes, Draft, ids_of
from runtime.key import Keyed, resolve_keyed
from runtime.life import LifeChange, change_life
from runtime.plan import WritePlan, write_plan
from runtime.problem import (
    ID_INVALID,
    RECORD_REPEATED,
    VERSION_INVALID,
    AccessDenied,
    PipelineTooDeep,
    RecordForbidden,
    RecordLocked,
    RecordNotFound,
    RecordStale,
    RecordVersionRequired,
    RecordVoid,
)
from runtime.record import read_written, refresh
from runtime.reference import check_references
from runtime.refusal import refusal_of
from runtime.removals import Named
from runtime.restore import restore_group, revive
from runtime.rule import evaluation_of
from runtime.sql.write import RowStatement
from runtime.storage import refuse_deleting, refuse_saving, store
from runtime.surroundings import Surroundings
from runtime.upsert import upsert
from runtime.work import MAX_DEPTH, Work

TOUCHED = frozenset({"version", "updatedAt", "updatedBy"})
LOCK = "lockStatus"
LOCKED = "locked"
NONE: frozenset[str] = frozenset()
NOTHING_BESIDE = Surroundings()


def run(work: Work, command: WriteCommand) -> list[Outcome]:
    """Run a command in a unit of work; raises the problem of one that is refused whole."""
    return _run(work, command, rules=None)


def run_unruled(work: Work, command: WriteCommand) -> list[Outcome]:
    """Run what the engine must do to records: no rule may stand in its way."""
    return _run(work, command, rules=NONE)


def set_life(work: Work, change: LifeChange) -> Outcome:
    """Make a record void, or valid again; no rule stands in the way."""
    return change_life(work, change, run_unruled)


def restore(work: Work, group: str) -> list[tuple[str, Outcome]]:
    """Restore an entry of the recycle bin: no rule may stand in its way either."""
    return restore_group(work, group, run_unruled)


def run_derived(work: Work, command: WriteCommand, names: frozenset[str]) -> list[Outcome]:
    """Run what stored formulas bring with them: only rules that read them have a say."""
    return _run(work, command, rules=names)


def run_filling(work: Work, command: WriteCommand, _names: frozenset[str]) -> list[Outcome]:
    """Run what a new stored formula makes of records that are long there: no rule has a say."""
    return _run(work, command, rules=NONE)


def _run(work: Work, command: WriteCommand, *, rules: frozenset[str] | None) -> list[Outcome]:
    if work.depth > MAX_DEPTH:
        raise PipelineTooDeep(limit=MAX_DEPTH)
    if len(command.rows) > MAX_ROWS:
        raise ValueError(f"a command has at most {MAX_ROWS} rows")
    has_capability = command.capability is work.engine.capability
    model = work.snapshot.object(command.object)
    if command.skip and not Permissions.of(work.context, work.snapshot).has(SKIP_PERMISSION):
        raise AccessDenied(object=model.label, operation=SKIP_PERMISSION)
    if command.operation == "upsert" or command.match_by is not None:
        return upsert(work, command, run)
    plan = write_plan(work, model, command.operation, has_capability=has_capability)
    if command.operation != "restore":
        plan.access.check(command.operation)
    elif not plan.is_system:
        raise AccessDenied(object=model.label, operation="restore")
    return _Run(work, command, plan, rules).outcomes()


class _Run:
    """One command on its way through the pipeline."""

    def __init__(
        self, work: Work, command: WriteCommand, plan: WritePlan, rules: frozenset[str] | None
    ) -> None:
        self.work = work
        self.command = command
        self.plan = plan
        self.rules = rules
        """Rules that read one of these fields count; None: all of them."""
        self.operation = plan.operation
        self._writes = work.ledger.writes
        self._is_new = self.operation in ("create", "restore")
        self._reports_itself = self._is_new and plan.shared.reports_inserts
        self._keyed: list[Keyed] = []
        self.drafts: list[Draft] = []
        self.participants = [
            each
            for each in work.engine.participants
            if each.takes_part(plan.shared.object) and each.skippable not in command.skip
        ]

    def outcomes(self) -> list[Outcome]:
        """Run the command to its end."""
        if self.operation == "restore":
            self.drafts = revive(self.plan.shared, self.command.rows, self.work)
            self._save()
            return list(self._outcomes())
        self.drafts = [self._read(index, raw) for index, raw in enumerate(self.command.rows)]
        if self._keyed:
            resolve_keyed(self.plan, self._keyed, self.work)
        if self.operation == "create":
            complete_new(self.plan.shared, self.drafts, self.work)
        else:
            self._attach()
        if self.operation == "delete":
            self._delete()
        else:
            self._save()
        return list(self._outcomes())

    # ---------------------------------------------------------------- reading what was sent

    def _read(self, index: int, raw: Any) -> Draft:
        given, wrong = self.plan.coerce(raw)
        is_new = self.operation == "create"
        names_itself = not is_new or (self.plan.is_system and "id" in raw)
        is_named = names_itself and is_uuid(raw.get("id"))
        draft = Draft(index, raw["id"] if is_named else uuid7(), given)
        for violation, field in wrong or ():
            if field in self.plan.shared.keyed and raw[field].__class__ is dict:
                self._keyed.append(Keyed(draft, field, raw[field]))
            else:
                draft.refuse(violation, field=field)
        if names_itself and not is_named and (is_new or not isinstance(raw.get("id"), str)):
            draft.refuse(ID_INVALID.at("/id"))
        if not is_new:
            self._expect(draft, raw.get("version"))
        return draft

    @staticmethod
    def _expect(draft: Draft, version: Any) -> None:
        if version is None:
            return
        if version.__class__ is int and version > 0:
            draft.expected = version
        else:
            draft.refuse(VERSION_INVALID.at("/version"))

    def _refuse_repeated(self) -> None:
        seen: set[str] = set()
        for draft in self.drafts:
            if draft.id in seen:
                draft.refuse(RECORD_REPEATED.at("/id", id=draft.id))
            seen.add(draft.id)

    # ---------------------------------------------------------------- what is stored now

    def _attach(self) -> None:
        """Put the stored records behind the drafts and refuse those that may not be touched."""
        if len(self.drafts) > 1:
            self._refuse_repeated()
        ids = list(dict.fromkeys(ids_of(self.drafts)))
        stored = self.plan.current.fetch(self.work, ids) if ids else {}
        for draft in self.drafts:
            may_touch, row = stored.get(draft.id, (False, None))
            draft.before = row
            if row is None:
                draft.problem = None if draft.violations else RecordNotFound()
            else:
                draft.problem = self._obstacle(draft, row, may_touch)
                draft.values = row
        explain_stale(self.plan, self.drafts, self.work)
        if self.operation == "update":
            known = [draft for draft in self.drafts if draft.before is not None]
            complete_changed(self.plan.shared, known, self.work)

    def _obstacle(self, draft: Draft, row: dict[str, Any], may_touch: bool) -> Problem | None:
        if not may_touch:
            return RecordForbidden()
        if draft.expected is None and self.plan.asks_version:
            return RecordVersionRequired(extra={"version": row["version"]})
        if draft.expected is not None and draft.expected != row["version"]:
            return RecordStale(version=row["version"], extra={"version": row["version"]})
        is_update = self.operation == "update"
        if is_update and row.get(LIFE) == VOID and not self.plan.changes_void:
            return RecordVoid()
        if row.get(LOCK) == LOCKED and not self.plan.ignores_locks:
            return RecordLocked()
        return None

    # ---------------------------------------------------------------- saving

    def _save(self) -> None:
        shared, work = self.plan.shared, self.work
        is_new = self._is_new
        known = [
            draft
            for draft in self.drafts
            if draft.problem is None and (is_new or draft.before is not None)
        ]
        if self.operation != "restore":
            check_references(self.plan, known, work)
            if self.rules is None:
                check_offered(shared, known)
        if self.operation == "create" and shared.numbered:
            give_numbers(shared, known, work)
        self._before(known)
        shared.derived.fill(known, lambda: evaluation_of(work, NOTHING_BESIDE))
        if self.rules != NONE and "rules" not in self.command.skip:
            shared.rules.check(known, work, reading=self.rules)
        if self.rules is None:
            check_required(shared, known)
        self._raise_if_refused()
        accepted = [draft for draft in known if not draft.is_refused]
        changes = [(draft, draft.changed) for draft in accepted]
        if not is_new:
            changes = [each for each in changes if each[1]]
            for draft, _changed in changes:
                touch(shared, draft, work)
        self._store(changes)
        self._follow_up([each for each in changes if not each[0].is_refused])

    def _before(self, known: Sequence[Draft]) -> None:
        if not self.participants:
            return
        accepted = [draft for draft in known if not draft.is_refused]
        batch = Batch(
            self.plan.shared.object,
            self.operation,
            accepted,
            is_partial=not self.command.all_or_none,
        )
        for participant in self.participants:
            if participant.before_save is not None:
                participant.before_save(batch, self.work)

    def _store(self, changes: Changes) -> None:
        connection, statement = self.work.connection, self._statement(changes)
        drafts = [draft for draft, _changed in changes]

        def write(some: Sequence[Draft]) -> None:
            rows = [statement.parameters(draft.values) for draft in some]
            if self._reports_itself:
                created = [(draft, draft.changed) for draft in some]
                rows = reported(self.plan.shared, self.operation, created, rows, self.work)
            if len(rows) == 1:
                connection.execute(statement.statement, rows[0])
            else:
                connection.executemany(statement.statement, rows)

        store(
            drafts,
            write,
            connection=connection,
            refuse=refuse_saving(self.plan.shared),
            is_alone=self._is_alone(drafts),
        )
        self._raise_if_refused()

    def _statement(self, changes: Changes) -> RowStatement:
        """Return one statement that fits every row: an update sets what any of them changes."""
        shared = self.plan.shared
        if self._is_new:
            return shared.insert
        changed = {name for _draft, names in changes for name in names} | TOUCHED
        return shared.update(tuple(name for name in shared.names if name in changed))

    def _is_alone(self, drafts: Sequence[Draft]) -> bool:
        return self.command.all_or_none and len(drafts) == 1

    def _follow_up(self, changes: Changes) -> None:
        if not changes:
            return
        self.work.ledger.writes += 1
        self._writes = self.work.ledger.writes
        write_along(
            self.plan.shared, self.operation, changes, self.work, is_reported=self._reports_itself
        )
        self.plan.shared.derived.propagate(self.operation, changes, self.work, run_derived)
        if self.participants:
            drafts = [draft for draft, _changed in changes]
            batch = Batch(self.plan.shared.object, self.operation, drafts)
            for participant in self.participants:
                if participant.after_save is not None:
                    participant.after_save(batch, self.work)

    # ---------------------------------------------------------------- deleting

    def _delete(self) -> None:
        shared, work = self.plan.shared, self.work
        free = [each for each in self.drafts if not each.is_refused]
        hold(shared, free, work)
        work.ledger.removals.begin(Named(shared.object.uid, each.id) for each in free)
        self._before(self.drafts)
        self._raise_if_refused()

        def write(some: Sequence[Draft]) -> None:
            work.ledger.leaving.update(ids_of(some))
            let_go(shared, some, work, run_unruled)
            work.connection.execute(shared.delete, {"ids": ids_of(some)})

        drafts = [draft for draft in self.drafts if not draft.is_refused]
        refuse = refuse_deleting(shared)
        store(
            drafts,
            write,
            connection=work.connection,
            refuse=refuse,
            is_alone=self._is_alone(drafts),
        )
        self._raise_if_refused()
        self._follow_up([(draft, ()) for draft in drafts if not draft.is_refused])

    # ---------------------------------------------------------------- answering

    def _raise_if_refused(self) -> None:
        if self.command.all_or_none:
            refused = [draft for draft in self.drafts if draft.violations or draft.problem]
            if refused:
                raise refusal_of(refused, is_single=self.command.is_single)

    def _outcomes(self) -> Iterator[Outcome]:
        if self.operation != "delete" and self.work.ledger.writes != self._writes:
            # Participants wrote more, perhaps to these very records.
            refresh(self.plan, [each for each in self.drafts if not each.is_refused], self.work)
        for draft in self.drafts:
            problem = draft.refusal
            if problem is not None:
                yield Outcome(draft.id if draft.before is not None else None, problem=problem)
                continue
            record = None
            if self.operation != "delete" and self.command.is_single:
                record = read_written(self.plan, draft, self.work)
            is_new = self.operation == "create"
            before = self._replaced(draft) if self.command.keeps_before else None
            yield Outcome(draft.id, draft.values["version"], record, created=is_new, before=before)

    def _replaced(self, draft: Draft) -> dict[str, Any] | None:
        """Return what an update replaced, in API values, apart from what the engine keeps."""
        before = draft.before
        if self.operation != "update" or before is None:
            return None
        names = [name for name in draft.changed if name not in KEPT_BY_ENGINE]
        stored = self.plan.shared.export(before)
        return {name: stored[name] for name in names}
