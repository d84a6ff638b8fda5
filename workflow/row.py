"""Records as formulas see them: rows with everything that is read through lookups, in system mode.

One statement reads all records of an object with all that the formulas lead to, whatever the
number of records. The pipeline has its own way of preparing rows, for drafts; this one is for
records as they are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from formula import Evaluation, Formula
from metadata import GLOBALS, ObjectModel, hop_key
from runtime import Work, caller_prefetch, user_row
from runtime.sql.codec import reader
from runtime.sql.select import Reading, Selected, build

Path = tuple[str, ...]
Row = Mapping[str, Any]
ALWAYS = ("id", "entityType")


class FormulaRows:
    """The rows of some records of one object, and what formulas know besides them.

    `formulas` are all that will be evaluated over these rows; `$User` is who calls.
    """

    def __init__(
        self, work: Work, model: ObjectModel, ids: Sequence[str], formulas: Iterable[Formula]
    ) -> None:
        needed = tuple(formulas)
        paths = {path for each in needed for path in each.reads}
        self._rows = _read(work, model, ids, paths)
        self._evaluation = _evaluation(work, needed)

    def get(self, record_id: str) -> Row | None:
        """Return the row of a record, None if there is no such record."""
        return self._rows.get(record_id)

    def evaluate(self, formula: Formula, record_id: str) -> Any:
        """Return a formula's value for a record that is there."""
        return formula.evaluate(self._rows[record_id], None, self._evaluation)


def _read(
    work: Work, model: ObjectModel, ids: Sequence[str], paths: Iterable[Path]
) -> dict[str, Row]:
    always = {(name,) for name in ALWAYS if name in model.fields}
    # Every lookup on the way is read too, so that a row tells where a path ends.
    lengthened = {path[:length] for path in paths for length in range(1, len(path) + 1)}
    outputs = tuple(sorted(always | lengthened))

    def make() -> Selected:
        return build(Reading(work.snapshot, work.dialect, model, outputs, find="some"))

    selected = work.snapshot.plan(("workflow.rows", model.name, work.dialect, outputs), make)
    read = reader(selected.outputs, purpose="formula", dialect=work.dialect)
    rows = (
        _nested(read(row), outputs, model, work)
        for row in work.connection.fetch(selected.statement, {"ids": list(ids)})
    )
    return {row["id"]: row for row in rows}


def _nested(
    flat: Mapping[str, Any], outputs: Sequence[Path], model: ObjectModel, work: Work
) -> dict[str, Any]:
    """Put what was read through lookups under the keys where formulas look for it.

    `outputs` is sorted, so that a lookup comes before what lies behind it.
    """
    row: dict[str, Any] = {}
    places: dict[Path, tuple[dict[str, Any] | None, ObjectModel]] = {(): (row, model)}
    for path in outputs:
        prefix = path[:-1]
        if prefix not in places:
            outer, owner = places[prefix[:-1]]
            field = owner.fields[prefix[-1]]
            inside: dict[str, Any] | None = None
            if outer is not None:
                inside = {} if outer[field.name] is not None else None
                outer[hop_key(field) or ""] = inside
            places[prefix] = inside, work.snapshot.object(field.target or "")
        place = places[prefix][0]
        if place is not None:
            place[path[-1]] = flat[".".join(path)]
    return row


def _evaluation(work: Work, formulas: Sequence[Formula]) -> Evaluation:
    context, snapshot = work.context, work.snapshot
    caller = caller_prefetch(snapshot, formulas, work.dialect)
    row: dict[str, Any] = {}
    if caller is not None:
        row = dict(user_row(work.connection, snapshot, context))
        if row and caller.hops:
            caller.complete(work.connection, [row])
    return Evaluation(
        now=context.now,
        today=context.today,
        zone=context.zone,
        globals=dict.fromkeys(GLOBALS, row),
        language=context.language,
    )
