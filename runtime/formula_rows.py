"""Stored records as formulas see them, with everything that is read beside them, in system mode.

One statement reads the records of an object and one each whatever the formulas lead to — related
records, child records — whatever the number of records, in the same way as rules read it. The
pipeline prepares rows for drafts; these are records that nobody is changing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formula import Evaluation, Formula
from metadata import ObjectModel, Snapshot
from paas.db import Statement
from runtime.prefetch import Prefetch, prefetch
from runtime.rule import evaluation_of
from runtime.sql.codec import reader
from runtime.sql.select import Reading, build
from runtime.surroundings import Surroundings, surroundings_of
from runtime.work import Work

Row = Mapping[str, Any]
ALWAYS = ("id", "entityType")


class FormulaRows:
    """The rows of some records of one object, and what formulas know besides them.

    `formulas` are all that will be evaluated over these rows; `$User` is who calls.
    """

    def __init__(
        self, work: Work, model: ObjectModel, ids: Sequence[str], formulas: Iterable[Formula]
    ) -> None:
        needed = frozenset(formulas)
        plan = work.snapshot.plan(
            ("formula.rows", model.name, work.dialect, needed),
            lambda: _plan(work.snapshot, model, needed, work.dialect),
        )
        self._rows = plan.rows(work, ids)
        self._evaluation = plan.evaluation(work)

    def get(self, record_id: str) -> Row | None:
        """Return the row of a record, None if there is no such record."""
        return self._rows.get(record_id)

    def evaluate(self, formula: Formula, record_id: str) -> Any:
        """Return a formula's value for a record that is there."""
        return formula.evaluate(self._rows[record_id], None, self._evaluation)


@dataclass(frozen=True, slots=True)
class _Plan:
    statement: Statement
    read: Callable[[tuple[Any, ...]], dict[str, Any]]
    related: Prefetch
    beside: Surroundings

    def rows(self, work: Work, ids: Sequence[str]) -> dict[str, Row]:
        stored = map(self.read, work.connection.fetch(self.statement, {"ids": list(ids)}))
        rows = [self.related.row(each) for each in stored]
        self.related.complete(work.connection, rows)
        return {row["id"]: row for row in rows}

    def evaluation(self, work: Work) -> Evaluation:
        return evaluation_of(work, self.beside)


def _plan(
    snapshot: Snapshot, model: ObjectModel, formulas: Iterable[Formula], dialect: str
) -> _Plan:
    paths = {path for each in formulas for path in (*each.reads, *each.hops)}
    reads = [read for each in formulas for read in each.child_reads]
    names = {path[0] for path in (*paths, *(read.path for read in reads if read.path))}
    always = {name for name in ALWAYS if name in model.fields}
    outputs = tuple((name,) for name in sorted(always | names))
    selected = build(Reading(snapshot, dialect, model, outputs, find="some"))
    return _Plan(
        statement=selected.statement,
        read=reader(selected.outputs, purpose="formula", dialect=dialect),
        related=prefetch(snapshot, model, formulas, dialect),
        beside=surroundings_of(snapshot, formulas, dialect),
    )
