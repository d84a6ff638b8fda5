"""Whole columns at once: the same expression inside one loop, without a call or a row per record.

A record whose values make the loop fail is evaluated by itself, as a row, and the loop goes on
behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from formula.evaluation import Evaluation, Row

Columns = Mapping[str, Sequence[Any]]
EvaluateColumns = Callable[[Columns, Columns | None, int, Evaluation], list[Any]]
"""Takes columns by row key, those before the change (None on create), how many records there are,
and the evaluation."""
Key = tuple[str, str]
"""The base (`row` or `old`) and the row key of a column."""

LOOP = """\
def evaluate(rows, results, old, evaluation{constants}):{context}
    for {targets} in rows:
        results.append({expression})
"""


def over_columns(
    loop: Callable[..., None],
    keys: Sequence[Key],
    by_row: Callable[[Row, Row | None, Evaluation], Any],
    errors: tuple[type[Exception], ...],
) -> EvaluateColumns:
    """Return the loop as a function of columns."""

    def evaluate(
        columns: Columns, old: Columns | None, count: int, evaluation: Evaluation
    ) -> list[Any]:
        blank: Sequence[None] = (None,) * count
        sources = {"row": columns, "old": old or {}}
        used = [sources[base].get(key, blank) for base, key in keys]
        rows = zip(*used, strict=True) if len(used) > 1 else iter(used[0])
        results: list[Any] = []
        while True:
            try:
                loop(rows, results, old, evaluation)
            except errors:
                results.append(by_row(*_row(columns, old, len(results)), evaluation))
            else:
                return results

    return evaluate


def row_by_row(by_row: Callable[[Row, Row | None, Evaluation], Any]) -> EvaluateColumns:
    """Return what evaluates columns record by record."""

    def evaluate(
        columns: Columns, old: Columns | None, count: int, evaluation: Evaluation
    ) -> list[Any]:
        return [by_row(*_row(columns, old, place), evaluation) for place in range(count)]

    return evaluate


def _row(columns: Columns, old: Columns | None, place: int) -> tuple[Row, Row | None]:
    row = {key: column[place] for key, column in columns.items()}
    before = None if old is None else {key: column[place] for key, column in old.items()}
    return row, before
