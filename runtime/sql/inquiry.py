"""Statements of queries without groups: a page of records, and child records of a whole page.

Child records of all records on a page come in one statement, so many for each as was asked for:
a window over each parent's children counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import formula
from metadata import NEVER_NULL, ObjectModel, Snapshot
from paas.db import Statement, compile_statement, one_of
from runtime.scope import Scope
from runtime.sql.codec import SQLITE, Column
from runtime.sql.keyset import beyond, ordering, sortable
from runtime.sql.predicate import visible
from runtime.sql.source import Expression, HopScope, Parameter, Path, Source

What = Path | formula.Formula
"""A value of a record: a field at the end of a path, or a formula; both read as the user."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """One sort key."""

    what: What
    descending: bool = False
    nulls_first: bool = False

    @property
    def is_never_null(self) -> bool:
        """Tell whether the engine itself always gives a value."""
        return isinstance(self.what, tuple) and self.what[0] in NEVER_NULL and len(self.what) == 1


@dataclass(frozen=True, slots=True)
class Question:
    """Whose records a query is about, and which of them."""

    snapshot: Snapshot
    dialect: str
    model: ObjectModel
    scope: Scope
    hop_scope: HopScope
    condition: formula.Formula | None = None

    def source(self) -> Source:
        """Return a new FROM."""
        return Source(self.snapshot, self.model, self.dialect, hop_scope=self.hop_scope)

    def conditions(self, source: Source) -> list[sa.ColumnElement[Any]]:
        """Return what rows must fulfil: the caller may see them, and the condition holds."""
        leads = self.dialect != SQLITE or not self._finds_by_index()
        found = [visible(self.scope, source.table, leads=leads)]
        if self.condition is not None:
            found.append(source.condition(self.condition, as_user=True))
        return [each for each in found if each is not None]

    def _finds_by_index(self) -> bool:
        paths = self.condition.reads if self.condition is not None else ()
        return any(len(path) == 1 and path[0] in self.model.leading for path in paths)


@dataclass(frozen=True, slots=True)
class Answering:
    """A compiled query: the statement, its columns, and the parameters formulas need."""

    statement: Statement
    outputs: tuple[Column, ...]
    keys: tuple[Column, ...]
    environment: Mapping[str, Parameter]


def value_of(source: Source, what: What, *, is_shown: bool = False) -> Expression:
    """Return a value of a record as the user reads it."""
    if not isinstance(what, tuple):
        return source.computed(what, as_user=True)
    return (source.shown if is_shown else source.value)(what, as_user=True)


def page_statement(
    question: Question,
    outputs: Mapping[str, What],
    order: tuple[SortKey, ...],
    *,
    after: tuple[bool, ...] | None = None,
) -> Answering:
    """Return the statement of a page; it takes `limit`, and `after_0` … behind a cursor."""
    source = question.source()
    values = [value_of(source, what, is_shown=True) for what in outputs.values()]
    keys = [sortable(value_of(source, term.what)) for term in order]
    conditions = question.conditions(source)
    if after is not None:
        conditions += beyond(order, keys, after)
    columns = (*values, *keys)
    query = (
        sa.select(*(each.clause.label(f"c{index}") for index, each in enumerate(columns)))
        .select_from(source.joined)
        .where(*conditions)
        .order_by(*(ordering(term, key) for term, key in zip(order, keys, strict=True)))
        .limit(sa.bindparam("limit", type_=sa.Integer()))
    )
    return _answering(question, source, query, tuple(outputs), values, keys)


def children_statement(
    question: Question, lookup: str, outputs: Mapping[str, What], order: tuple[SortKey, ...]
) -> Answering:
    """Return the statement of the child records of `ids`.

    Its first column is the parent's id; it takes `each`, how many for each, and `limit`.
    """
    source = question.source()
    parent = source.table.c[lookup]
    values = [value_of(source, what, is_shown=True) for what in outputs.values()]
    keys = [sortable(value_of(source, term.what)) for term in order]
    ordered = [ordering(term, key) for term, key in zip(order, keys, strict=True)]
    place = sa.func.row_number().over(partition_by=parent, order_by=ordered)
    labelled = [each.clause.label(f"c{index}") for index, each in enumerate(values)]
    conditions = question.conditions(source)
    inner = (
        sa.select(parent.label("parent"), *labelled, place.label("place"))
        .select_from(source.joined)
        .where(one_of(parent, "ids"), *conditions)
        .subquery("found")
    )
    query = (
        sa.select(inner.c.parent, *(inner.c[f"c{index}"] for index in range(len(values))))
        .where(inner.c.place <= sa.bindparam("each", type_=sa.Integer()))
        .order_by(inner.c.parent, inner.c.place)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
    )
    return _answering(question, source, query, tuple(outputs), values, [])


def count_statement(question: Question) -> Answering:
    """Return the statement that counts what a query finds."""
    source = question.source()
    conditions = question.conditions(source)
    query = sa.select(sa.func.count()).select_from(source.joined).where(*conditions)
    return _answering(question, source, query, (), [], [])


def _answering(
    question: Question,
    source: Source,
    query: sa.Select[Any],
    names: tuple[str, ...],
    values: list[Expression],
    keys: list[Expression],
) -> Answering:
    outputs = tuple((name, each.encoding) for name, each in zip(names, values, strict=True))
    return Answering(
        compile_statement(query, question.dialect),
        outputs,
        tuple((f"k{index}", each.encoding) for index, each in enumerate(keys)),
        dict(source.environment),
    )
