"""Sub-expressions computed once and used by name: what a formula's LET is to SQL.

A scope gathers bindings while a formula is lowered and then writes them around it:

    (WITH bound_a AS MATERIALIZED (SELECT … AS once_1),
          bound_b AS MATERIALIZED (SELECT bound_a.*, … AS once_2 FROM bound_a)
     SELECT … FROM bound_b)

MATERIALIZED keeps both databases from writing the expression back into every place it is used.
It also keeps PostgreSQL from computing constants while it plans, before any guard.

A sub-query over child records has a scope of its own inside the one around it, whose names it may
use: no name is given twice within a formula.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from formula.targets.sql.value import Expression


class Bound(sa.ColumnClause[Any]):
    """The name of a bound sub-expression; `level` says which bindings it may build upon."""

    inherit_cache = False

    def __init__(self, name: str, kind: sa.types.TypeEngine[Any], scope: Scope, level: int) -> None:
        super().__init__(name, kind, is_literal=True)
        self.scope = scope
        self.level = level


class Scope:
    """The bindings of one expression. `mark` tells its names from those of scopes around it."""

    def __init__(self, mark: str = "") -> None:
        self._levels: list[list[tuple[str, Expression]]] = []
        self._count = 0
        self._mark = mark

    def bind(self, expression: Expression) -> Expression:
        """Return the name of the expression, computed once."""
        below = [each.level for each in _bound_in(expression) if each.scope is self]
        level = 1 + max(below, default=-1)
        if level == len(self._levels):
            self._levels.append([])
        self._count += 1
        name = f"once{self._mark}_{self._count}"
        self._levels[level].append((name, expression))
        return Bound(name, expression.type, self, level)

    def around(self, expression: Expression) -> Expression:
        """Return the expression with the bindings it uses."""
        return _Bindings(self._levels, expression, self._mark) if self._levels else expression


def is_plain(expression: Expression) -> bool:
    """Tell whether an expression may be repeated at no cost: a column, a constant, a name."""
    if isinstance(expression, sa.TypeCoerce):
        return is_plain(expression.clause)
    if isinstance(expression, sa.Cast):
        return isinstance(expression.clause, sa.BindParameter | sa.Null)
    return isinstance(
        expression, sa.ColumnClause | sa.BindParameter | sa.Null | sa.True_ | sa.False_
    )


def _bound_in(expression: Expression) -> list[Bound]:
    return [each for each in visitors.iterate(expression) if isinstance(each, Bound)]


class _Bindings(FunctionElement[Any]):
    inherit_cache = False

    def __init__(
        self, levels: list[list[tuple[str, Expression]]], body: Expression, mark: str
    ) -> None:
        self.type = body.type
        self.table = f"bound{mark}"
        self.names = [[name for name, _expression in level] for level in levels]
        expressions = [expression for level in levels for _name, expression in level]
        super().__init__(*expressions, body)

    def self_group(self, against: Any = None) -> _Bindings:  # noqa: ARG002
        """Stay as it is: it is in brackets already."""
        return self


@compiles(_Bindings)
def _written(element: _Bindings, compiler: SQLCompiler, **kwargs: Any) -> str:
    *expressions, body = (compiler.process(clause, **kwargs) for clause in element.clauses)
    waiting, tables, table = iter(expressions), [], element.table
    for level, names in enumerate(element.names):
        columns = ", ".join(f"{next(waiting)} AS {name}" for name in names)
        before = f"{table}_{level}.*, {columns} FROM {table}_{level}" if level else columns
        tables.append(f"{table}_{level + 1} AS MATERIALIZED (SELECT {before})")
    return f"(WITH {', '.join(tables)} SELECT {body} FROM {table}_{len(tables)})"
