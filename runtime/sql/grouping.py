"""Statements of queries with groups.

    SELECT … FROM (SELECT k0, …, sum(x0), … FROM (SELECT … AS k0, … AS x0 FROM … WHERE …)
                   GROUP BY k0, …) WHERE <HAVING> ORDER BY … LIMIT …

The innermost rows are those the caller may see. Results have names — `k0` for a key, `a0` for an
aggregate, `g0` for whether a key is rolled up — under which HAVING, the order and columns made of
results read them as formulas. A roll-up is one such group of groups for each level, over one set
of rows, and the same text on both databases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import formula
from formula.targets.sql import NotInSql, lower, lower_condition
from paas.db import compile_statement
from runtime.sql.aggregate import COUNTED, aggregated
from runtime.sql.inquiry import Answering, Question, What, value_of
from runtime.sql.keyset import ordering, sortable
from runtime.sql.source import Expression

OBJECT = "group"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the groups."""

    what: What
    type: formula.Type


@dataclass(frozen=True, slots=True)
class Aggregation:
    """One aggregate; without an argument it counts rows."""

    function: str
    argument: What | None
    type: formula.Type


Result = str | formula.Formula
"""A column of the answer: the name of a result, or a formula over results."""


@dataclass(frozen=True, slots=True)
class ResultTerm:
    """One sort key over results."""

    result: Result
    descending: bool = False
    nulls_first: bool = False
    is_never_null: bool = False


class Grouping:
    """The groups of one query, and what formulas may say about them."""

    def __init__(
        self,
        question: Question,
        keys: Sequence[Key],
        aggregations: Sequence[Aggregation],
        *,
        is_rollup: bool,
    ) -> None:
        self.question = question
        self._keys = keys
        self._is_rollup = is_rollup
        self._source = question.source()
        key_values = [value_of(self._source, key.what) for key in keys]
        arguments = [
            None if each.argument is None else value_of(self._source, each.argument)
            for each in aggregations
        ]
        self._rows = self._inner(key_values, arguments)
        self._made = [
            aggregated(each.function, self._argument(index, value), each.type, question.dialect)
            for index, (each, value) in enumerate(zip(aggregations, arguments, strict=True))
        ]
        self._encodings = self._named(key_values)
        self._groups = self._grouped().subquery("groups")
        self._types = self._typed()

    # -- what formulas see -----------------------------------------------------------------------

    @property
    def symbols(self) -> formula.ObjectSymbol:
        """Return the results as fields of an object."""
        fields = {
            name: formula.FieldSymbol(name, type_, physical_scale=self._scale(name))
            for name, type_ in self._types.items()
        }
        return formula.ObjectSymbol(OBJECT, fields)

    def type_of(self, name: str) -> formula.Type:
        """Return the type of a result."""
        return self._types[name]

    def _typed(self) -> Mapping[str, formula.Type]:
        types = {f"k{index}": key.type for index, key in enumerate(self._keys)}
        types |= {f"a{index}": each.type for index, each in enumerate(self._made)}
        return types | {f"g{index}": COUNTED for index in range(len(self._keys))}

    def _scale(self, name: str) -> int | None:
        kind, _, digits = self._encodings[name].partition(":")
        return int(digits) if kind == "scaled" else 0 if kind == "integer" else None

    # -- the statement ---------------------------------------------------------------------------

    def statement(
        self,
        columns: Mapping[str, Result],
        *,
        having: formula.Formula | None,
        order: Sequence[ResultTerm],
    ) -> Answering:
        """Return the statement; it takes `limit`."""
        values = [self._result(each) for each in columns.values()]
        keys = [sortable(self._result(term.result)) for term in order]
        query = sa.select(*(each.clause.label(f"c{i}") for i, each in enumerate(values)))
        query = query.select_from(self._groups)
        if having is not None:
            query = query.where(lower_condition(having, self.question.dialect, _View(self)))
        query = query.order_by(
            *(ordering(term, key) for term, key in zip(order, keys, strict=True))
        ).limit(sa.bindparam("limit", type_=sa.Integer()))
        outputs = tuple((name, each.encoding) for name, each in zip(columns, values, strict=True))
        return Answering(
            compile_statement(query, self.question.dialect),
            outputs,
            (),
            dict(self._source.environment),
        )

    def _result(self, result: Result) -> Expression:
        if isinstance(result, str):
            return Expression(self.column_of(result), self._encodings[result])
        lowered = lower(result, self.question.dialect, _View(self))
        return Expression(lowered.expression, lowered.encoding)

    def column_of(self, name: str) -> sa.ColumnElement[Any]:
        """Return the column of a result."""
        column: sa.ColumnElement[Any] = self._groups.c[name]
        return column

    def parameter(self, name: Any) -> sa.ColumnElement[Any]:
        """Return what formulas know besides results."""
        return self._source.parameter(name)

    # -- rows and groups -------------------------------------------------------------------------

    def _inner(
        self, keys: Sequence[Expression], arguments: Sequence[Expression | None]
    ) -> sa.FromClause:
        columns = [each.clause.label(f"k{index}") for index, each in enumerate(keys)]
        columns += [
            each.clause.label(f"x{index}")
            for index, each in enumerate(arguments)
            if each is not None
        ]
        conditions = self.question.conditions(self._source)
        query = sa.select(*(columns or [sa.literal_column("1").label("one")]))
        query = query.select_from(self._source.joined).where(*conditions)
        return query.cte("rows") if self._is_rollup else query.subquery("rows")

    def _argument(self, index: int, value: Expression | None) -> Expression | None:
        if value is None:
            return None
        return Expression(self._rows.c[f"x{index}"], value.encoding)

    def _named(self, keys: Sequence[Expression]) -> Mapping[str, str]:
        found = {f"k{index}": each.encoding for index, each in enumerate(keys)}
        found |= {f"a{index}": each.expression.encoding for index, each in enumerate(self._made)}
        return found | {f"g{index}": "integer" for index in range(len(keys))}

    def _grouped(self) -> Any:
        count = len(self._keys)
        levels = range(count, -1, -1) if self._is_rollup else (count,)
        made = [self._level(level) for level in levels]
        return made[0] if len(made) == 1 else sa.union_all(*made)

    def _level(self, kept: int) -> sa.Select[Any]:
        """Return the groups by the first `kept` keys; the others are null and marked."""
        keys = [self._rows.c[f"k{index}"] for index in range(len(self._keys))]
        shown: list[Any] = []
        for index, key in enumerate(keys):
            is_kept = index < kept
            value = key if is_kept else sa.cast(sa.null(), key.type)
            mark = sa.literal_column("0" if is_kept else "1", sa.Integer())
            shown += [value.label(f"k{index}"), mark.label(f"g{index}")]
        made = [each.expression.clause.label(f"a{index}") for index, each in enumerate(self._made)]
        query = sa.select(*shown, *made).select_from(self._rows)
        return query.group_by(*keys[:kept]) if kept else query


@dataclass(frozen=True, slots=True)
class _View:
    """Results as one formula sees them."""

    grouping: Grouping

    def column(self, node: formula.FieldPath) -> sa.ColumnElement[Any]:
        return self.grouping.column_of(node.field.name)

    def children(self, node: formula.Aggregate) -> Any:
        raise NotInSql(name=node.function.name)

    def hierarchy(self, node: formula.Call) -> Any:
        raise NotInSql(name=node.function.name)

    def parameter(self, name: Any) -> sa.ColumnElement[Any]:
        return self.grouping.parameter(name)
