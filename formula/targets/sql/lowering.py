"""The walk from typed tree to SQL that both dialects share: paths, logic, choice, comparison.

Two readings of a truth value: `truth` may be null where it is false, which is what WHERE and CASE
need and what an index can serve; `value` is exact. Everything a dialect does its own way is a
method a subclass fills in.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa

from formula.targets.sql.value import (
    Coded,
    Columns,
    Expression,
    Form,
    NotInSql,
    any_of,
    never_null,
)
from formula.tree import Call, FieldPath, Global, Let, Literal, Node, Variable
from formula.types import Kind

NULL_CONDITION: Expression = sa.literal_column("NULL", sa.Boolean())
"""A comparison with null: neither true nor false. (`==` would say IS NULL.)"""

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "less": lambda left, right: left < right,
    "less_equal": lambda left, right: left <= right,
    "greater": lambda left, right: left > right,
    "greater_equal": lambda left, right: left >= right,
}


class Lowering(ABC):
    """One formula on its way to one dialect."""

    dialect: ClassVar[str]

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._bound: dict[str, Coded] = {}
        self._special: dict[str, Callable[[Call], Coded]] = {
            "and": self._and,
            "or": self._or,
            "not": self._not,
            "if": self._if,
            "ifs": self._ifs,
            "case": self._case,
            "iferror": self._iferror,
            "equal": self._equality,
            "unequal": self._equality,
            "equals": self._equality,
            "ispickval": self._equality,
            "in": self._in,
            "isblank": self._isblank,
            "isnull": self._isnull,
            "blankvalue": self._blankvalue,
            "nullvalue": self._nullvalue,
            "text_picklist": self._picklist_text,
            "positive": lambda node: self.value(node.arguments[0]),
            **dict.fromkeys(_SIGNS, self._ordering),
            **{f"{key}_text": self._ordering for key in _SIGNS},
        }

    # -- what a dialect provides -----------------------------------------------------------------

    @abstractmethod
    def literal(self, node: Literal) -> Coded:
        """Return a constant."""

    @abstractmethod
    def stored(self, node: FieldPath | Global, column: Expression) -> Coded:
        """Return a stored value: percent as fraction, null number as 0 where the node says so."""

    @abstractmethod
    def function(self, node: Call, arguments: list[Coded]) -> Coded:
        """Return a call whose arguments are all evaluated; raises `NotInSql`."""

    @abstractmethod
    def aligned(self, values: Sequence[Coded]) -> list[Coded]:
        """Return numbers of one form and scale, so that they can be compared or chosen from."""

    @abstractmethod
    def compare(self, key: str, left: Coded, right: Coded) -> Expression:
        """Return an ordering of two aligned values."""

    # -- the walk --------------------------------------------------------------------------------

    def value(self, node: Node) -> Coded:
        """Return the exact value of a node."""
        if isinstance(node, Literal):
            return self.literal(node)
        if isinstance(node, FieldPath):
            return self.stored(node, self.columns.column(node.path))
        if isinstance(node, Global):
            return self.stored(node, self.columns.parameter(node.path))
        if isinstance(node, Variable):
            return self._bound[node.name]
        if isinstance(node, Let):
            for name, bound in node.bindings:
                self._bound[name] = self.value(bound)
            return self.value(node.body)
        special = self._special.get(node.key)
        if special is not None:
            return special(node)
        if node.function.needs_change:
            raise NotInSql(name=node.function.name)
        arguments = [self.value(each) for each in node.arguments]
        return self.function(node, arguments).failing_with(*arguments)

    def truth(self, node: Node) -> Expression:
        """Return a condition that may be null instead of false."""
        if isinstance(node, Literal):
            return sa.true() if node.value is True else sa.false()
        if isinstance(node, FieldPath) and node.type.kind is Kind.BOOLEAN:
            return sa.type_coerce(self.columns.column(node.path), sa.Boolean())
        if isinstance(node, Call):
            if node.key == "and":
                return sa.and_(*map(self.truth, node.arguments))
            if node.key == "or":
                return sa.or_(*map(self.truth, node.arguments))
            if node.key in ("equal", "ispickval", "equals"):
                return self._equal(*map(self.value, node.arguments), exact=False)
            if node.key in _SIGNS:
                return self._ordered(node.key, *node.arguments)
        return self.value(node).expression

    # -- logic -----------------------------------------------------------------------------------

    def boolean(self, expression: Expression, *arguments: Coded, total: bool = False) -> Coded:
        """Return a truth value made from `arguments`."""
        fails = any_of(*(each.fails for each in arguments))
        return Coded(expression, Kind.BOOLEAN, is_total=total, fails=fails)

    def _and(self, node: Call) -> Coded:
        return self.boolean(never_null(self.truth(node)), *self._fallible(node), total=True)

    def _or(self, node: Call) -> Coded:
        return self.boolean(never_null(self.truth(node)), *self._fallible(node), total=True)

    def _fallible(self, node: Call) -> list[Coded]:
        return [self.value(each) for each in node.arguments]

    def _not(self, node: Call) -> Coded:
        inner = self.value(node.arguments[0])
        return replace(inner, expression=sa.not_(inner.expression), is_constant=False)

    def _if(self, node: Call) -> Coded:
        condition, then, otherwise = node.arguments
        return self._choose([(condition, then)], otherwise)

    def _ifs(self, node: Call) -> Coded:
        *pairs, otherwise = node.arguments
        return self._choose(list(zip(pairs[::2], pairs[1::2], strict=True)), otherwise)

    def _choose(self, pairs: list[tuple[Node, Node]], otherwise: Node) -> Coded:
        conditions = [self.truth(condition) for condition, _result in pairs]
        tested = [self.value(condition) for condition, _result in pairs]
        results = [self.value(result) for _condition, result in pairs]
        return self.chosen(conditions, results, self.value(otherwise)).failing_with(*tested)

    def chosen(self, conditions: list[Expression], results: list[Coded], otherwise: Coded) -> Coded:
        """Return a CASE over conditions; a branch fails only where it is chosen."""
        *results, otherwise = self.aligned([*results, otherwise])
        everything = (*results, otherwise)
        typed = [each for each in everything if each.kind is not Kind.NULL] or [otherwise]
        widest = max(typed, key=lambda each: each.bound)
        branches = [
            (condition, result.expression)
            for condition, result in zip(conditions, results, strict=True)
        ]
        return Coded(
            sa.case(*branches, else_=otherwise.expression),
            widest.kind,
            widest.form,
            widest.scale,
            widest.bound,
            is_total=all(each.is_total for each in everything),
            fails=self._branch_fails(conditions, results, otherwise),
        )

    @staticmethod
    def _branch_fails(
        conditions: list[Expression], results: list[Coded], otherwise: Coded
    ) -> Expression | None:
        if all(each.fails is None for each in (*results, otherwise)):
            return None
        branches = [
            (condition, result.fails if result.fails is not None else sa.false())
            for condition, result in zip(conditions, results, strict=True)
        ]
        last = otherwise.fails if otherwise.fails is not None else sa.false()
        return sa.case(*branches, else_=last)

    def _case(self, node: Call) -> Coded:
        subject = self.value(node.arguments[0])
        *pairs, otherwise = node.arguments[1:]
        conditions = [self._equal(subject, self.value(value), exact=False) for value in pairs[::2]]
        results = [self.value(result) for result in pairs[1::2]]
        return self.chosen(conditions, results, self.value(otherwise)).failing_with(subject)

    def _iferror(self, node: Call) -> Coded:
        first, fallback = (self.value(each) for each in node.arguments)
        if first.fails is None:
            return first
        return self.chosen([first.fails], [fallback], replace(first, fails=None))

    # -- comparison ------------------------------------------------------------------------------

    def _equality(self, node: Call) -> Coded:
        left, right = (self.value(each) for each in node.arguments)
        condition = self._equal(left, right, exact=True)
        total = left.kind.is_texty or right.kind.is_texty
        if node.key == "unequal":
            condition = sa.not_(condition)
        return self.boolean(condition, left, right, total=total)

    def _equal(self, left: Coded, right: Coded, *, exact: bool) -> Expression:
        """Compare with `=`; text blank equals ''. Inexact: null may stand for false."""
        if left.kind.is_texty or right.kind.is_texty:
            return self._equal_text(left, right, exact=exact)
        if any(each.is_constant and each.constant is None for each in (left, right)):
            return NULL_CONDITION
        left, right = self.aligned([left, right])
        condition: Expression = left.expression == right.expression
        return condition

    def _equal_text(self, left: Coded, right: Coded, *, exact: bool) -> Expression:
        for one, other in ((left, right), (right, left)):
            if not (other.is_constant or other.kind is Kind.NULL):
                continue
            if other.constant in (None, ""):
                return self.blank_text(one)
            condition = self.equals_constant(one, other)
            return condition if one.is_total or not exact else never_null(condition)
        if left.form is Form.UUID and right.form is Form.UUID:
            return never_null(
                sa.or_(
                    left.expression == right.expression,
                    sa.and_(left.expression.is_(None), right.expression.is_(None)),
                )
            )
        equal: Expression = self.text(left) == self.text(right)
        return equal

    def equals_constant(self, value: Coded, constant: Coded) -> Expression:
        """Compare a text with a constant that is not blank; null where the text is."""
        equal: Expression = value.expression == constant.expression
        return equal

    def blank_text(self, value: Coded) -> Expression:
        """Tell whether a text is blank; never null."""
        if value.form is Form.UUID:
            return value.expression.is_(None)
        return self.text(value) == sa.literal("", sa.Text())

    def text(self, value: Coded) -> Expression:
        """Return a text that is '' where it is null."""
        if value.kind is Kind.NULL:
            return sa.literal("", sa.Text())
        if value.is_total:
            return value.expression
        return sa.func.coalesce(value.expression, sa.literal("", sa.Text()), type_=sa.Text())

    def _ordering(self, node: Call) -> Coded:
        left, right = (self.value(each) for each in node.arguments)
        if node.key.endswith("_text"):
            blank = sa.literal("", sa.Text())
            left, right = (
                replace(each, expression=sa.func.nullif(self.text(each), blank), is_total=False)
                for each in (left, right)
            )
            return self.boolean(
                self.compare(node.key.removesuffix("_text"), left, right), left, right
            )
        both = self.aligned([left, right])
        return self.boolean(self.compare(node.key, *both), left, right)

    def _ordered(self, key: str, left_node: Node, right_node: Node) -> Expression:
        """Compare as a condition: a nullable number field against a constant stays bare."""
        for node, other, zero_first in (
            (left_node, right_node, True),
            (right_node, left_node, False),
        ):
            if not (isinstance(node, FieldPath) and node.zero and isinstance(other, Literal)):
                continue
            if not isinstance(other.value, Decimal):
                continue
            sides = (Decimal(0), other.value) if zero_first else (other.value, Decimal(0))
            bare = self.value(replace(node, zero=False))
            constant = self.value(other)
            pair = [bare, constant] if zero_first else [constant, bare]
            condition = self.compare(key, *self.aligned(pair))
            if _SIGNS[key](*sides):
                return sa.or_(condition, bare.expression.is_(None))
            return condition
        left, right = self.aligned([self.value(left_node), self.value(right_node)])
        return self.compare(key, left, right)

    def _in(self, node: Call) -> Coded:
        subject, *members = (self.value(each) for each in node.arguments)
        present = [each for each in members if not (each.is_constant and each.constant is None)]
        tests = [self._equal(subject, each, exact=False) for each in present]
        condition = sa.or_(sa.false(), *tests)
        if subject.kind.is_texty:
            condition = sa.and_(sa.not_(self.blank_text(subject)), condition)
        return self.boolean(never_null(condition), subject, *members, total=True)

    # -- blanks ----------------------------------------------------------------------------------

    def _isblank(self, node: Call) -> Coded:
        value = self.value(node.arguments[0])
        return self.boolean(self._blank(value), value, total=True)

    def _blank(self, value: Coded) -> Expression:
        if value.kind.is_texty:
            return self.blank_text(value)
        return sa.false() if value.is_total else value.expression.is_(None)

    def _isnull(self, node: Call) -> Coded:
        value = self.value(node.arguments[0])
        texty = value.kind.is_texty
        return self.boolean(sa.false() if texty else self._blank(value), value, total=True)

    def _blankvalue(self, node: Call) -> Coded:
        first, fallback = (self.value(each) for each in node.arguments)
        chosen = self.chosen([self._blank(first)], [fallback], first)
        total = fallback.is_total and fallback.kind is not Kind.NULL
        return replace(chosen, is_total=total)

    def _nullvalue(self, node: Call) -> Coded:
        first = self.value(node.arguments[0])
        return first if first.kind.is_texty else self._blankvalue(node)

    def _picklist_text(self, node: Call) -> Coded:
        value = self.value(node.arguments[0])
        relabelled = [
            (
                value.expression == sa.literal(each.value, sa.Text()),
                sa.literal(each.source_label, sa.Text()),
            )
            for each in node.arguments[0].type.values
            if each.source_label != each.value
        ]
        shown = sa.case(*relabelled, else_=value.expression) if relabelled else value.expression
        return replace(value, expression=shown, kind=Kind.TEXT, is_constant=False)
