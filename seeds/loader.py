"""Installing a pack: publish its description, then load its records like any other writer.

Records go through runtime's batch commands in system mode, 200 at a time, in one unit of work: a
pack is loaded whole or not at all. A record whose key is already there is left as it is, so
installing again changes nothing and never overwrites what people have edited since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from metadata import Change, ObjectUnknown, Published, Snapshot, load_folder
from paas.kernel import LANGUAGES, CallContext, Problem, Violation
from runtime import Outcome, Records, Work, WriteCommand
from seeds.key import KeyBook
from seeds.order import Step, plan_order
from seeds.pack import SIGN_INS, SignIn, data_files, read_sign_ins
from seeds.problem import OBJECT_UNKNOWN, REFERENCE_UNKNOWN, ROW_REFUSED, PackDataInvalid
from seeds.table import Row, Table, read_table

BATCH = 200
USERS = "user"

Publish = Callable[[CallContext, Sequence[Change]], Published]
GiveSignIn = Callable[[str, SignIn], None]
"""Takes the id of a user's record and the sign-in that is to be hers."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did."""

    published: Published
    created: Mapping[str, int] = field(default_factory=dict)
    """Object name → number of records created."""
    kept: Mapping[str, int] = field(default_factory=dict)
    """Object name → number of records that were there before."""

    @property
    def is_unchanged(self) -> bool:
        """Tell whether everything had been there already."""
        return not self.published.changes and not any(self.created.values())

    def summary(self) -> str:
        """Return one line for the person at the command line."""
        created, kept = sum(self.created.values()), sum(self.kept.values())
        return (
            f"revision {self.published.revision}: {len(self.published.changes)} definitions "
            f"changed, {created} records created, {kept} already there"
        )


def install_pack(
    publish: Publish,
    records: Records,
    folder: Path,
    *,
    sample_data: bool,
    context: CallContext,
    give_sign_in: GiveSignIn | None = None,
) -> Installed:
    """Install the pack in `folder`; raises `PackDataInvalid` and what publishing raises.

    `context` is in system mode. `give_sign_in` is called for each demo sign-in of the pack when
    the sample data is loaded.
    """
    published = publish(context, load_folder(folder))
    if not sample_data:
        return Installed(published)
    snapshot = records.begin(context, lambda work: work.snapshot)
    tables = _read(folder, snapshot, context)
    keys = KeyBook(records, context)
    keys.look_up(tables)
    _refuse_dangling(tables, keys)
    steps = plan_order(tables)
    created = records.begin(context, lambda work: _Loading(records, work, keys).run(steps))
    if give_sign_in is not None:
        _give_sign_ins(folder, tables, keys, give_sign_in)
    kept = {each.object: len(each.rows) - created[each.object] for each in tables}
    return Installed(published, created, kept)


def _read(folder: Path, snapshot: Snapshot, context: CallContext) -> list[Table]:
    violations: list[Violation] = []
    tables: list[Table] = []
    for file in data_files(folder):
        try:
            model = snapshot.object(file.stem)
        except ObjectUnknown:
            violations.append(OBJECT_UNKNOWN.at(f"/data/{file.name}", name=file.stem))
            continue
        tables.append(read_table(file, model, context, violations))
    if violations:
        raise PackDataInvalid(errors=violations)
    return tables


def _refuse_dangling(tables: Sequence[Table], keys: KeyBook) -> None:
    """Refuse references to records that are neither in the pack nor in the database."""
    promised = {(each.object, each.key): {row.key for row in each.rows} for each in tables}
    violations = [
        REFERENCE_UNKNOWN.at(f"/data/{table.file}", line=row.line, column=column.header, value=key)
        for table in tables
        for column in table.references
        for row in table.rows
        if (key := row.references.get(column.field.name)) is not None
        and key not in promised.get((str(column.target), str(column.target_key)), ())
        and keys.find(str(column.target), str(column.target_key), key) is None
    ]
    if violations:
        raise PackDataInvalid(errors=violations)


def _give_sign_ins(folder: Path, tables: Sequence[Table], keys: KeyBook, give: GiveSignIn) -> None:
    people = next((each for each in tables if each.object == USERS), None)
    for sign_in in read_sign_ins(folder):
        user_id = people and keys.find(people.object, people.key, sign_in.user)
        if not user_id:
            raise PackDataInvalid(
                errors=[
                    REFERENCE_UNKNOWN.at(
                        f"/data/{SIGN_INS}", line=sign_in.line, column="user", value=sign_in.user
                    )
                ]
            )
        give(user_id, sign_in)


class _Loading:
    """One run through the tables inside one unit of work."""

    def __init__(self, records: Records, work: Work, keys: KeyBook) -> None:
        self._records = records
        self._work = work
        self._keys = keys
        self._fresh: dict[str, list[Row]] = {}

    def run(self, steps: Sequence[Step]) -> dict[str, int]:
        """Create what is missing, then set the references that had to wait."""
        for step in steps:
            self._create(step)
        for step in steps:
            if step.later:
                self._complete(step)
        return {name: len(rows) for name, rows in self._fresh.items()}

    def _create(self, step: Step) -> None:
        table = step.table
        fresh = [
            row for row in table.rows if self._keys.find(table.object, table.key, row.key) is None
        ]
        self._fresh[table.object] = fresh
        for rows in _batches(fresh):
            drafts = [
                {**row.values, **self._resolved(table, row, without=step.later)} for row in rows
            ]
            outcomes = self._write("create", table, rows, drafts)
            ids = {row.key: each.id for row, each in zip(rows, outcomes, strict=True)}
            self._keys.learn(table, ids)

    def _complete(self, step: Step) -> None:
        table = step.table
        waiting = [
            row for row in self._fresh[table.object] if not step.later.isdisjoint(row.references)
        ]
        for rows in _batches(waiting):
            changes = [
                {
                    "id": self._keys.find(table.object, table.key, row.key),
                    **self._resolved(table, row, only=step.later),
                }
                for row in rows
            ]
            self._write("update", table, rows, changes)

    def _resolved(
        self,
        table: Table,
        row: Row,
        *,
        only: frozenset[str] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        return {
            name: self._keys.find(str(column.target), str(column.target_key), row.references[name])
            for column in table.references
            if (name := column.field.name) in row.references
            and name not in without
            and (only is None or name in only)
        }

    def _write(
        self,
        operation: Literal["create", "update"],
        table: Table,
        rows: Sequence[Row],
        drafts: Sequence[Mapping[str, Any]],
    ) -> list[Outcome]:
        command = WriteCommand(operation, table.object, drafts, all_or_none=False)
        outcomes = self._records.write_in(self._work, command)
        refused = [
            ROW_REFUSED.at(f"/data/{table.file}", line=row.line, detail=_sentences(each.problem))
            for row, each in zip(rows, outcomes, strict=True)
            if each.problem is not None
        ]
        if refused:
            raise PackDataInvalid(errors=refused)
        return outcomes


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _sentences(problem: Problem) -> dict[str, str]:
    """Return everything a refused row is told, in each language."""
    return {
        language: " ".join(each.detail(language) for each in problem.errors)
        or problem.detail(language)
        for language in LANGUAGES
    }
