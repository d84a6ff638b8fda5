"""Whole columns at once: the same expression inside one loop, without a call or a row per record.

A record whose values make the loop fail is evaluated by itself, as a row, and the loop goes on
behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import length_hint
from typing import Any

from formula.evaluation import Evaluation, Row
from formula.function import Passing
from formula.targets.python.code import Column, Columns, Names
from formula.tree import Aggregate, Call, FieldPath, Node, children
from formula.types import Kind

Values = Mapping[str, Sequence[Any]]
EvaluateColumns = Callable[[Values, Values | None, int, Evaluation], list[Any]]
"""Takes columns by row key, those before the change (None on create), how many records there are,
and the evaluation."""

_COMPREHENSION = """\
def evaluate({parameters}):{before}
    return [{expression} for {targets} in rows]
"""
_LOOP = """\
def evaluate({parameters}):{before}
    results = []
    for {targets} in rows:
        results.append({expression})
    return results
"""


def read_always(tree: Node) -> dict[Column, str]:
    """Name the columns the loop reads of every record, in the order the formula wants them.

    Columns wanted only behind a condition or in a branch are left out if that saves more than
    counting the records costs, which is about what reading one column costs.
    """
    found: dict[Column, bool] = {}
    spared = 0
    waiting: list[tuple[Node, tuple[str, ...], bool]] = [(tree, ("row",), True)]
    while waiting:
        node, bases, is_certain = waiting.pop()
        if isinstance(node, FieldPath | Aggregate):
            for base in bases:
                column = (base, _first_key(node))
                if column not in found and not is_certain:
                    spared += _weight(node)
                found[column] = found.get(column, False) or is_certain
            continue
        passing = node.overload.passing if isinstance(node, Call) else Passing.STRICT
        if passing is Passing.CHANGE:
            bases = ("row", "old")
        is_lazy = passing is Passing.LAZY
        for place, each in reversed(list(enumerate(children(node)))):
            waiting.append((each, bases, is_certain and not (is_lazy and place)))
    chosen = [column for column, is_certain in found.items() if is_certain or spared < _WORTHWHILE]
    return {column: f"x{place}" for place, column in enumerate(chosen)}


_WORTHWHILE = 3


def _weight(node: FieldPath | Aggregate) -> int:
    """Return what not reading a column saves: numbers are large, and each record has its own."""
    is_number = isinstance(node, FieldPath) and not node.steps and node.type.kind is Kind.NUMBER
    return 2 if is_number else 1


def _first_key(node: FieldPath | Aggregate) -> str:
    if node.steps:
        return node.steps[0].row_key
    return node.field.name if isinstance(node, FieldPath) else node.child.row_key


def write_loop(columns: Columns, names: Names, expression: str, context: str) -> str:
    """Write the function; a comprehension is faster, but assigning inside one is slower."""
    before = context.replace("    " * 2, "    ")
    before += "".join(f"\n    {name} = {text}" for name, text in columns.before.items())
    parameters = ["rows", "old", "evaluation", *columns.sometimes.values()]
    parameters += sorted(names.constants)
    targets = ["i"] if columns.sometimes else []
    template = _LOOP if ":=" in expression else _COMPREHENSION
    return template.format(
        parameters=", ".join(parameters),
        before=before,
        targets=", ".join([*targets, *columns.always.values()]),
        expression=expression,
    )


def over_columns(
    loop: Callable[..., list[Any]],
    always: Sequence[Column],
    sometimes: Sequence[Column],
    by_row: Callable[[Row, Row | None, Evaluation], Any],
    errors: tuple[type[Exception], ...],
) -> EvaluateColumns:
    """Return the loop as a function of columns."""

    def evaluate(
        columns: Values, old: Values | None, count: int, evaluation: Evaluation
    ) -> list[Any]:
        blank: Sequence[None] = (None,) * count
        sources = {"row": columns, "old": old or {}}
        used = [_of(sources[base].get(key, blank), key, count) for base, key in always]
        indexed = [_of(sources[base].get(key, blank), key, count) for base, key in sometimes]
        results: list[Any] = []
        leading, rows = _rows(used, range(count), bool(indexed))
        while True:
            try:
                return results + loop(rows, old, evaluation, *indexed)
            except errors:
                done, place = len(results), count - 1 - length_hint(leading)
                if place < done:  # before the first record
                    return results + _each(by_row, columns, old, range(done, count), evaluation)
            if done < place:
                part = [column[done:place] for column in used]
                _leading, again = _rows(part, range(done, place), bool(indexed))
                results += loop(again, old, evaluation, *indexed)
            results.append(by_row(*_row(columns, old, place), evaluation))

    return evaluate


def _of(column: Sequence[Any], key: str, count: int) -> Sequence[Any]:
    if len(column) != count:
        raise ValueError(f"column {key!r} has {len(column)} values, not {count}")
    return column if isinstance(column, list | tuple) else list(column)


def _rows(
    used: Sequence[Sequence[Any]], places: range, is_indexed: bool
) -> tuple[Iterator[Any], Iterator[Any]]:
    """Return an iterator over records, and the one that tells how far it is."""
    iterators: list[Iterator[Any]] = [iter(places)] if is_indexed else []
    iterators += map(iter, used)
    leading = iterators[0]
    return leading, zip(*iterators, strict=False) if len(iterators) > 1 else leading


def row_by_row(by_row: Callable[[Row, Row | None, Evaluation], Any]) -> EvaluateColumns:
    """Return what evaluates columns record by record."""

    def evaluate(
        columns: Values, old: Values | None, count: int, evaluation: Evaluation
    ) -> list[Any]:
        return _each(by_row, columns, old, range(count), evaluation)

    return evaluate


def _each(
    by_row: Callable[[Row, Row | None, Evaluation], Any],
    columns: Values,
    old: Values | None,
    places: range,
    evaluation: Evaluation,
) -> list[Any]:
    return [by_row(*_row(columns, old, place), evaluation) for place in places]


def _row(columns: Values, old: Values | None, place: int) -> tuple[Row, Row | None]:
    row = {key: column[place] for key, column in columns.items()}
    before = None if old is None else {key: column[place] for key, column in old.items()}
    return row, before
