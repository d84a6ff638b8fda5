"""Plans of queries with groups: keys, aggregates, and what is said of the results.

Columns, HAVING and the order are formulas over results: every key and aggregate in them is
replaced by the name of its result, and what is left must not name fields any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import formula
from formula import Apply, Chain, Name, Unary
from formula import Syntax as Pure
from paas.kernel import Violation
from runtime.inquiry.function import AGGREGATES, EVERY_ROW, GROUPING
from runtime.inquiry.plain import MAX_LIMIT, limit_of
from runtime.inquiry.problem import (
    QUERY_AGGREGATE_INVALID,
    QUERY_NAME_TAKEN,
    QUERY_NOT_GROUPED,
    QUERY_TOO_MANY,
)
from runtime.inquiry.resolve import Caller, Resolver, Value
from runtime.inquiry.syntax import Children, Inquiry, Item, Placed
from runtime.query import MAX_SORT
from runtime.sql.aggregate import COUNTED, is_aggregable
from runtime.sql.codec import Row, reader
from runtime.sql.grouping import Aggregation, Grouping, Key, Result, ResultTerm
from runtime.sql.inquiry import Answering, Question

MAX_KEYS = 8
MAX_AGGREGATES = 50
Labels = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Column → value of a picklist → label in each language."""
_KEYS = {"zh-CN": "分组", "en-US": "keys of groups"}
_AGGREGATES = {"zh-CN": "汇总", "en-US": "aggregates"}
_SORTS = {"zh-CN": "排序键", "en-US": "sort keys"}
_SUBQUERIES = {"zh-CN": "子查询", "en-US": "queries for child records"}


@dataclass(frozen=True, slots=True)
class GroupedPlan:
    """How a query with groups is read."""

    answering: Answering
    question: Question
    limit: int
    labels: Labels
    export: Callable[[Row], dict[str, Any]]
    encode: Callable[[Row], dict[str, Any]]


def is_grouped(inquiry: Inquiry, environment: formula.Environment) -> bool:
    """Tell whether a query asks for groups: it has keys, or aggregates over rows."""
    placed = [each.expression for each in inquiry.items if isinstance(each, Item)]
    placed += [term.expression for term in inquiry.order]
    return bool(inquiry.keys) or any(_has_aggregate(each.node, environment) for each in placed)


def _has_aggregate(node: Any, environment: formula.Environment) -> bool:
    if isinstance(node, Apply):
        if _is_aggregate(node, environment) or node.name.upper() == GROUPING:
            return True
        return any(_has_aggregate(each, environment) for each in node.arguments)
    if isinstance(node, Chain):
        return any(_has_aggregate(each, environment) for each in node.operands)
    return isinstance(node, Unary) and _has_aggregate(node.operand, environment)


def _is_aggregate(node: Apply, environment: formula.Environment) -> bool:
    """Tell an aggregate over rows from one over child records, and from MIN of numbers."""
    name, arguments = node.name.upper(), node.arguments
    if name not in AGGREGATES:
        return False
    if not arguments:
        return name == "COUNT"
    if len(arguments) > 1:
        return False
    first = arguments[0]
    if not isinstance(first, Name) or first == EVERY_ROW:
        return True
    try:
        return formula.resolve_children(first, environment) is None
    except formula.PathError:
        return False  # child records that may not be read, which the formula says better


class _Results:
    """The keys and aggregates of one query, by the names of their results."""

    def __init__(self, resolver: Resolver, inquiry: Inquiry) -> None:
        self._resolver = resolver
        self.keys: list[Value] = []
        self._pure_keys: list[Pure] = []
        self.aggregations: list[Aggregation] = []
        self._known: dict[tuple[str, str], str] = {}
        self._aliases = {
            item.alias.casefold(): item.expression
            for item in inquiry.items
            if isinstance(item, Item) and item.alias
        }

    # -- keys ------------------------------------------------------------------------------------

    def add_key(self, placed: Placed) -> None:
        """Note a key of the groups; it may be named by its column's alias."""
        named = self._aliased(placed.node)
        pure = self._resolver.pure(named or placed)
        if pure is None:
            return
        value = self._resolver.meant(pure, placed.pointer)
        if value is not None:
            self.keys.append(value)
            self._pure_keys.append(pure)

    def _aliased(self, node: Any) -> Placed | None:
        """Return the column an alias names; a field of that name comes first."""
        if not isinstance(node, Name) or node.text.casefold() not in self._aliases:
            return None
        is_field = self._resolver.model.field(node.text) is not None
        return None if is_field else self._aliases[node.text.casefold()]

    # -- results ---------------------------------------------------------------------------------

    def over_results(self, placed: Placed) -> Pure | None:
        """Return an expression over results; None notes a violation."""
        named = self._aliased(placed.node) or placed
        pure = self._resolver.pure(named)
        known = len(self._resolver.violations)
        if pure is None:
            return None
        made = self._over(pure, placed.pointer, frozenset())
        return made if len(self._resolver.violations) == known else None

    def _over(self, node: Pure, pointer: str, bound: frozenset[str]) -> Pure:
        place = self._key_at(node)
        if place is not None:
            return Name(f"k{place}", node.span)
        if isinstance(node, Apply):
            return self._over_call(node, pointer, bound)
        if isinstance(node, Chain):
            operands = tuple(self._over(each, pointer, bound) for each in node.operands)
            return replace(node, operands=operands)
        if isinstance(node, Unary):
            return replace(node, operand=self._over(node.operand, pointer, bound))
        if isinstance(node, Name):
            return self._over_name(node, pointer, bound)
        return node

    def _over_name(self, node: Name, pointer: str, bound: frozenset[str]) -> Pure:
        if node.text.startswith("$") or node.text.casefold() in bound:
            return node
        named = self._aliased(node)
        pure = None if named is None else self._resolver.pure(named)
        if pure is not None and pure != node:
            return self._over(pure, pointer, bound)
        if self._resolver.meant(node, pointer) is not None:
            self._resolver.report(pointer, QUERY_NOT_GROUPED, node, name=node.text)
        return node

    def _over_call(self, node: Apply, pointer: str, bound: frozenset[str]) -> Pure:
        if node.name.upper() == GROUPING and len(node.arguments) == 1:
            place = self._key_at(node.arguments[0])
            if place is not None:
                return Name(f"g{place}", node.span)
            self._resolver.report(pointer, QUERY_NOT_GROUPED, node, name=GROUPING)
            return node
        if _is_aggregate(node, self._resolver.environment):
            return self._aggregate(node, pointer)
        if node.name.upper() == "LET":
            names = (
                each.text.casefold() for each in node.arguments[0:-1:2] if isinstance(each, Name)
            )
            bound = bound | frozenset(names)
        arguments = tuple(self._over(each, pointer, bound) for each in node.arguments)
        return replace(node, arguments=arguments)

    def _key_at(self, node: Pure) -> int | None:
        if node in self._pure_keys:
            return self._pure_keys.index(node)
        if not isinstance(node, Name) or node.text.startswith("$"):
            return None
        try:
            path = formula.resolve_path(node, self._resolver.environment)
        except formula.PathError:
            return None
        steps = (*(step.name for step in path.steps), path.field.name)
        return next((i for i, key in enumerate(self.keys) if key.what == steps), None)

    def _aggregate(self, node: Apply, pointer: str) -> Pure:
        function = node.name.upper()
        argument = node.arguments[0] if node.arguments else EVERY_ROW
        if argument == EVERY_ROW:
            return self._named(node, Aggregation("COUNT", None, COUNTED), "*")
        value = self._resolver.meant(argument, pointer)
        if value is None:
            return node
        if not is_aggregable(function, value.type.kind):
            self._resolver.report(pointer, QUERY_AGGREGATE_INVALID, node, name=function)
            return node
        text = value.name or formula.print_formula(argument)
        return self._named(node, Aggregation(function, value.what, value.type), text)

    def _named(self, node: Apply, aggregation: Aggregation, text: str) -> Pure:
        key = (aggregation.function, text)
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = f"a{len(self.aggregations)}"
            self.aggregations.append(aggregation)
        return Name(name, node.span)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a query says of its results, still as syntax."""

    columns: Mapping[str, tuple[Pure, str]]
    having: tuple[Pure, str] | None
    order: tuple[tuple[Pure, str, bool, bool], ...]


def grouped_plan(
    caller: Caller, inquiry: Inquiry, violations: list[Violation]
) -> Callable[[], GroupedPlan]:
    """Return what makes the plan, once nothing is found wrong so far."""
    resolver = Resolver(caller, inquiry.object, violations, f"{inquiry.pointer}/from")
    results = _Results(resolver, inquiry)
    for placed in inquiry.keys:
        results.add_key(placed)
    condition = resolver.condition(inquiry.where)
    limit = limit_of(resolver, inquiry, MAX_LIMIT, MAX_LIMIT)
    spoken = _spoken(resolver, results, inquiry)
    for found, most, what in (
        (inquiry.keys, MAX_KEYS, _KEYS),
        (results.aggregations, MAX_AGGREGATES, _AGGREGATES),
        (inquiry.order, MAX_SORT, _SORTS),
        ([each for each in inquiry.items if isinstance(each, Children)], 0, _SUBQUERIES),
    ):
        if len(found) > most:
            resolver.report(inquiry.pointer, QUERY_TOO_MANY, what=what, limit=most)

    def make() -> GroupedPlan:
        keys = [Key(each.what, each.type) for each in results.keys]
        grouping = Grouping(
            resolver.question(condition),
            keys,
            results.aggregations,
            is_rollup=inquiry.is_rollup,
        )
        return _made(resolver, grouping, results, spoken, limit)

    return make


def _spoken(resolver: Resolver, results: _Results, inquiry: Inquiry) -> _Spoken:
    columns: dict[str, tuple[Pure, str]] = {}
    for index, item in enumerate(inquiry.items):
        if not isinstance(item, Item):
            continue
        placed = item.expression
        made = results.over_results(placed)
        name = item.alias or _path_name(resolver, placed) or f"expr{index}"
        if name in columns:
            violation = QUERY_NAME_TAKEN.at(placed.pointer, span=placed.node.span, name=name)
            resolver.violations.append(violation)
        if made is not None:
            columns[name] = made, placed.pointer
    having = None
    if inquiry.having is not None:
        made = results.over_results(inquiry.having)
        having = None if made is None else (made, inquiry.having.pointer)
    order = []
    for term in inquiry.order:
        made = results.over_results(term.expression)
        if made is not None:
            pointer = term.expression.pointer
            order.append((made, pointer, term.is_descending, term.nulls_first))
    return _Spoken(columns, having, tuple(order))


def _path_name(resolver: Resolver, placed: Placed) -> str | None:
    if not isinstance(placed.node, Name):
        return None
    try:
        path = formula.resolve_path(placed.node, resolver.environment)
    except formula.PathError:
        return None
    return ".".join((*(step.name for step in path.steps), path.field.name))


def _made(
    resolver: Resolver, grouping: Grouping, results: _Results, spoken: _Spoken, limit: int
) -> GroupedPlan:
    environment = replace(resolver.environment, object=grouping.symbols, readable=None)

    def compiled(pure: Pure, pointer: str, result: formula.Kind | None = None) -> Any:
        return resolver.compiled(pure, pointer, environment=environment, result=result)

    def resulting(pure: Pure, pointer: str) -> Result:
        return (
            pure.text
            if isinstance(pure, Name) and pure.text[0] in "kag"
            else compiled(pure, pointer)
        )

    columns = {name: resulting(*each) for name, each in spoken.columns.items()}
    having = None
    if spoken.having is not None:
        having = compiled(*spoken.having, result=formula.Kind.BOOLEAN)
    order = [
        ResultTerm(resulting(pure, pointer), descending, nulls_first)
        for pure, pointer, descending, nulls_first in spoken.order
    ]
    # Groups that are otherwise equal come in the order of their keys, totals after their parts.
    order += [
        ResultTerm(f"{letter}{index}")
        for index in range(len(results.keys))
        for letter in ("k", "g")
    ]
    resolver.raise_if_wrong()
    answering = grouping.statement(columns, having=having, order=order)
    dialect = resolver.caller.dialect
    return GroupedPlan(
        answering,
        grouping.question,
        limit,
        _labels(columns, grouping),
        reader(answering.outputs, purpose="api", dialect=dialect),
        reader(answering.outputs, purpose="json", dialect=dialect),
    )


def _labels(columns: Mapping[str, Result], grouping: Grouping) -> Labels:
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for name, result in columns.items():
        if isinstance(result, str):
            values = grouping.type_of(result).values
            labelled = {each.value: each.labels for each in values if each.labels}
            if labelled:
                found[name] = labelled
    return found
