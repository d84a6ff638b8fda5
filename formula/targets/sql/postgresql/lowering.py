"""The walk to PostgreSQL: `numeric`, native dates and text, and the functions of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from formula.arithmetic import DIGITS, EXACT_DIGITS, HUNDRED
from formula.targets.sql.children import aggregate
from formula.targets.sql.comparison import COMPARED, COMPARISONS, SIGNS, compared_whole
from formula.targets.sql.logic import CONDITIONS, LOGIC
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.postgresql.functions import native_of
from formula.targets.sql.postgresql.native import (
    CLAMPS,
    LETTERS,
    Native,
    Sql,
    names_in,
)
from formula.targets.sql.postgresql.number import (
    EXACT,
    MOST_ROWS,
    QUOTIENT,
    SETTLED,
    WIDTHS,
)
from formula.targets.sql.value import Coded, Expression, Form, NotInSql, any_of
from formula.tree import Call, FieldPath, Global, Literal, Node
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
    Kind.GEOLOCATION: pg.ARRAY(sa.Numeric()),
}
_EVALUATION = ("now", "zone")


class PostgresqlLowering(Lowering):
    """A formula on its way to PostgreSQL."""

    dialect: ClassVar[str] = "postgresql"
    forms: ClassVar = {**LOGIC, **COMPARISONS, "join": lambda self, node: self._joined(node)}
    conditions: ClassVar = {**CONDITIONS, **COMPARED}
    aggregate: ClassVar = aggregate

    # -- values ----------------------------------------------------------------------------------

    def literal(self, node: Literal) -> Coded:
        """Return a constant of the right SQL type."""
        value, kind = node.value, node.type.kind
        if value is None:
            sql_type = SQL_TYPES.get(kind)
            null = sa.cast(sa.null(), sql_type) if sql_type is not None else sa.null()
            return Coded(null, kind, is_constant=True)
        width, scale = None, 0
        if isinstance(value, bool):
            expression: Expression = sa.true() if value else sa.false()
        elif isinstance(value, str):
            expression = sa.literal(value, sa.Text())
        else:
            expression = sa.cast(sa.literal(value, SQL_TYPES[kind]), SQL_TYPES[kind])
        if isinstance(value, Decimal):
            scale = max(0, -int(value.as_tuple().exponent))
            width = max(value.adjusted() + 1, 0) + scale
        return Coded(
            expression,
            kind,
            scale=scale,
            width=width,
            constant=value,
            is_constant=True,
            is_total=value != "",
        )

    def stored(self, node: FieldPath | Global, column: Expression) -> Coded:
        """Return a column in the form formulas compute with."""
        kind = node.type.kind
        if kind is Kind.NUMBER:
            return _stored_number(node, column)
        if kind is Kind.BOOLEAN:
            total = sa.func.coalesce(column, sa.false(), type_=sa.Boolean())
            return Coded(total, kind, is_total=True)
        if kind is Kind.REFERENCE and not isinstance(column.type, sa.Text):
            return Coded(column, kind, Form.UUID)
        if kind.is_texty:
            return Coded(sa.type_coerce(column, sa.Text()), kind)
        return Coded(column, kind)

    def compared_bare(self, key: str, node: FieldPath, constant: Decimal) -> Expression | None:
        """Compare the stored number; a column of integers with an integer."""
        column = self.columns.column(node)
        if node.field.type.percent:
            constant = constant * HUNDRED
        if isinstance(column.type, sa.Integer):
            return compared_whole(key, column, constant)
        number = sa.cast(sa.literal(constant, sa.Numeric()), sa.Numeric())
        compared: Expression = SIGNS[key](sa.type_coerce(column, sa.Numeric()), number)
        return compared

    def aligned(self, values: Sequence[Coded]) -> list[Coded]:
        """Return the values; numbers have one form here, and references become text to mix."""
        forms = {each.form for each in values if not (each.is_constant and each.constant is None)}
        return list(values) if len(forms) <= 1 else [_as_text(each) for each in values]

    def compare(self, key: str, left: Coded, right: Coded) -> Expression:
        """Return an ordering; text by code point."""
        first, second = left.expression, right.expression
        if left.kind.is_texty or right.kind.is_texty:
            first, second = (_as_text(each).expression for each in (left, right))
            first, second = sa.collate(first, "C"), sa.collate(second, "C")
        compared: Expression = SIGNS[key](first, second)
        return compared

    def equals_constant(self, value: Coded, constant: Coded) -> Expression:
        """Compare with a constant; one that is no uuid equals no reference."""
        if value.form is not Form.UUID:
            return super().equals_constant(value, constant)
        if not is_uuid(constant.constant):
            return sa.false()
        wanted = sa.cast(sa.literal(constant.constant, sa.Text()), pg.UUID(as_uuid=False))
        equal: Expression = value.expression == wanted
        return equal

    def text(self, value: Coded) -> Expression:
        """Return a text that is '' where it is null."""
        return super().text(_as_text(value))

    def result(self, value: Coded, wanted: Type) -> Coded:
        """Round a result to the scale its field declares, and bring a percentage to percent."""
        value = _as_text(value)
        if value.kind is not Kind.NUMBER:
            return value
        expression = value.expression
        if wanted.percent:
            expression = Sql("{a} * 100", {"a": expression}, sa.Numeric())
        if wanted.scale is not None:
            expression = Sql(f"round({{a}}, {wanted.scale})", {"a": expression}, sa.Numeric())
        return replace(value, expression=expression)

    def counted(self, count: Expression) -> Coded:
        """Return how many rows there are."""
        number = sa.cast(count, sa.Numeric())
        return Coded(number, Kind.NUMBER, width=MOST_ROWS, is_total=True)

    def over_rows(self, key: str, value: Coded) -> Coded:
        """Return an aggregate; a mean is the quotient of sum and count, as everywhere."""
        column = value.expression
        if key in ("min_children", "max_children"):
            extreme = sa.func.min if key == "min_children" else sa.func.max
            return replace(value, expression=extreme(column, type_=column.type), fails=None)
        width = None if value.width is None else value.width + MOST_ROWS
        number: Expression = sa.func.sum(column, type_=sa.Numeric())
        if width is None or width > DIGITS:
            number, width = Sql(SETTLED, {"a": number}, sa.Numeric()), None
        if key == "sum":
            number = sa.func.coalesce(number, sa.literal_column("0"), type_=sa.Numeric())
            return Coded(number, Kind.NUMBER, scale=value.scale, width=width, is_total=True)
        rows = sa.cast(sa.func.count(column), sa.Numeric())
        quotient = Sql(QUOTIENT, {"a": number, "b": rows}, sa.Numeric())
        return Coded(Sql(SETTLED, {"a": quotient}, sa.Numeric()), Kind.NUMBER)

    # -- functions -------------------------------------------------------------------------------

    def function(self, node: Call, arguments: list[Coded]) -> Coded:
        """Return the native expression of a function; raises `NotInSql` for one without."""
        kind = node.type.kind
        if node.key in ("today", "now"):
            return Coded(self.columns.parameter(node.key), kind, is_total=True)
        native = native_of(node.key, len(arguments))
        if native is None:
            raise NotInSql(name=node.function.name)
        if node.key in EXACT and (arguments[0].width or DIGITS) <= EXACT_DIGITS:
            native = EXACT[node.key]
        return self._native(node, native, arguments)

    def _joined(self, node: Call) -> Coded:
        """Join a whole chain of texts at once: too long is too long at the end as well."""
        texts = [self.value(each) for each in _operands(node)]
        native = native_of("join", 2)
        assert native is not None
        return self._native(node, native, [_as_text(each) for each in texts], raw=True)

    def _native(
        self, node: Call, native: Native, arguments: list[Coded], *, raw: bool = False
    ) -> Coded:
        kind = node.type.kind
        width, scale = WIDTHS[node.key](arguments) if node.key in WIDTHS else (None, 0)
        given = {
            letter: self._given(native, letter, argument, raw=raw)
            for letter, argument in zip(_letters(len(arguments)), arguments, strict=True)
        }
        values = {letter: argument.expression for letter, argument in given.items()}
        for name in names_in([native.text, *native.steps.values()]) & {*_EVALUATION}:
            values[name] = self.columns.parameter(name)
        expression = self._computed(native, given, values, SQL_TYPES[kind])
        if native.settles and (width is None or width > DIGITS):
            expression, width = Sql(SETTLED, {"a": expression}, sa.Numeric()), None
        expression = _guarded(native, given, expression)
        total = native.fails is None and node.overload.is_total and _all_given(arguments)
        total = total and not kind.is_texty
        value = Coded(expression, kind, scale=scale, width=width, is_total=total)
        if not self.is_tracking or native.fails is None:
            return value.failing_with(*arguments)
        value = self.once(value)
        needed = {each: given[each] for each in given if each not in native.optional(given)}
        fails = _failed(native.fails, needed, {**values, "value": value.expression})
        return replace(value, fails=any_of(fails, *(each.fails for each in arguments)))

    def _given(self, native: Native, letter: str, argument: Coded, *, raw: bool) -> Coded:
        """Return an argument, bound if it is needed more than once."""
        if argument.kind.is_texty and not raw:
            argument = replace(argument, expression=self.text(argument), form=Form.PLAIN)
        uses = native.uses(letter) + (letter in native.guards and not argument.is_total)
        return self.once(argument) if uses > 1 or self.is_tracking else argument

    def _computed(
        self,
        native: Native,
        given: Mapping[str, Coded],
        values: dict[str, Expression],
        kind: sa.types.TypeEngine[Any],
    ) -> Expression:
        def convert(name: str, conversion: str) -> str | None:
            return _converted(given.get(name), conversion)

        for name, text in native.steps.items():
            values[name] = self.bound(Sql(text, values, sa.types.NULLTYPE, convert))
        return Sql(native.text, values, kind, convert)


def _stored_number(node: FieldPath | Global, column: Expression) -> Coded:
    declared = node.field.type
    number: Expression = sa.type_coerce(column, sa.Numeric())
    if isinstance(column.type, sa.Integer):
        number = sa.cast(column, sa.Numeric())
    width, scale = declared.precision, declared.scale
    if declared.percent:
        number = Sql("{a} * 0.01", {"a": number}, sa.Numeric())
        scale = None if scale is None else scale + 2
    if node.zero:
        number = sa.func.coalesce(number, sa.literal_column("0"), type_=sa.Numeric())
    if width is None or scale is None:
        width, scale = None, 0
    return Coded(number, Kind.NUMBER, scale=scale, width=width, is_total=node.zero)


def _as_text(value: Coded) -> Coded:
    if value.form is not Form.UUID:
        return value
    return replace(value, expression=sa.cast(value.expression, sa.Text()), form=Form.PLAIN)


def _operands(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.key == "join":
        for each in node.arguments:
            yield from _operands(each)
    else:
        yield node


def _letters(count: int) -> list[str]:
    """Name the arguments; beyond the alphabet only `{*}` reads them."""
    return [LETTERS[i] if i < len(LETTERS) else f"{LETTERS[-1]}_{i}" for i in range(count)]


def _converted(argument: Coded | None, conversion: str) -> str | None:
    """Return what a constant converts to at once."""
    if argument is None or not argument.is_constant or conversion not in CLAMPS:
        return None
    _text, constant = CLAMPS[conversion]
    return None if argument.constant is None else str(constant(argument.constant))


def _guarded(native: Native, given: Mapping[str, Coded], expression: Expression) -> Expression:
    """Make null of the null arguments that the text would not."""
    present = [
        argument.expression.is_not(None)
        for letter, argument in given.items()
        if letter[0] in native.guards and not argument.is_total and not argument.kind.is_texty
    ]
    return sa.case((sa.and_(*present), expression)) if present else expression


def _all_given(arguments: Sequence[Coded]) -> bool:
    return all(each.is_total or each.kind.is_texty for each in arguments)


def _failed(text: str, given: Mapping[str, Coded], values: Mapping[str, Expression]) -> Expression:
    present = [
        argument.expression.is_not(None)
        for argument in given.values()
        if not argument.is_total and not argument.kind.is_texty
    ]
    return sa.and_(Sql(f"({text}) IS TRUE", values, sa.Boolean()), *present)
