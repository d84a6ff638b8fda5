"""SQLite: numbers as scaled integers where they provably fit, everything inexact in Python.

Comparisons between a column and a constant stay on the bare column, so an index serves them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa

from formula.arithmetic import CONTEXT
from formula.targets.sql.children import aggregate
from formula.targets.sql.comparison import COMPARED, COMPARISONS, SIGNS, compared_whole
from formula.targets.sql.logic import CONDITIONS, LOGIC
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.sqlite_function import LETTERS, sql_name, write_moment
from formula.targets.sql.sqlite_number import (
    DIGITS,
    MOST_SCALE,
    as_decimal_text,
    counted,
    fits,
    number_constant,
    over_rows,
    rescaled,
    scaled_result,
    stored_text,
)
from formula.targets.sql.value import LARGEST_INTEGER, Coded, Expression, Form
from formula.tree import Call, FieldPath, Global, Literal
from formula.types import Kind, Type

_RESULT_TYPES = {Kind.NUMBER: sa.Text(), Kind.BOOLEAN: sa.Boolean()}


class SqliteLowering(Lowering):
    """A formula on its way to SQLite."""

    dialect: ClassVar[str] = "sqlite"
    forms: ClassVar = {**LOGIC, **COMPARISONS}
    conditions: ClassVar = {**CONDITIONS, **COMPARED}
    aggregate: ClassVar = aggregate

    def literal(self, node: Literal) -> Coded:
        """Return a constant: a number as an integer of its own scale."""
        value = node.value
        if value is None:
            return Coded(sa.null(), node.type.kind, is_constant=True)
        if isinstance(value, bool):
            expression = sa.true() if value else sa.false()
            return Coded(expression, Kind.BOOLEAN, constant=value, is_constant=True, is_total=True)
        if isinstance(value, Decimal):
            return number_constant(value)
        return Coded(
            sa.literal(_write(value), sa.Text()),
            node.type.kind,
            constant=value,
            is_constant=True,
            is_total=value != "",
        )

    def stored(self, node: FieldPath | Global, column: Expression) -> Coded:
        """Return a column, a percentage with two more digits of scale."""
        kind = node.type.kind
        if kind is Kind.NUMBER:
            return self._stored_number(node, column)
        if kind is Kind.BOOLEAN:
            total = sa.func.coalesce(
                sa.type_coerce(column, sa.Boolean()), sa.false(), type_=sa.Boolean()
            )
            return Coded(total, kind, is_total=True)
        return Coded(sa.type_coerce(column, sa.Text()), kind)

    def _stored_number(self, node: FieldPath | Global, column: Expression) -> Coded:
        symbol = node.field
        if isinstance(column.type, sa.Text):
            return stored_text(node, column)
        scale = symbol.physical_scale or 0
        precision = symbol.type.precision or DIGITS
        bound = min(10 ** max(precision, scale) - 1, LARGEST_INTEGER)
        if symbol.type.percent:
            scale += 2
        expression: Expression = sa.type_coerce(column, sa.Integer())
        if node.zero:
            expression = sa.func.coalesce(expression, sa.literal_column("0"), type_=sa.Integer())
        return Coded(expression, Kind.NUMBER, Form.SCALED, scale, bound, is_total=node.zero)

    def compared_bare(self, key: str, node: FieldPath, constant: Decimal) -> Expression | None:
        """Compare the integer that is stored."""
        column = self.columns.column(node)
        if isinstance(column.type, sa.Text):
            return None
        scale = (node.field.physical_scale or 0) + (2 if node.field.type.percent else 0)
        scaled = constant.scaleb(scale, CONTEXT)
        return compared_whole(key, sa.type_coerce(column, sa.Integer()), scaled)

    # -- numbers ---------------------------------------------------------------------------------

    def aligned(self, values: Sequence[Coded]) -> list[Coded]:
        """Bring numbers to one scale, or all to decimal text where one would not fit."""
        numbers = [each for each in values if each.kind is Kind.NUMBER]
        if not numbers:
            return list(values)
        scale = max(each.scale for each in numbers)
        if all(fits(each, scale) for each in numbers):
            change: Callable[[Coded], Coded] = lambda each: rescaled(each, scale)  # noqa: E731
        else:
            change = as_decimal_text
        return [change(each) if each.kind is Kind.NUMBER else each for each in values]

    def compare(self, key: str, left: Coded, right: Coded) -> Expression:
        """Return an ordering; decimal texts are ordered by their values."""
        first, second = left.expression, right.expression
        if key != "equal" and Form.DECIMAL_TEXT in (left.form, right.form):
            order = sa.func.formula_compare(first, second, type_=sa.Integer())
            first, second = order, sa.literal_column("0")
        compared: Expression = SIGNS[key](first, second)
        return compared

    def _sum(self, node: Call, left: Coded, right: Coded) -> Coded | None:
        both = self.aligned([left, right])
        bound = both[0].bound + both[1].bound
        if both[0].form is not Form.SCALED or bound > LARGEST_INTEGER:
            return None
        first, second = (each.expression for each in both)
        total = first + second if node.key == "add" else first - second
        return scaled_result(total, both[0].scale, bound, left, right)

    def _product(self, _node: Call, left: Coded, right: Coded) -> Coded | None:
        bound = left.bound * right.bound
        scale = left.scale + right.scale
        if left.form is not Form.SCALED or right.form is not Form.SCALED:
            return None
        if bound > LARGEST_INTEGER or scale > MOST_SCALE:
            return None
        return scaled_result(left.expression * right.expression, scale, bound, left, right)

    def _negation(self, _node: Call, value: Coded) -> Coded | None:
        if value.form is not Form.SCALED:
            return None
        return scaled_result(-value.expression, value.scale, value.bound, value)

    def _absolute(self, _node: Call, value: Coded) -> Coded | None:
        if value.form is not Form.SCALED:
            return None
        expression = sa.func.abs(value.expression, type_=sa.Integer())
        return scaled_result(expression, value.scale, value.bound, value)

    def counted(self, count: Expression) -> Coded:
        """Return how many rows there are."""
        return counted(count)

    def over_rows(self, key: str, value: Coded) -> Coded:
        """Return an aggregate: by SQLite over what it holds exactly, else by our own."""
        return over_rows(key, value)

    # -- functions -------------------------------------------------------------------------------

    def function(self, node: Call, arguments: list[Coded]) -> Coded:
        """Return the native expression where there is one, else the registered function."""
        native = self._native(node, arguments)
        return native if native is not None else self._registered(node, arguments)

    def _native(self, node: Call, arguments: list[Coded]) -> Coded | None:
        native = _NATIVE.get(node.key)
        return native(self, node, *arguments) if native is not None else None

    def _present(self, node: Call) -> Coded:
        return Coded(self.columns.parameter(node.key), node.type.kind, is_total=True)

    def _length(self, _node: Call, text: Coded) -> Coded:
        length = sa.func.length(self.text(text), type_=sa.Integer())
        return Coded(length, Kind.NUMBER, Form.SCALED, 0, 10**9, is_total=True)

    def _date_part(self, node: Call, day: Coded) -> Coded:
        start, count = _DATE_PARTS[node.key]
        part = sa.cast(sa.func.substr(day.expression, start, count), sa.Integer())
        return Coded(part, Kind.NUMBER, Form.SCALED, 0, 9999)

    def _position(self, node: Call, text: Coded, part: Coded) -> Coded:
        place = sa.func.instr(self.text(text), self.text(part), type_=sa.Integer())
        if node.key == "contains":
            return Coded(place > 0, Kind.BOOLEAN, is_total=True)
        start = self.once(part)
        length = sa.func.length(self.text(start))
        begins = sa.func.substr(self.text(text), 1, length) == self.text(start)
        return Coded(begins, Kind.BOOLEAN, is_total=True)

    def _registered(self, node: Call, arguments: list[Coded]) -> Coded:
        if self.is_tracking:
            arguments = [self.once(each) for each in arguments]
        shape = ",".join(map(_code, arguments)) + ">" + LETTERS[node.type.kind]
        given: list[Any] = [sa.literal(shape, sa.Text())]
        if node.overload.takes_evaluation:
            given += [self.columns.parameter(name) for name in ("today", "now", "zone")]
        given += [each.expression for each in arguments]
        name = sql_name(node.key)
        result_type = _RESULT_TYPES.get(node.type.kind, sa.Text())
        value = getattr(sa.func, name)(*given, type_=result_type)
        failed = None
        if self.is_tracking:
            failed = getattr(sa.func, name + "_fails")(*given, type_=sa.Integer()) == 1
        form = Form.DECIMAL_TEXT if node.type.kind is Kind.NUMBER else Form.PLAIN
        return Coded(value, node.type.kind, form, fails=failed)

    def result(self, value: Coded, wanted: Type) -> Coded:
        """Bring a result to the scale its field declares, and a percentage back to percent."""
        if value.kind is not Kind.NUMBER or (wanted.scale is None and not wanted.percent):
            return value
        if value.form is Form.SCALED and wanted.scale is not None:
            scaled = self._scaled_to(value, wanted.scale + (2 if wanted.percent else 0))
            if scaled is not None:
                return replace(scaled, scale=wanted.scale)
        text = as_decimal_text(value)
        rounded = sa.func.formula_result(
            text.expression, wanted.scale, 2 if wanted.percent else 0, type_=sa.Text()
        )
        return replace(text, expression=rounded)

    @staticmethod
    def _scaled_to(value: Coded, scale: int) -> Coded | None:
        if value.scale > scale:
            expression = sa.func.formula_rescaled(
                value.expression, value.scale, scale, type_=sa.Integer()
            )
            return replace(value, expression=expression, scale=scale)
        return rescaled(value, scale) if fits(value, scale) else None


def _code(value: Coded) -> str:
    return f"i{value.scale}" if value.form is Form.SCALED else LETTERS[value.kind]


def _write(value: str | date | datetime | time) -> str:
    if isinstance(value, datetime):
        return write_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.isoformat(timespec="milliseconds") if isinstance(value, time) else value


_DATE_PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2)}
_NATIVE: dict[str, Callable[..., Coded | None]] = {
    "add": SqliteLowering._sum,
    "subtract": SqliteLowering._sum,
    "multiply": SqliteLowering._product,
    "negate": SqliteLowering._negation,
    "abs": SqliteLowering._absolute,
    "today": SqliteLowering._present,
    "now": SqliteLowering._present,
    "len": SqliteLowering._length,
    **dict.fromkeys(_DATE_PARTS, SqliteLowering._date_part),
    **dict.fromkeys(("contains", "begins", "startwith"), SqliteLowering._position),
}
