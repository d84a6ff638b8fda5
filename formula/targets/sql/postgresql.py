"""PostgreSQL: `numeric`, native dates and text; every function in the table below or refused.

A function that could raise is guarded, so that a bad value gives null and never a failed
statement; `fails` repeats the guard for IFERROR.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from formula.targets.sql.lowering import Lowering
from formula.targets.sql.postgresql_function import FUNCTIONS, Native
from formula.targets.sql.value import Coded, Expression, Form, NotInSql, any_of
from formula.tree import Call, FieldPath, Global, Literal
from formula.types import Kind, Type
from paas.kernel import is_uuid

SQL_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.NUMBER: sa.Numeric(),
    Kind.TEXT: sa.Text(),
    Kind.PICKLIST: sa.Text(),
    Kind.MULTIPICKLIST: sa.Text(),
    Kind.REFERENCE: sa.Text(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(timezone=True),
    Kind.TIME: sa.Time(),
}
_PERCENT = sa.literal_column("0.01", sa.Numeric())


class PostgresqlLowering(Lowering):
    """A formula on its way to PostgreSQL."""

    dialect: ClassVar[str] = "postgresql"

    def literal(self, node: Literal) -> Coded:
        """Return a constant of the right SQL type."""
        value, kind = node.value, node.type.kind
        if value is None:
            sql_type = SQL_TYPES.get(kind)
            null = sa.cast(sa.null(), sql_type) if sql_type is not None else sa.null()
            return Coded(null, kind, is_constant=True)
        if isinstance(value, bool):
            expression: Expression = sa.true() if value else sa.false()
        elif isinstance(value, Decimal):
            expression = sa.cast(sa.literal(value, sa.Numeric()), sa.Numeric())
        elif isinstance(value, date | datetime | time):
            expression = sa.cast(sa.literal(value, SQL_TYPES[kind]), SQL_TYPES[kind])
        else:
            expression = sa.literal(value, sa.Text())
        return Coded(expression, kind, constant=value, is_constant=True, is_total=value != "")

    def stored(self, node: FieldPath | Global, column: Expression) -> Coded:
        """Return a column in the form formulas compute with."""
        kind = node.type.kind
        if kind is Kind.NUMBER:
            number = sa.cast(column, sa.Numeric()) if _is_integer(column) else column
            number = sa.type_coerce(number, sa.Numeric())
            if node.field.type.percent:
                number = number * _PERCENT
            if node.zero:
                number = sa.func.coalesce(number, sa.literal_column("0"), type_=sa.Numeric())
            return Coded(number, kind, is_total=node.zero)
        if kind is Kind.BOOLEAN:
            total = sa.func.coalesce(column, sa.false(), type_=sa.Boolean())
            return Coded(total, kind, is_total=True)
        if kind is Kind.REFERENCE:
            return Coded(column, kind, Form.UUID)
        if kind.is_texty:
            return Coded(sa.type_coerce(column, sa.Text()), kind)
        return Coded(column, kind)

    def aligned(self, values: Sequence[Coded]) -> list[Coded]:
        """Return the values; numbers have one form here, and references become text to mix."""
        if len({each.form for each in values}) > 1:
            return [self._as_text(each) for each in values]
        return list(values)

    def compare(self, key: str, left: Coded, right: Coded) -> Expression:
        """Return an ordering; text by code point."""
        first, second = left.expression, right.expression
        if left.kind.is_texty or right.kind.is_texty:
            first, second = sa.collate(first, "C"), sa.collate(second, "C")
        compared: Expression = getattr(sa.sql.operators, _OPERATORS[key])(first, second)
        return compared

    def equals_constant(self, value: Coded, constant: Coded) -> Expression:
        """Compare with a constant; one that is no uuid equals no reference."""
        if value.form is not Form.UUID:
            return super().equals_constant(value, constant)
        if not is_uuid(constant.constant):
            return sa.false()
        return value.expression == sa.cast(sa.literal(constant.constant, sa.Text()), pg.UUID(False))

    def text(self, value: Coded) -> Expression:
        """Return a text that is '' where it is null."""
        return super().text(self._as_text(value))

    @staticmethod
    def _as_text(value: Coded) -> Coded:
        if value.form is not Form.UUID:
            return value
        return replace(value, expression=sa.cast(value.expression, sa.Text()), form=Form.PLAIN)

    def function(self, node: Call, arguments: list[Coded]) -> Coded:
        """Return the native expression of a function; raises `NotInSql` for one without."""
        kind = node.type.kind
        if node.key in ("today", "now"):
            return Coded(self.columns.parameter(node.key), kind, is_total=True)
        build = FUNCTIONS.get(node.key)
        if build is None:
            raise NotInSql(name=node.function.name)
        given = [
            self.text(each) if each.kind.is_texty or _is_text_null(node, index) else each.expression
            for index, each in enumerate(arguments)
        ]
        if node.overload.takes_evaluation:
            given = [self.columns.parameter("zone"), *given]
        built: Native = build(*given)
        if kind.is_texty:
            expression: Expression = sa.type_coerce(built.expression, sa.Text())
        else:
            expression = sa.type_coerce(built.expression, SQL_TYPES[kind])
        own = built.fails
        return Coded(expression, kind, fails=own).failing_with(*arguments)

    def result(self, value: Coded, wanted: Type) -> Coded:
        """Round a result to the scale its field declares, and bring a percentage to percent."""
        value = self._as_text(value)
        if value.kind is not Kind.NUMBER:
            return value
        expression = value.expression
        if wanted.percent:
            expression = expression * sa.literal_column("100", sa.Numeric())
        if wanted.scale is not None:
            expression = sa.func.round(expression, wanted.scale, type_=sa.Numeric())
        return replace(value, expression=expression, fails=any_of(value.fails))


def _is_text_null(node: Call, index: int) -> bool:
    """Tell whether an untyped NULL stands where the function takes text."""
    argument = node.arguments[index]
    if argument.type.kind is not Kind.NULL:
        return False
    parameters = node.overload.signature.parameters(len(node.arguments)) or ()
    return bool(parameters) and any(kind.is_texty for kind in parameters[index].kinds)


def _is_integer(column: Expression) -> bool:
    return isinstance(column.type, sa.Integer)


_OPERATORS = {"less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge"}
