"""Writing a pack's records inside one unit of work, in sets, like any other writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from paas.kernel import LANGUAGES, Problem
from runtime import Outcome, Work, WriteCommand
from seeds.key import KeyBook
from seeds.order import Step
from seeds.problem import ROW_REFUSED, PackDataInvalid
from seeds.table import Row, Table

BATCH = 200


class Loading:
    """One run through the tables inside one unit of work."""

    def __init__(self, work: Work, keys: KeyBook) -> None:
        self._work = work
        self._keys = keys
        self._fresh: dict[str, list[Row]] = {}

    def run(self, steps: Sequence[Step]) -> dict[str, frozenset[str]]:
        """Create what is missing, then set the references that had to wait.

        Returns the keys of the records created, by object.
        """
        for step in steps:
            self._create(step)
        for step in steps:
            if step.later:
                self._complete(step)
        return {name: frozenset(row.key for row in rows) for name, rows in self._fresh.items()}

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
            ids = {row.key: str(each.id) for row, each in zip(rows, outcomes, strict=True)}
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
        command = WriteCommand(operation, table.object, drafts, all_or_none=False, is_batch=True)
        outcomes = self._work.write(command)
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
