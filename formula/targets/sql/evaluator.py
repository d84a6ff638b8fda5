"""Evaluating formulas by a database, for proof: rows go in as parameters, values come out.

The product never evaluates so; it reads tables. Here a row needs no table, which is what
conformance cases and tests of agreement want. Numbers whose stored scale is known arrive on
SQLite as scaled integers, others as decimal text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from formula.arithmetic import number, plain
from formula.compiled import Formula
from formula.environment import FieldSymbol
from formula.evaluation import OUT_OF_RANGE, Diagnostic, Evaluation, Row
from formula.targets.sql import lower, lower_condition, lower_failure
from formula.targets.sql.postgresql.lowering import SQL_TYPES
from formula.targets.sql.sqlite_function import write_moment
from formula.targets.sql.value import Form, Lowered, NotInSql
from formula.tree import Aggregate, Call, FieldPath, Global, walk
from formula.types import Kind
from paas.db import Connection, Statement, compile_statement

Path = tuple[str, ...]
_SQLITE = "sqlite"
_ONE: sa.ColumnElement[int] = sa.literal_column("1")
_ZERO: sa.ColumnElement[int] = sa.literal_column("0")
_EVALUATION: dict[str, sa.types.TypeEngine[Any]] = {
    "today": sa.Date(),
    "now": sa.DateTime(timezone=True),
    "zone": sa.Text(),
}


class SqlEvaluator:
    """Evaluates formulas on one connection; SQLite needs `sqlite_functions` registered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect = connection.dialect

    def value(self, formula: Formula, row: Row, _old: Row | None, evaluation: Evaluation) -> Any:
        """Return a formula's value, noting whether it failed; raises `NotInSql`."""
        ((value, failed),) = self.outcomes(formula, [row], evaluation)
        if failed:
            # A database tells that computing failed, not why.
            diagnostic = Diagnostic(OUT_OF_RANGE.at("", span=formula.tree.span))
            evaluation.diagnostics.append(diagnostic)
        return value

    def outcomes(
        self, formula: Formula, rows: Sequence[Row], evaluation: Evaluation
    ) -> list[tuple[Any, bool]]:
        """Return the values of a formula for some rows and whether computing failed, at once."""
        columns = _Columns(formula, self.dialect)
        lowered = lower(formula, self.dialect, columns)
        failed = sa.case((lower_failure(formula, self.dialect, columns), _ONE), else_=_ZERO)
        found = self._fetch([lowered.expression, failed], columns, rows, evaluation)
        return [(self._decoded(value, lowered), failed == 1) for value, failed in found]

    def values(self, formula: Formula, rows: Sequence[Row], evaluation: Evaluation) -> list[Any]:
        """Return the values of a formula for some rows, in one statement."""
        columns = _Columns(formula, self.dialect)
        lowered = lower(formula, self.dialect, columns)
        found = self._fetch([lowered.expression], columns, rows, evaluation)
        return [self._decoded(value, lowered) for (value,) in found]

    def holds(self, formula: Formula, rows: Sequence[Row], evaluation: Evaluation) -> list[bool]:
        """Return for which rows a formula holds as a condition."""
        columns = _Columns(formula, self.dialect)
        condition = lower_condition(formula, self.dialect, columns)
        tested = sa.case((condition, _ONE), else_=_ZERO)
        return [value == 1 for (value,) in self._fetch([tested], columns, rows, evaluation)]

    def in_order(self, formula: Formula, rows: Sequence[Row], evaluation: Evaluation) -> list[int]:
        """Return the places of the rows in the order of the formula's sort key."""
        columns = _Columns(formula, self.dialect)
        key = lower(formula, self.dialect, columns).sort_key
        found = self._fetch([columns.place], columns, rows, evaluation, order=key)
        return [place for (place,) in found]

    def _fetch(
        self,
        values: Sequence[sa.ColumnElement[Any]],
        columns: _Columns,
        rows: Sequence[Row],
        evaluation: Evaluation,
        order: sa.ColumnElement[Any] | None = None,
    ) -> list[tuple[Any, ...]]:
        query = sa.select(*values).select_from(columns.records(len(rows)))
        query = query.order_by(columns.place if order is None else order, columns.place)
        statement: Statement = compile_statement(query, self.dialect)
        return self._connection.fetch(statement, columns.parameters(rows, evaluation))

    def _decoded(self, value: Any, lowered: Lowered) -> Any:
        if value is None:
            return None
        if lowered.kind is Kind.BOOLEAN:
            return bool(value)
        if lowered.form is Form.SCALED:
            return Decimal(value).scaleb(-lowered.scale)
        decode = _DECODERS.get(lowered.kind) if self.dialect == _SQLITE else None
        if decode is not None:
            return decode(value)
        return tuple(value) if lowered.kind is Kind.GEOLOCATION else value


_DECODERS: dict[Kind, Callable[[str], Any]] = {
    Kind.NUMBER: Decimal,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.GEOLOCATION: lambda text: tuple(map(Decimal, text.split(" "))),
}


class _Columns:
    """The fields a formula reads, as columns of a table that is made of parameters."""

    def __init__(self, formula: Formula, dialect: str) -> None:
        self._dialect = dialect
        nodes = [each for each in walk(formula.tree) if isinstance(each, FieldPath | Global)]
        self._fields: Mapping[Path, FieldPath | Global] = {each.path: each for each in nodes}
        self._names = {path: f"c{place}" for place, path in enumerate(self._fields)}
        self._used: set[str] = set()
        self.place = sa.column("place", sa.Integer())

    def column(self, node: FieldPath) -> sa.ColumnElement[Any]:
        return sa.column(self._names[node.path], self._type(node.field))

    def children(self, node: Aggregate) -> Any:
        raise NotInSql(name=node.function.name)

    def hierarchy(self, node: Call) -> Any:
        raise NotInSql(name=node.function.name)

    def parameter(self, name: str | Path) -> sa.ColumnElement[Any]:
        if isinstance(name, tuple):
            return sa.bindparam(
                f"{self._names[name]}_0", type_=self._type(self._fields[name].field)
            )
        self._used.add(name)
        kind: sa.types.TypeEngine[Any] = _EVALUATION[name] if self._is_native else sa.Text()
        return sa.bindparam(name, type_=kind)

    @property
    def _is_native(self) -> bool:
        return self._dialect != _SQLITE

    def _type(self, field: FieldSymbol) -> sa.types.TypeEngine[Any]:
        kind = field.type.kind
        if self._is_native:
            is_whole = kind is Kind.NUMBER and field.physical_scale == 0
            return sa.BigInteger() if is_whole else SQL_TYPES.get(kind, sa.Text())
        is_integer = kind is Kind.BOOLEAN or field.physical_scale is not None
        return sa.Integer() if is_integer else sa.Text()

    def records(self, count: int) -> sa.FromClause:
        """Return a table of so many rows of parameters, which the planner cannot look into."""
        selects = []
        for place in range(count):
            fields = [self._field(path, place) for path in self._names]
            selects.append(sa.select(sa.literal_column(str(place)).label("place"), *fields))
        return sa.union_all(*selects).cte("records").prefix_with("MATERIALIZED")

    def _field(self, path: Path, place: int) -> sa.ColumnElement[Any]:
        name, kind = self._names[path], self._type(self._fields[path].field)
        value: sa.ColumnElement[Any] = sa.cast(sa.bindparam(f"{name}_{place}", type_=kind), kind)
        if self._is_native and isinstance(kind, sa.Text):
            value = sa.collate(value, "C")
        return value.label(name)

    def parameters(self, rows: Sequence[Row], evaluation: Evaluation) -> dict[str, Any]:
        """Return every parameter's value."""
        known = {"today": evaluation.today, "now": evaluation.now, "zone": evaluation.zone}
        values = {name: self._written(value, None) for name, value in known.items()}
        for path, name in self._names.items():
            node = self._fields[path]
            for place, row in enumerate(rows):
                value = _read(node, row if isinstance(node, FieldPath) else evaluation.globals)
                values[f"{name}_{place}"] = self._written(value, node.field)
        return values

    def _written(self, value: Any, field: FieldSymbol | None) -> Any:
        kind = None if field is None else field.type.kind
        if value is None or value == "":
            return None
        if kind is Kind.NUMBER and field is not None:
            return self._written_number(number(value), field.physical_scale)
        if self._is_native:
            return list(value) if kind is Kind.GEOLOCATION else value
        if isinstance(value, datetime):
            return write_moment(value)
        if isinstance(value, time):
            return value.isoformat(timespec="milliseconds")
        if isinstance(value, tuple):
            return " ".join(map(str, value))
        return value.isoformat() if isinstance(value, date) else value

    def _written_number(self, value: Decimal, scale: int | None) -> Any:
        if self._is_native:
            return int(value) if scale == 0 else value
        return plain(value) if scale is None else int(value.scaleb(scale))


def _read(node: FieldPath | Global, row: Any) -> Any:
    if isinstance(node, Global):
        row = row.get(node.scope)
    for step in node.steps:
        row = row.get(step.row_key) if row is not None else None
    return row.get(node.field.name) if row is not None else None
