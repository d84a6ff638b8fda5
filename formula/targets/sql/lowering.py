"""The walk from typed tree to SQL that both dialects share.

Two readings of a truth value: `truth` may be null where it is false, which is what WHERE and CASE
need and what an index can serve; `value` is exact. What chooses or compares is a form in the
tables of `logic` and `comparison`; everything a dialect does its own way is a method.

Where failing matters (inside IFERROR, `is_tracking`) every value also says where it `fails`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar, Self

import sqlalchemy as sa

from formula.evaluation import Evaluation
from formula.function import Overload, Passing
from formula.targets.oracle import Frame, walk_value
from formula.targets.sql.binding import Scope, is_plain
from formula.targets.sql.value import (
    Coded,
    Columns,
    Expression,
    Form,
    NotInSql,
    any_of,
    never_null,
)
from formula.tree import Aggregate, Call, FieldPath, Global, Let, Literal, Node, Variable
from formula.types import Kind, Type

_COMPUTED = (Passing.STRICT, Passing.OPEN, Passing.LAZY)
_FOLDED = (Passing.STRICT, Passing.OPEN)


def _is_computed(overload: Overload) -> bool:
    """Tell whether a meaning needs only columns, and no other version or other records."""
    signature = overload.signature
    parameters = (*signature.before, *signature.group, *signature.after)
    return overload.passing in _COMPUTED and not any(each.is_path for each in parameters)


class Lowering(ABC):
    """One formula on its way to one dialect."""

    dialect: ClassVar[str]
    forms: ClassVar[Mapping[str, Callable[[Any, Call], Coded]]]
    conditions: ClassVar[Mapping[str, Callable[[Any, Call], Expression]]]
    aggregate: ClassVar[Callable[[Any, Aggregate], Coded]]

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.is_tracking = False
        self._variables: dict[str, Coded] = {}
        self._mark = ""
        self._scope = Scope()
        self._counter = count(1)

    def within(self, columns: Columns) -> Self:
        """Return the walk over child records: the names bound here are known there."""
        inside = type(self)(columns)
        inside._variables = dict(self._variables)
        inside._counter = self._counter
        inside._mark = f"_{next(self._counter)}"
        inside._scope = Scope(inside._mark)
        return inside

    def name(self, what: str) -> str:
        """Return a name for a table that no other table of the formula has."""
        return f"{what}_{next(self._counter)}"

    # -- what a dialect provides -----------------------------------------------------------------

    @abstractmethod
    def literal(self, node: Literal) -> Coded:
        """Return a constant."""

    @abstractmethod
    def stored(self, node: FieldPath | Global, column: Expression) -> Coded:
        """Return a stored value: percent as fraction, null number as 0 where the node says so."""

    @abstractmethod
    def compared_bare(self, key: str, node: FieldPath, constant: Decimal) -> Expression | None:
        """Compare a stored number with a constant so that an index on the column serves."""

    @abstractmethod
    def function(self, node: Call, arguments: list[Coded]) -> Coded:
        """Return a call whose arguments are all evaluated; raises `NotInSql`."""

    @abstractmethod
    def aligned(self, values: Sequence[Coded]) -> list[Coded]:
        """Return numbers of one form and scale, so that they can be compared or chosen from."""

    @abstractmethod
    def compare(self, key: str, left: Coded, right: Coded) -> Expression:
        """Return an ordering of two aligned values."""

    @abstractmethod
    def result(self, value: Coded, wanted: Type) -> Coded:
        """Bring a result to the scale its field declares, and a percentage back to percent."""

    def equals_constant(self, value: Coded, constant: Coded) -> Expression:
        """Compare a text with a constant that is not blank; null where the text is."""
        equal: Expression = value.expression == constant.expression
        return equal

    @abstractmethod
    def counted(self, count: Expression) -> Coded:
        """Return how many rows there are."""

    @abstractmethod
    def over_rows(self, key: str, value: Coded) -> Coded:
        """Return the aggregate `key` over a column of child values; null ones do not count."""

    # -- whole formulas --------------------------------------------------------------------------

    def whole(self, node: Node, wanted: Type) -> Coded:
        """Return the value of a formula, with all it binds."""
        value = self.result(self.value(node), wanted)
        return replace(value, expression=self._scope.around(value.expression))

    def condition(self, node: Node) -> Expression:
        """Return a formula as a condition; each part of AND and OR binds for itself."""
        if isinstance(node, Call) and node.key in ("and", "or"):
            join = sa.and_ if node.key == "and" else sa.or_
            return join(*map(self.condition, node.arguments))
        self._scope = Scope(self._mark)
        return self._scope.around(self.truth(node))

    def part(self, node: Node) -> Coded:
        """Return a value with all it binds."""
        self._scope = Scope(self._mark)
        value = self.value(node)
        return replace(value, expression=self._scope.around(value.expression))

    def bindings_around(self, expression: Expression) -> Expression:
        """Return an expression with all it binds."""
        return self._scope.around(expression)

    def failure(self, node: Node) -> Expression:
        """Return where computing a formula fails; never null."""
        fails = self.tracked(node).fails
        return sa.false() if fails is None else self._scope.around(never_null(fails))

    # -- the walk --------------------------------------------------------------------------------

    def value(self, node: Node) -> Coded:
        """Return the exact value of a node."""
        if isinstance(node, Literal):
            return self.literal(node)
        if isinstance(node, FieldPath | Global) and node.type.kind is Kind.NULL:
            return self.literal(Literal(None, node.type, node.span))
        if isinstance(node, FieldPath):
            return self.stored(node, self.columns.column(node))
        if isinstance(node, Global):
            return self.stored(node, self.columns.parameter(node.path))
        if isinstance(node, Variable):
            return self._variables[node.name]
        if isinstance(node, Let):
            return self._let(node)
        if isinstance(node, Aggregate):
            return self.aggregate(node)
        form = self.forms.get(node.key)
        if form is not None:
            return form(self, node)
        if not _is_computed(node.overload):
            raise NotInSql(name=node.function.name)
        arguments = [self.value(each) for each in node.arguments]
        if self._is_foldable(node, arguments):
            return self._folded(node)
        arguments = [self._typed(node, place, each) for place, each in enumerate(arguments)]
        return self.function(node, arguments).failing_with(*arguments)

    def truth(self, node: Node) -> Expression:
        """Return a condition that may be null instead of false."""
        if isinstance(node, Literal):
            return sa.true() if node.value is True else sa.false()
        if isinstance(node, FieldPath) and node.type.kind is Kind.BOOLEAN:
            return sa.type_coerce(self.columns.column(node), sa.Boolean())
        condition = self.conditions.get(node.key) if isinstance(node, Call) else None
        if condition is not None and isinstance(node, Call) and not self.is_tracking:
            return condition(self, node)
        return self.value(node).expression

    def test(self, node: Node) -> tuple[Expression, Expression | None]:
        """Return a condition and where it fails, both to be used as often as needed."""
        if not self.is_tracking:
            return self.truth(node), None
        tested = self.once(self.value(node))
        return tested.expression, tested.fails

    def tracked(self, node: Node) -> Coded:
        """Return a value that says where it fails, to be used as often as needed."""
        before, self.is_tracking = self.is_tracking, True
        value = self.once(self.value(node))
        self.is_tracking = before
        return value if value.fails is None else replace(value, fails=self.bound(value.fails))

    def once(self, value: Coded) -> Coded:
        """Return the value, bound to a name if it is more than a column or constant."""
        return (
            value if value.is_constant else replace(value, expression=self.bound(value.expression))
        )

    def bound(self, expression: Expression) -> Expression:
        """Return the expression, or a name for it if it is more than a column or constant."""
        return expression if is_plain(expression) else self._scope.bind(expression)

    def _let(self, node: Let) -> Coded:
        bound = []
        for name, expression in node.bindings:
            value = self.once(self.value(expression))
            bound.append(value)
            self._variables[name] = replace(value, fails=None)
        return self.value(node.body).failing_with(*bound)

    def _typed(self, node: Call, place: int, argument: Coded) -> Coded:
        """Return an argument; a null of no type as one of the type the function takes."""
        if argument.kind is not Kind.NULL:
            return argument
        parameters = node.overload.signature.parameters(len(node.arguments)) or ()
        kinds = sorted(parameters[place].kinds or {Kind.TEXT}, key=lambda kind: kind.value)
        typed = self.literal(Literal(None, Type(kinds[0]), node.arguments[place].span))
        return replace(typed, fails=argument.fails)

    @staticmethod
    def _is_foldable(node: Call, arguments: list[Coded]) -> bool:
        return (
            bool(arguments)
            and all(each.is_constant for each in arguments)
            and node.overload.passing in _FOLDED
            and not node.overload.takes_evaluation
            and node.type.kind is not Kind.GEOLOCATION
        )

    def _folded(self, node: Call) -> Coded:
        """Compute what consists of constants now."""
        evaluation = Evaluation()
        value = walk_value(node, Frame(None, None, evaluation))
        constant = self.literal(Literal(value, node.type, node.span))
        return replace(constant, fails=sa.true()) if evaluation.diagnostics else constant

    # -- what the forms share --------------------------------------------------------------------

    def boolean(self, expression: Expression, *arguments: Coded, total: bool = False) -> Coded:
        """Return a truth value made from `arguments`."""
        fails = any_of(*(each.fails for each in arguments))
        return Coded(expression, Kind.BOOLEAN, is_total=total, fails=fails)

    def blank(self, value: Coded) -> Expression:
        """Tell whether a value is blank; never null."""
        if value.kind.is_texty:
            return self.blank_text(value)
        return sa.false() if value.is_total else value.expression.is_(None)

    def blank_text(self, value: Coded) -> Expression:
        """Tell whether a text is blank; never null."""
        if value.form is Form.UUID:
            return value.expression.is_(None)
        return self.text(value) == sa.literal("", sa.Text())

    def text(self, value: Coded) -> Expression:
        """Return a text that is '' where it is null."""
        if value.kind is Kind.NULL:
            return sa.literal("", sa.Text())
        if value.is_total or (value.is_constant and value.constant == ""):
            return value.expression
        return sa.func.coalesce(value.expression, sa.literal("", sa.Text()), type_=sa.Text())
