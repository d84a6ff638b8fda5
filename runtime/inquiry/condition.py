"""From expressions of queries to the formula language: the forms that only queries have.

IN, LIKE, parameters, names of periods and queries inside IN become functions and comparisons of
the one language; nothing is checked or evaluated here that it does not check. Values of
parameters become constants of the tree and so parameters of the statement, never text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import formula
from formula import Apply, Chain, Constant, Name, Unary
from formula import Syntax as Pure
from paas.kernel import Span
from runtime.inquiry.function import CALENDAR, calendar
from runtime.inquiry.period import is_period, period_of
from runtime.inquiry.problem import (
    QUERY_DATE_MISPLACED,
    QUERY_PARAMETER_INVALID,
    QUERY_PARAMETER_MISSING,
    QUERY_TOO_MANY_VALUES,
    refuse,
)
from runtime.inquiry.semi_join import semi_join
from runtime.inquiry.syntax import Inquiry, Likeness, Membership, Node, Parameter, Placed

MAX_VALUES = 500
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query is asked with: its parameters, and the caller's day and zone."""

    parameters: Mapping[str, Any]
    today: date
    zone: str


class Translator:
    """Translates the expressions of one query about one object."""

    def __init__(
        self,
        environment: formula.Environment,
        asked: Asked,
        environment_of: Callable[[str], formula.Environment | None],
    ) -> None:
        self.environment = environment
        self.asked = asked
        self._environment_of = environment_of

    def environment_of(self, name: str) -> formula.Environment | None:
        """Return what names mean inside another object; None if there is none."""
        return self._environment_of(name)

    def inside(self, environment: formula.Environment) -> Translator:
        """Return a translator of expressions about another object."""
        return Translator(environment, self.asked, self._environment_of)

    def placed(self, placed: Placed) -> Pure:
        """Return an expression as a formula; raises `Untranslatable`."""
        return self.pure(placed.node)

    def pure(self, node: Node) -> Pure:
        """Return a node as syntax of the formula language."""
        if isinstance(node, Parameter):
            return self._constant(node, None)
        if isinstance(node, Membership):
            return self._membership(node)
        if isinstance(node, Likeness):
            return self._likeness(node)
        if isinstance(node, Chain):
            return self._chain(node)
        if isinstance(node, Unary):
            return replace(node, operand=self.pure(node.operand))
        if isinstance(node, Apply):
            return self._apply(node)
        if isinstance(node, Name) and self._period(node):
            raise refuse(QUERY_DATE_MISPLACED, node.span, text=node.text)
        return node

    def kind_of(self, node: Pure) -> formula.Type | None:
        """Return the type of an expression, None if it has errors; those are told elsewhere.

        The least and greatest of rows are what the rows are.
        """
        if isinstance(node, Apply) and node.name.upper() in ("MIN", "MAX"):
            node = node.arguments[0] if len(node.arguments) == 1 else node
        try:
            return formula.compile_syntax(node, self.environment).type
        except formula.FormulaProblem:
            return None

    # -- calls -----------------------------------------------------------------------------------

    def _apply(self, node: Apply) -> Pure:
        children = self._children_named(node)
        if children is not None and len(node.arguments) == 2:
            inside = self.inside(replace(self.environment, object=children))
            condition = inside.pure(node.arguments[1])
            return replace(node, arguments=(node.arguments[0], condition))
        arguments = tuple(self.pure(each) for each in node.arguments)
        made = replace(node, arguments=arguments)
        if node.name.upper() in CALENDAR and len(arguments) == 1:
            kind = self.kind_of(arguments[0])
            is_moment = kind is not None and kind.kind is formula.Kind.DATETIME
            return calendar(made, is_moment=is_moment)
        return made

    def _children_named(self, node: Apply) -> formula.ObjectSymbol | None:
        """Return the object of the child records a call aggregates, if it does."""
        first = node.arguments[0] if node.arguments else None
        if not isinstance(first, Name):
            return None
        try:
            path = formula.resolve_children(first, self.environment)
        except formula.PathError:
            return None
        return self.environment.objects(path.child.object) if path is not None else None

    # -- comparisons -----------------------------------------------------------------------------

    def _chain(self, node: Chain) -> Pure:
        if node.operator in _COMPARISONS and len(node.operands) == 2:
            left, right = cast("tuple[Node, Node]", node.operands)
            for subject, other, operator in (
                (left, right, node.operator),
                (right, left, _TURNED.get(node.operator, node.operator)),
            ):
                if isinstance(other, Name) and self._period(other):
                    return self._within(self.pure(subject), operator, other, node.span)
                if isinstance(other, Parameter):
                    pure = self.pure(subject)
                    constant = self._constant(other, self.kind_of(pure))
                    pair = (pure, constant) if other is right else (constant, pure)
                    return replace(node, operands=pair)
        return replace(node, operands=tuple(self.pure(each) for each in node.operands))

    def _period(self, name: Name) -> bool:
        """Tell whether a word names a period; a field of that name comes first."""
        if not is_period(name.text):
            return False
        owner = self.environment.object
        return owner is None or name.text.casefold() not in owner.fields

    def _within(self, subject: Pure, operator: str, name: Name, span: Span) -> Pure:
        kind = self.kind_of(subject)
        if kind is None or kind.kind not in (formula.Kind.DATE, formula.Kind.DATETIME):
            raise refuse(QUERY_DATE_MISPLACED, name.span, text=name.text)
        try:
            bounds = period_of(name.text, self.asked.today)
            if kind.kind is formula.Kind.DATETIME:
                bounds = self._moment(bounds[0]), self._moment(bounds[1])
        except (ValueError, OverflowError) as error:
            raise refuse(QUERY_DATE_MISPLACED, name.span, text=name.text) from error
        start, end = (Constant(each, name.span) for each in bounds)
        if operator in ("=", "<>"):
            signs = (">=", "<") if operator == "=" else ("<", ">=")
            sides = tuple(
                Chain(sign, (subject, bound), span)
                for sign, bound in zip(signs, (start, end), strict=True)
            )
            return Chain("&&" if operator == "=" else "||", sides, span, bracketed=True)
        sign, bound = _EDGES[operator]
        return Chain(sign, (subject, start if bound == "start" else end), span)

    def _moment(self, day: date) -> datetime:
        """Return when a day begins where the caller is."""
        return datetime.combine(day, time(), ZoneInfo(self.asked.zone)).astimezone(UTC)

    # -- IN and LIKE -----------------------------------------------------------------------------

    def _membership(self, node: Membership) -> Pure:
        found = self._test(node)
        return Unary("!", found, node.span) if node.is_negated else found

    def _test(self, node: Membership) -> Pure:
        if isinstance(node.values, Inquiry):
            return semi_join(self, node, node.values)
        subject = self.pure(node.operand)
        kind = self.kind_of(subject)
        values: tuple[Pure, ...]
        if isinstance(node.values, Parameter):
            values = tuple(self._typed(node.values, each, kind) for each in self._list(node.values))
        else:
            values = tuple(
                self._constant(each, kind) if isinstance(each, Parameter) else self.pure(each)
                for each in node.values
            )
        if len(values) > MAX_VALUES:
            raise refuse(QUERY_TOO_MANY_VALUES, node.span, limit=MAX_VALUES)
        if not values:
            return Constant(False, node.span)
        return Apply("IN", (subject, *values), node.span, node.span)

    def _likeness(self, node: Likeness) -> Pure:
        subject, pattern = self.pure(node.operand), node.pattern
        if isinstance(pattern, Parameter):
            pattern = self._constant(pattern, formula.Type(formula.Kind.TEXT))
        if not isinstance(pattern.value, str):
            name = getattr(node.pattern, "name", "LIKE")
            raise refuse(QUERY_PARAMETER_INVALID, node.span, name=name)
        found = like(subject, pattern.value, node.span)
        return Unary("!", found, node.span) if node.is_negated else found

    # -- parameters ------------------------------------------------------------------------------

    def _given(self, parameter: Parameter) -> Any:
        if parameter.name not in self.asked.parameters:
            raise refuse(QUERY_PARAMETER_MISSING, parameter.span, name=parameter.name)
        return self.asked.parameters[parameter.name]

    def _list(self, parameter: Parameter) -> list[Any]:
        given = self._given(parameter)
        if not isinstance(given, list):
            raise refuse(QUERY_PARAMETER_INVALID, parameter.span, name=parameter.name)
        if len(given) > MAX_VALUES:
            raise refuse(QUERY_TOO_MANY_VALUES, parameter.span, limit=MAX_VALUES)
        return given

    def _constant(self, parameter: Parameter, kind: formula.Type | None) -> Constant:
        return self._typed(parameter, self._given(parameter), kind)

    def _typed(self, parameter: Parameter, value: Any, kind: formula.Type | None) -> Constant:
        """Return a value as what it is compared with, as far as JSON leaves that open."""
        try:
            return Constant(_converted(value, kind.kind if kind else None), parameter.span)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise refuse(QUERY_PARAMETER_INVALID, parameter.span, name=parameter.name) from error


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_EDGES = {"<": ("<", "start"), "<=": ("<", "end"), ">": (">=", "end"), ">=": (">=", "start")}


def _converted(value: Any, kind: formula.Kind | None) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise ValueError("not a number")
        return number
    if not isinstance(value, str):
        raise TypeError("neither a text, a number nor a truth value")
    if kind is formula.Kind.DATE:
        return date.fromisoformat(value)
    if kind is formula.Kind.DATETIME:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment.astimezone(UTC)
    if kind is formula.Kind.NUMBER:
        return _converted(Decimal(value), None)
    if kind is formula.Kind.BOOLEAN and value in ("true", "false"):
        return value == "true"
    return value


def like(subject: Pure, pattern: str, span: Span) -> Pure:
    """Return LIKE by the simplest function that says the same."""
    inner = pattern.strip("%")
    if "%" not in inner and "_" not in inner and inner:
        constant = Constant(inner, span)
        if pattern == inner:
            return Chain("=", (subject, constant), span, bracketed=True)
        if not pattern.startswith("%"):
            return Apply("BEGINS", (subject, constant), span, span)
        if pattern.endswith("%"):
            return Apply("CONTAINS", (subject, constant), span, span)
    return Apply("LIKE", (subject, Constant(pattern, span)), span, span)
