"""Keyset pages: the order of rows, and the condition that a row comes after a cursor.

A page starts behind the sort keys of the last record and not at an offset, so records that come in
between neither repeat nor hide others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from runtime.sql.source import Expression


class Direction(Protocol):
    """How rows are ordered by one key."""

    @property
    def descending(self) -> bool:
        """Tell whether large values come first."""

    @property
    def nulls_first(self) -> bool:
        """Tell whether rows without a value come first."""

    @property
    def is_never_null(self) -> bool:
        """Tell whether every row has a value."""


def sortable(value: Expression) -> Expression:
    """Return what to order by: the value itself, but for decimal text a key that sorts so."""
    if value.encoding != "decimal_text":
        return value
    return Expression(sa.func.formula_sort_key(value.clause, type_=sa.Text()), "text")


def ordering(term: Direction, key: Expression) -> sa.ColumnElement[Any]:
    """Return the key as ORDER BY takes it."""
    ordered = key.clause.desc() if term.descending else key.clause.asc()
    if term.is_never_null:
        return ordered
    return ordered.nulls_first() if term.nulls_first else ordered.nulls_last()


def beyond(
    order: Sequence[Direction], keys: Sequence[Expression], nulls: Sequence[bool]
) -> list[sa.ColumnElement[Any]]:
    """Return the condition that a row comes after the cursor: `after_0`, `after_1`, … hold it.

    `nulls` says for which keys the cursor holds no value. The first key is bounded apart from the
    rest, so that an index on it finds the place.
    """
    options: list[sa.ColumnElement[Any]] = []
    equal: list[sa.ColumnElement[Any]] = []
    for index, (term, key, is_null) in enumerate(zip(order, keys, nulls, strict=True)):
        mark = sa.bindparam(f"after_{index}", type_=key.clause.type)
        if not is_null:
            options.append(sa.and_(*equal, _later(term, key.clause, mark)))
        elif term.nulls_first:
            options.append(sa.and_(*equal, key.clause.is_not(None)))
        equal.append(key.clause.is_(None) if is_null else key.clause == mark)
    conditions: list[sa.ColumnElement[Any]] = [sa.or_(*options) if options else sa.false()]
    first = order[0]
    if first.is_never_null and len(order) > 1 and not nulls[0]:
        mark = sa.bindparam("after_0", type_=keys[0].clause.type)
        bound = keys[0].clause <= mark if first.descending else keys[0].clause >= mark
        conditions.append(bound)
    return conditions


def _later(
    term: Direction, clause: sa.ColumnElement[Any], mark: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    later = clause < mark if term.descending else clause > mark
    return later if term.is_never_null or term.nulls_first else sa.or_(later, clause.is_(None))
