"""Stored formulas: columns that the pipeline keeps equal to what their formulas say.

What a formula makes of the record itself is computed while the record is saved, before rules look.
What it makes of child records is computed by the database once they are stored: a write finds the
records whose formulas read what changed, keeps others off them, and changes those whose value is
another now, all through the pipeline and in sets. So a roll-up is right when the write that moves
it commits, whoever wrote, and what changes because of it — roll-ups further up, history, events —
follows of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from graphlib import TopologicalSorter
from typing import Any

from formula import Formula
from metadata import FieldModel, ObjectModel, Refusal, Snapshot
from runtime.command import MAX_ROWS, Outcome, WriteCommand, WriteOperation
from runtime.draft import Changes, Draft
from runtime.environment import parameters
from runtime.prefetch import Prefetch, prefetch
from runtime.problem import RecordInvalid
from runtime.sql.codec import reader
from runtime.sql.derived import derived_statement, lock_statement
from runtime.work import Work

Write = Callable[[Work, WriteCommand, frozenset[str]], list[Outcome]]
"""Runs a command of which only the rules count that read one of the fields."""


@dataclass(frozen=True, slots=True)
class _Upward:
    """Formulas of another object, over records of this one."""

    object: ObjectModel
    lookup: str
    names: frozenset[str]
    reads: frozenset[str]

    def touched(self, operation: WriteOperation, changes: Changes) -> Iterator[str]:
        """Yield the ids of the records whose formulas may have another value now."""
        watched = self.reads | {self.lookup}
        for draft, changed in changes:
            if operation == "update" and watched.isdisjoint(changed):
                continue
            for row in (draft.before, draft.values):
                target = row.get(self.lookup) if row is not None else None
                if target is not None:
                    yield target


@dataclass(frozen=True, slots=True)
class DerivedPlan:
    """The stored formulas that records of one object have, and those that they move."""

    object: ObjectModel
    own: tuple[tuple[FieldModel, Formula], ...]
    related: Prefetch
    over_children: frozenset[str]
    reads: frozenset[str]
    """Fields of the record itself that its formulas over child records read."""
    upward: tuple[_Upward, ...]

    def fill(self, drafts: Sequence[Draft], evaluation: Callable[[], Any]) -> None:
        """Compute what follows from the records themselves."""
        if not self.own or not drafts:
            return
        known = evaluation()
        for draft in drafts:
            if draft.failed:
                continue
            row = self.related.row(draft.values)
            for field, formula in self.own:
                value = _fitting(field, formula.evaluate(row, None, known))
                if draft.values[field.name] != value:
                    draft.set(field.name, value)
                is_whole = isinstance(value, int) and not isinstance(value, bool)
                row[field.name] = Decimal(value) if is_whole else value
            known.diagnostics.clear()

    def propagate(
        self, operation: WriteOperation, changes: Changes, work: Work, write: Write
    ) -> None:
        """Bring up to date what was computed from these records before they changed."""
        if not self.upward and not self.over_children:
            return
        leaving = work.ledger.leaving
        for each in self.upward:
            ids = set(each.touched(operation, changes)) - leaving
            refresh_derived(work, each.object, ids, each.names, write)
        if self.over_children and operation != "delete":
            ids = {
                draft.id
                for draft, changed in changes
                if operation != "update" or not self.reads.isdisjoint(changed)
            }
            refresh_derived(work, self.object, ids - leaving, self.over_children, write)


def stored_formulas(model: ObjectModel) -> Iterator[tuple[FieldModel, Formula]]:
    """Yield the formula fields of an object that have a column."""
    for field in model.fields.values():
        if field.column is not None and field.formula is not None:
            yield field, field.formula


def derived_plan(snapshot: Snapshot, model: ObjectModel, dialect: str) -> DerivedPlan:
    """Return the plan of an object's stored formulas."""
    stored = list(stored_formulas(model))
    own = _in_order([each for each in stored if not each[1].child_reads])
    over = [each for each in stored if each[1].child_reads]
    return DerivedPlan(
        object=model,
        own=tuple(own),
        related=prefetch(snapshot, model, [formula for _field, formula in own], dialect),
        over_children=frozenset(field.name for field, _formula in over),
        reads=frozenset(path[0] for _field, formula in over for path in formula.reads),
        upward=tuple(_upward(snapshot, model)),
    )


def _in_order(fields: list[tuple[FieldModel, Formula]]) -> list[tuple[FieldModel, Formula]]:
    """Return formulas after those they read; a publish refuses circles."""
    known = {field.name: (field, formula) for field, formula in fields}
    reads = {
        name: known.keys() & {path[0] for path in formula.reads}
        for name, (_field, formula) in known.items()
    }
    return [known[name] for name in TopologicalSorter(reads).static_order()]


def _upward(snapshot: Snapshot, model: ObjectModel) -> Iterator[_Upward]:
    for name in snapshot.objects:
        owner = snapshot.object(name)
        found: dict[str, tuple[set[str], set[str]]] = {}
        for field, formula in stored_formulas(owner):
            for read in formula.child_reads:
                if read.child.object == model.name:
                    names, reads = found.setdefault(read.child.lookup.name, (set(), set()))
                    names.add(field.name)
                    reads |= {path[0] for path in read.reads}
        for lookup, (names, reads) in found.items():
            yield _Upward(owner, lookup, frozenset(names), frozenset(reads))


def refresh_derived(
    work: Work, model: ObjectModel, ids: Iterable[str], names: frozenset[str], write: Write
) -> int:
    """Change the records whose stored formulas say something else now; return how many."""
    ordered, changed = sorted(ids), 0
    for start in range(0, len(ordered), MAX_ROWS):
        rows = _outdated(work, model, ordered[start : start + MAX_ROWS], tuple(sorted(names)))
        if rows:
            _write(work, model, rows, names, write)
            changed += len(rows)
    return changed


def _outdated(
    work: Work, model: ObjectModel, ids: list[str], names: tuple[str, ...]
) -> list[dict[str, Any]]:
    snapshot, connection, dialect = work.snapshot, work.connection, work.dialect
    key = (model.name, dialect)
    lock = snapshot.plan(
        ("derived lock", *key), lambda: (lock_statement(snapshot, model, dialect),)
    )[0]
    if lock is not None:
        connection.fetch(lock, {"ids": ids})
    statement, columns, environment = snapshot.plan(
        ("derived", *key, names), lambda: derived_statement(snapshot, model, names, dialect)
    )
    read = snapshot.plan(
        ("derived reader", *key, names),
        lambda: reader(columns, purpose="api", dialect=dialect),
    )
    known = parameters(environment, work.context, connection=connection, snapshot=snapshot)
    fields = [model.fields[name] for name in names]
    outdated = []
    for values in connection.fetch(statement, {**known, "ids": ids}):
        row = read(values)
        new = {field.name: _fitting(field, row[f"={field.name}"]) for field in fields}
        if any(row[name] != value for name, value in new.items()):
            outdated.append({"id": row["id"], **new})
    return outdated


def _fitting(field: FieldModel, value: Any) -> Any:
    """Return a number as drafts hold it, null where the field's column cannot take it."""
    if not isinstance(value, Decimal):
        return value
    fitting = field.coerce(value)
    return None if isinstance(fitting, Refusal) else fitting


def _write(
    work: Work, model: ObjectModel, rows: list[dict[str, Any]], names: frozenset[str], write: Write
) -> None:
    command = WriteCommand("update", model.name, rows, capability=work.engine.capability)
    try:
        write(work.deeper(), command, names)
    except RecordInvalid as refused:
        raise RecordInvalid(
            errors=[each.elsewhere(object=model.name) for each in refused.errors]
        ) from refused
