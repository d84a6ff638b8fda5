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

from formula.arithmetic import plain
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.sqlite_function import LETTERS, sql_name, write_moment
from formula.targets.sql.value import (
    LARGEST_INTEGER,
    Coded,
    Expression,
    Form,
    any_of,
)
from formula.tree import Call, FieldPath, Global, Literal
from formula.types import Kind, Type

DIGITS = 18
MOST_SCALE = 18
_RESULT_TYPES = {Kind.NUMBER: sa.Text(), Kind.BOOLEAN: sa.Boolean()}


class SqliteLowering(Lowering):
    """A formula on its way to SQLite."""

    dialect: ClassVar[str] = "sqlite"

    def literal(self, node: Literal) -> Coded:
        """Return a constant: a number as an integer of its own scale."""
        value = node.value
        if value is None:
            return Coded(sa.null(), node.type.kind, is_constant=True)
        if isinstance(value, bool):
            expression = sa.true() if value else sa.false()
            return Coded(expression, Kind.BOOLEAN, constant=value, is_constant=True, is_total=True)
        if isinstance(value, Decimal):
            return _number_constant(value)
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
        scale = symbol.physical_scale or 0
        precision = symbol.type.precision or DIGITS
        bound = min(10 ** max(precision, scale) - 1, LARGEST_INTEGER)
        if symbol.type.percent:
            scale += 2
        expression = sa.type_coerce(column, sa.Integer())
        if node.zero:
            expression = sa.func.coalesce(expression, sa.literal_column("0"), type_=sa.Integer())
        return Coded(expression, Kind.NUMBER, Form.SCALED, scale, bound, is_total=node.zero)

    # -- numbers ---------------------------------------------------------------------------------

    def aligned(self, values: Sequence[Coded]) -> list[Coded]:
        """Bring numbers to one scale, or all to decimal text where one would not fit."""
        numbers = [each for each in values if each.kind is Kind.NUMBER]
        if not numbers:
            return list(values)
        scale = max(each.scale for each in numbers)
        if all(_fits(each, scale) for each in numbers):
            change: Callable[[Coded], Coded] = lambda each: _rescaled(each, scale)  # noqa: E731
        else:
            change = as_decimal_text
        return [change(each) if each.kind is Kind.NUMBER else each for each in values]

    def compare(self, key: str, left: Coded, right: Coded) -> Expression:
        """Return an ordering; decimal texts are ordered by their values."""
        if Form.DECIMAL_TEXT in (left.form, right.form):
            order = sa.func.formula_compare(left.expression, right.expression, type_=sa.Integer())
            return _SIGN[key](order, sa.literal_column("0"))
        return _SIGN[key](left.expression, right.expression)

    def _sum(self, node: Call, left: Coded, right: Coded) -> Coded | None:
        both = self.aligned([left, right])
        bound = both[0].bound + both[1].bound
        if both[0].form is not Form.SCALED or bound > LARGEST_INTEGER:
            return None
        first, second = (each.expression for each in both)
        total = first + second if node.key == "add" else first - second
        return _scaled_result(total, both[0].scale, bound, left, right)

    def _product(self, _node: Call, left: Coded, right: Coded) -> Coded | None:
        bound = left.bound * right.bound
        scale = left.scale + right.scale
        if left.form is not Form.SCALED or right.form is not Form.SCALED:
            return None
        if bound > LARGEST_INTEGER or scale > MOST_SCALE:
            return None
        return _scaled_result(left.expression * right.expression, scale, bound, left, right)

    def _negation(self, _node: Call, value: Coded) -> Coded | None:
        if value.form is not Form.SCALED:
            return None
        return _scaled_result(-value.expression, value.scale, value.bound, value)

    def _absolute(self, _node: Call, value: Coded) -> Coded | None:
        if value.form is not Form.SCALED:
            return None
        expression = sa.func.abs(value.expression, type_=sa.Integer())
        return _scaled_result(expression, value.scale, value.bound, value)

    # -- functions -------------------------------------------------------------------------------

    def function(self, node: Call, arguments: list[Coded]) -> Coded:
        """Return the native expression where there is one, else the registered function."""
        native = self._native(node, arguments)
        return native if native is not None else self._registered(node, arguments)

    def _native(self, node: Call, arguments: list[Coded]) -> Coded | None:
        if node.key in ("add", "subtract"):
            return self._sum(node, *arguments)
        if node.key == "multiply":
            return self._product(node, *arguments)
        if node.key == "negate":
            return self._negation(node, *arguments)
        if node.key == "abs":
            return self._absolute(node, *arguments)
        if node.key == "today":
            return Coded(self.columns.parameter("today"), Kind.DATE, is_total=True)
        if node.key == "now":
            return Coded(self.columns.parameter("now"), Kind.DATETIME, is_total=True)
        if node.key == "len":
            length = sa.func.length(self.text(arguments[0]), type_=sa.Integer())
            return Coded(length, Kind.NUMBER, Form.SCALED, 0, 10**9, is_total=True)
        if node.key in _DATE_PARTS:
            start, count = _DATE_PARTS[node.key]
            part = sa.cast(sa.func.substr(arguments[0].expression, start, count), sa.Integer())
            return Coded(part, Kind.NUMBER, Form.SCALED, 0, 9999)
        if node.key == "contains" and not arguments[1].is_constant:
            return None
        if node.key in ("contains", "begins", "startwith"):
            return self._position(node, *arguments)
        return None

    def _position(self, node: Call, text: Coded, part: Coded) -> Coded:
        place = sa.func.instr(self.text(text), self.text(part), type_=sa.Integer())
        if node.key == "contains":
            return Coded(place > 0, Kind.BOOLEAN, is_total=True)
        length = sa.func.length(self.text(part))
        begins = sa.func.substr(self.text(text), 1, length) == self.text(part)
        return Coded(begins, Kind.BOOLEAN, is_total=True)

    def _registered(self, node: Call, arguments: list[Coded]) -> Coded:
        shape = ",".join(map(_code, arguments)) + ">" + LETTERS[node.type.kind]
        given: list[Any] = [sa.literal(shape, sa.Text())]
        if node.overload.takes_evaluation:
            given += [self.columns.parameter(name) for name in ("today", "now", "zone")]
        given += [each.expression for each in arguments]
        name = sql_name(node.key)
        result_type = _RESULT_TYPES.get(node.type.kind, sa.Text())
        value = getattr(sa.func, name)(*given, type_=result_type)
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
        return _rescaled(value, scale) if _fits(value, scale) else None


def _number_constant(value: Decimal) -> Coded:
    _sign, digits, exponent = value.normalize().as_tuple()
    scale = max(0, -int(exponent))
    whole = int(value.scaleb(scale)) if scale <= MOST_SCALE and len(digits) <= DIGITS else None
    if whole is None or abs(whole) > LARGEST_INTEGER:
        text = sa.literal(plain(value), sa.Text())
        form = Form.DECIMAL_TEXT
        return Coded(text, Kind.NUMBER, form, constant=value, is_constant=True, is_total=True)
    return Coded(
        sa.literal(whole, sa.Integer()),
        Kind.NUMBER,
        Form.SCALED,
        scale,
        abs(whole),
        constant=value,
        is_constant=True,
        is_total=True,
    )


def _scaled_result(expression: Expression, scale: int, bound: int, *parts: Coded) -> Coded:
    return Coded(
        expression,
        Kind.NUMBER,
        Form.SCALED,
        scale,
        bound,
        is_total=all(each.is_total for each in parts),
        fails=any_of(*(each.fails for each in parts)),
    )


def _fits(value: Coded, scale: int) -> bool:
    if value.form is not Form.SCALED:
        return False
    return scale >= value.scale and value.bound * 10 ** (scale - value.scale) <= LARGEST_INTEGER


def _rescaled(value: Coded, scale: int) -> Coded:
    if scale == value.scale:
        return value
    factor = 10 ** (scale - value.scale)
    if value.is_constant and value.constant is not None:
        expression: Expression = sa.literal(int(value.constant.scaleb(scale)), sa.Integer())
    else:
        expression = value.expression * sa.literal_column(str(factor), sa.Integer())
    return replace(value, expression=expression, scale=scale, bound=value.bound * factor)


def as_decimal_text(value: Coded) -> Coded:
    """Return a number as decimal text."""
    if value.form is Form.DECIMAL_TEXT or value.kind is Kind.NULL:
        return value
    if value.is_constant and value.constant is not None:
        expression: Expression = sa.literal(plain(value.constant), sa.Text())
    else:
        expression = sa.func.formula_decimal(value.expression, value.scale, type_=sa.Text())
    return replace(value, expression=expression, form=Form.DECIMAL_TEXT, scale=0)


def _code(value: Coded) -> str:
    return f"i{value.scale}" if value.form is Form.SCALED else LETTERS[value.kind]


def _write(value: str | date | datetime | time) -> str:
    if isinstance(value, datetime):
        return write_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.isoformat(timespec="milliseconds") if isinstance(value, time) else value


_DATE_PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2)}
_SIGN: dict[str, Callable[[Any, Any], Expression]] = {
    "less": lambda left, right: left < right,
    "less_equal": lambda left, right: left <= right,
    "greater": lambda left, right: left > right,
    "greater_equal": lambda left, right: left >= right,
}
