"""Writes by key: rows that change or delete the record with their key, or (upserts) create it.

The rows are parted by one look-up and go through the pipeline as one update and one create. If
somebody else creates a record with one of the keys in between, the database refuses the create and
the row is tried once more as an update.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from metadata import FieldModel, Refusal
from paas.kernel import Finding, Problem
from runtime.coerce import pointer_to
from runtime.command import Outcome, WriteCommand
from runtime.draft import Draft
from runtime.key import ids_by_key, match_field
from runtime.problem import (
    ID_INVALID,
    KEY_MISSING,
    KEY_REPEATED,
    RecordDuplicate,
    RecordInvalid,
    RecordNotFound,
)
from runtime.refusal import refusal_of
from runtime.work import Work

Run = Callable[[Work, WriteCommand], list[Outcome]]
Row = Mapping[str, Any]


def upsert(work: Work, command: WriteCommand, run: Run) -> list[Outcome]:
    """Run an upsert; raises the problem of one that is refused whole."""
    model = work.snapshot.object(command.object)
    field = match_field(work.snapshot, work.context, model, command.match_by)
    if command.is_single and command.all_or_none:
        return [_single(work, command, field, run)]
    outcomes: dict[int, Outcome] = {}
    with work.connection.savepoint():
        keys = dict(_keys(command, field, outcomes))
        again = _pass(work, command, field, keys, outcomes, run)
        if again:
            _pass(work, command, field, again, outcomes, run, is_last=True)
    found = [outcomes[index] for index in range(len(command.rows))]
    if command.all_or_none:
        _raise_if_refused(found)
    return found


def _single(work: Work, command: WriteCommand, field: FieldModel, run: Run) -> Outcome:
    outcomes: dict[int, Outcome] = {}
    keys = dict(_keys(command, field, outcomes))
    if not keys:
        problem = outcomes[0].problem
        assert problem is not None
        raise problem
    found = _found(work, field, keys)
    if found:
        return run(work, _part(command, field, [0], found, is_batch=False))[0]
    if command.operation != "upsert":
        raise RecordNotFound()
    try:
        with work.connection.savepoint():
            return run(work, _part(command, field, [0], {}, is_batch=False))[0]
    except RecordDuplicate as problem:
        found = _found(work, field, keys) if _is_about(problem, field) else {}
        if not found:
            raise
        return run(work, _part(command, field, [0], found, is_batch=False))[0]


def _pass(
    work: Work,
    command: WriteCommand,
    field: FieldModel,
    keys: Mapping[int, Any],
    outcomes: dict[int, Outcome],
    run: Run,
    *,
    is_last: bool = False,
) -> dict[int, Any]:
    """Write the rows; return the keys of those that somebody else has just created."""
    found = _found(work, field, keys)
    known = [index for index in keys if index in found]
    new = [index for index in keys if index not in found]
    if command.operation != "upsert":
        outcomes.update((index, Outcome(None, problem=RecordNotFound())) for index in new)
        new = []
    taken: dict[int, Any] = {}
    for indexes in (known, new):
        if not indexes:
            continue
        written = run(work, _part(command, field, indexes, found, is_batch=True))
        for index, outcome in zip(indexes, written, strict=True):
            outcomes[index] = outcome
            if not is_last and index not in found and _is_about(outcome.problem, field):
                taken[index] = keys[index]
    return taken if _found(work, field, taken) else {}


def _part(
    command: WriteCommand,
    field: FieldModel,
    indexes: Sequence[int],
    found: Mapping[int, str],
    *,
    is_batch: bool,
) -> WriteCommand:
    """Return the command for some of the rows: all found, or none of them."""
    is_known, is_saved = indexes[0] in found, command.operation != "delete"
    operation = command.operation
    if operation == "upsert":
        operation = "update" if is_known else "create"
    rows: list[Row] = []
    for index in indexes:
        row = command.rows[index]
        if is_known:
            kept = {k: v for k, v in row.items() if k != field.name and (k in _LEFT or is_saved)}
            rows.append({**kept, "id": found[index]})
        else:
            is_named = field.name == "id"
            rows.append({k: v for k, v in row.items() if k not in _LEFT} if is_named else row)
    return replace(
        command,
        operation=operation,
        rows=rows,
        all_or_none=not is_batch,
        is_batch=is_batch,
        match_by=None,
    )


_LEFT = frozenset({"id", "version"})


def _keys(
    command: WriteCommand, field: FieldModel, outcomes: dict[int, Outcome]
) -> list[tuple[int, Any]]:
    """Return the key of each row that has a usable one; the others get their outcome."""
    is_upsert = command.operation == "upsert"
    found: list[tuple[int, Any]] = []
    seen: set[Any] = set()
    for index, row in enumerate(command.rows):
        value = _key(row, field)
        if field.name == "id" and value is None and is_upsert:
            found.append((index, None))  # nobody's id: a new record
        elif value is None:
            outcomes[index] = _refused(KEY_MISSING, field)
        elif isinstance(value, Refusal):
            violation = value.finding.at(pointer_to(field.name), **value.params)
            outcomes[index] = Outcome(None, problem=RecordInvalid(errors=[violation]))
        elif value in seen:
            outcomes[index] = _refused(KEY_REPEATED, field)
        else:
            seen.add(value)
            found.append((index, value))
    return found


def _key(row: Row, field: FieldModel) -> Any:
    raw = row.get(field.name) if isinstance(row, Mapping) else None
    if raw is None or raw == "":
        return None
    if field.name != "id":
        return field.coerce(raw)
    return raw if isinstance(raw, str) else Refusal(ID_INVALID, {})


def _refused(finding: Finding, field: FieldModel) -> Outcome:
    violation = finding.at(pointer_to(field.name), label=field.label)
    return Outcome(None, problem=RecordInvalid(errors=[violation]))


def _found(work: Work, field: FieldModel, keys: Mapping[int, Any]) -> dict[int, str]:
    """Return by row the id of the record that has its key. A given id is taken at its word."""
    if field.name == "id":
        return {index: key for index, key in keys.items() if key is not None}
    wanted = set(keys.values())
    ids = ids_by_key(work.connection, work.snapshot, work.context, field, wanted)
    return {index: ids[key] for index, key in keys.items() if key in ids}


def _is_about(problem: Problem | None, field: FieldModel) -> bool:
    """Tell whether a refusal says that the key is taken."""
    pointer = pointer_to(field.name)
    return isinstance(problem, RecordDuplicate) and any(
        each.pointer == pointer for each in problem.errors
    )


def _raise_if_refused(outcomes: Sequence[Outcome]) -> None:
    refused: list[Draft] = []
    for index, outcome in enumerate(outcomes):
        if outcome.problem is not None:
            draft = Draft(index, outcome.id or "", {})
            draft.problem = outcome.problem
            refused.append(draft)
    if refused:
        raise refusal_of(refused, is_single=False)
