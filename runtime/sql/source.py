"""Where columns come from: an object's table and the lookups walked from it, joined once each.

A path walked as the user joins the related record only if the user may see it, so an invisible
record reads as null and can neither be shown, filtered on nor sorted by. Formula fields were
written by administrators and walk in system mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import sqlalchemy as sa
import structlog

import formula
from formula import Aggregate, FieldPath
from formula.targets.sql import NotInSql, lower, lower_condition
from metadata import ObjectModel, Snapshot, global_field
from metadata.ddl import column_type
from runtime.problem import QUERY_HIERARCHY, QUERY_TOO_MANY_LOOKUPS, QueryInvalid
from runtime.scope import Scope
from runtime.sql.codec import SQLITE, encoding_of
from runtime.sql.hierarchy import hierarchy
from runtime.sql.predicate import visible
from runtime.sql.table import table_of

log = structlog.get_logger("runtime")

Path = tuple[str, ...]
Parameter = str | tuple[str, ...]
"""What a formula knows besides records: `today`, `now`, `zone`, or a global's path."""
EVERY = 99
"""More lookups than any path walks."""
MAX_JOINS = 60
"""Related records in one statement: SQLite joins 64 tables."""
HopScope = Callable[[ObjectModel], Scope]


@dataclass(frozen=True, slots=True)
class Expression:
    """A readable value: its SQL and the encoding it arrives in."""

    clause: sa.ColumnElement[Any]
    encoding: str


@dataclass(frozen=True, slots=True)
class _Hop:
    model: ObjectModel
    table: sa.FromClause


_ENVIRONMENT: dict[str, sa.types.TypeEngine[Any]] = {
    "today": sa.Date(),
    "now": sa.TIMESTAMP(timezone=True),
    "zone": sa.Text(),
}


class Source:
    """The FROM of one statement about one object.

    `user_steps` says after how many lookups a path goes on in system mode: 0 for administrators'
    expressions, `EVERY` for users'. A source of child records (`outer`) is for a sub-query of the
    statement: it shares that one's parameters and the names of tables.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        model: ObjectModel,
        dialect: str,
        *,
        hop_scope: HopScope,
        outer: Source | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._dialect = dialect
        self._hop_scope = hop_scope
        self.model = model
        self.table: sa.FromClause = table_of(snapshot, model, dialect)
        self._names: Iterator[int] = count()
        self.environment: dict[str, Parameter] = {}
        if outer is not None:
            self._names, self.environment = outer._names, outer.environment
            self.table = self.table.alias(f"k{next(self._names)}")
        self.joined: sa.FromClause = self.table
        self._hops: dict[tuple[Path, int], _Hop] = {}

    def value(self, path: Path, *, as_user: bool) -> Expression:
        """Return what a reader sees at the end of `path`: a column, or a formula's result."""
        prefix, user_steps = path[:-1], EVERY if as_user else 0
        hop = self._reach(prefix, user_steps)
        field = hop.model.fields[path[-1]]
        if field.column is not None:
            return Expression(hop.table.c[field.name], encoding_of(field))
        assert field.formula is not None
        view = _View(self, prefix, min(user_steps, len(prefix)))
        lowered = lower(field.formula, self._dialect, view)
        return Expression(lowered.expression, lowered.encoding)

    def shown(self, path: Path, *, as_user: bool) -> Expression:
        """Return the same for showing; a formula this database cannot compute shows nothing.

        Asking about such a field is refused, but it must not hide the rest of the record.
        """
        try:
            return self.value(path, as_user=as_user)
        except NotInSql as reason:
            log.warning(
                "formula field not computed",
                object=self.model.name,
                field=".".join(path),
                dialect=self._dialect,
                reason=str(reason),
            )
            return Expression(sa.null(), "text")

    def computed(self, expression: formula.Formula, *, as_user: bool) -> Expression:
        """Return the value of a formula about a record of the object."""
        view = _View(self, (), EVERY if as_user else 0)
        lowered = lower(expression, self._dialect, view)
        return Expression(lowered.expression, lowered.encoding)

    def condition(self, expression: formula.Formula, *, as_user: bool) -> sa.ColumnElement[Any]:
        """Return a formula about a record of the object as a condition."""
        return lower_condition(expression, self._dialect, _View(self, (), EVERY if as_user else 0))

    def column(self, path: Path, user_steps: int) -> sa.ColumnElement[Any]:
        """Return the stored column at the end of `path`."""
        hop = self._reach(path[:-1], user_steps)
        return hop.table.c[path[-1]]

    def children(self, node: Aggregate, prefix: Path, user_steps: int) -> _Children:
        """Return the child records of the record at the end of `prefix`, for one sub-query."""
        owner = self._reach(prefix, user_steps)
        model = self._snapshot.object(node.child.object)
        inner = Source(self._snapshot, model, self._dialect, hop_scope=self._hop_scope, outer=self)
        condition = inner.table.c[node.child.lookup.name] == owner.table.c.id
        is_user = user_steps > len(prefix)
        seen = visible(self._hop_scope(model), inner.table) if is_user else None
        if seen is not None:
            condition = sa.and_(condition, seen)
        around = _View(self, prefix, user_steps if is_user else min(user_steps, len(prefix)))
        steps = EVERY if is_user else 0
        columns = _ChildView(inner, (), steps, node.child.lookup.name, around)
        return _Children(inner, condition, columns)

    def hierarchy(
        self, node: formula.Call, prefix: Path, user_steps: int
    ) -> sa.ColumnElement[bool]:
        """Return whether the record at the end of `prefix` stands under or above another."""
        field, anchor = node.arguments
        assert isinstance(field, formula.FieldPath)
        hop = self._reach((*prefix, *field.path[:-1]), user_steps)
        lookup = hop.model.fields[field.path[-1]]
        if not lookup.definition.hierarchy or not isinstance(anchor, formula.Literal):
            raise QueryInvalid(errors=[QUERY_HIERARCHY.at("", name=node.function.name)])
        table = table_of(self._snapshot, hop.model, self._dialect)
        found = hierarchy(
            table,
            lookup.name,
            str(anchor.value or ""),
            seen=lambda each: visible(self._hop_scope(hop.model), each),
            is_under=node.key == "under",
            name=f"h{next(self._names)}",
        )
        return hop.table.c.id.in_(found)

    def parameter(self, name: Parameter) -> sa.ColumnElement[Any]:
        """Return the bound parameter for something formulas know besides records."""
        key = "f_" + ("_".join(name) if isinstance(name, tuple) else name).replace("$", "")
        while self.environment.setdefault(key, name) != name:
            key += "_"  # `a_b.c` and `a.b_c` are two
        return sa.bindparam(key, type_=self._parameter_type(name))

    def _parameter_type(self, name: Parameter) -> sa.types.TypeEngine[Any]:
        if isinstance(name, str):
            return sa.Text() if self._dialect == SQLITE else _ENVIRONMENT[name]
        return column_type(global_field(self._snapshot, name), self._dialect)

    def _reach(self, prefix: Path, user_steps: int) -> _Hop:
        if not prefix:
            return _Hop(self.model, self.table)
        key = prefix, min(user_steps, len(prefix))
        if key not in self._hops:
            self._hops[key] = self._join(prefix, user_steps)
        return self._hops[key]

    def _join(self, prefix: Path, user_steps: int) -> _Hop:
        if len(self._hops) >= MAX_JOINS:
            raise QueryInvalid(errors=[QUERY_TOO_MANY_LOOKUPS.at("", limit=MAX_JOINS)])
        before = self._reach(prefix[:-1], user_steps)
        reference = before.model.fields[prefix[-1]]
        model = self._snapshot.object(reference.target or "")
        table = table_of(self._snapshot, model, self._dialect).alias(f"j{next(self._names)}")
        condition = table.c.id == before.table.c[reference.name]
        if len(prefix) <= user_steps:
            seen = visible(self._hop_scope(model), table)
            condition = condition if seen is None else sa.and_(condition, seen)
        self.joined = self.joined.outerjoin(table, condition)
        return _Hop(model, table)


@dataclass(frozen=True, slots=True)
class _View:
    """A source as one formula sees it: its paths start behind `prefix`."""

    source: Source
    prefix: Path
    user_steps: int

    def column(self, node: FieldPath) -> sa.ColumnElement[Any]:
        path = (*self.prefix, *node.path)
        return self.source.column(path, self._steps(node))

    def children(self, node: Aggregate) -> _Children:
        path = (*self.prefix, *(step.name for step in node.steps))
        return self.source.children(node, path, self._steps(node))

    def hierarchy(self, node: formula.Call) -> sa.ColumnElement[bool]:
        return self.source.hierarchy(node, self.prefix, self.user_steps)

    def parameter(self, name: Parameter) -> sa.ColumnElement[Any]:
        return self.source.parameter(name)

    def _steps(self, node: FieldPath | Aggregate) -> int:
        """Return how far the path goes as the user: a formula field's author stops him."""
        if node.own_steps is None:
            return self.user_steps
        return min(self.user_steps, len(self.prefix) + node.own_steps)


@dataclass(frozen=True, slots=True)
class _ChildView(_View):
    """Child records as an aggregate sees them: the lookup back leads to the record around it."""

    lookup: str
    outer: _View

    def column(self, node: FieldPath) -> sa.ColumnElement[Any]:
        if len(node.path) == 1 or node.path[0] != self.lookup:
            return _View.column(self, node)
        path = (*self.outer.prefix, *node.path[1:])
        walked = len(self.outer.prefix) + max(self._steps(node) - 1, 0)
        steps = min(self.outer.user_steps, walked)
        return self.outer.source.column(path, steps)


@dataclass(frozen=True, slots=True)
class _Children:
    """Child records in a sub-query that is correlated with the statement around it."""

    source: Source
    condition: sa.ColumnElement[bool]
    columns: _ChildView

    def select(
        self, what: sa.ColumnElement[Any], *, where: Sequence[sa.ColumnElement[Any]]
    ) -> sa.Select[Any]:
        query = sa.select(what).select_from(self.source.joined).where(self.condition, *where)
        return query.correlate_except(self.source.joined)
