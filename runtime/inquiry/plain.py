"""Plans of queries without groups: columns, order, pages, and child records of each record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from formula import Name
from paas.kernel import Violation
from runtime.cursor import REFERENCE
from runtime.field_path import MAX_FIELDS
from runtime.inquiry.problem import (
    QUERY_CHILDREN_UNKNOWN,
    QUERY_NAME_TAKEN,
    QUERY_NOT_AGGREGATED,
    QUERY_TOO_MANY,
)
from runtime.inquiry.resolve import Caller, Resolver, Value
from runtime.inquiry.syntax import Children, Inquiry, Item, Placed
from runtime.problem import QUERY_LIMIT
from runtime.query import MAX_SORT
from runtime.sql.codec import Row, reader
from runtime.sql.inquiry import (
    Answering,
    Question,
    SortKey,
    What,
    children_statement,
    count_statement,
    page_statement,
)

MAX_LIMIT = 2_000
DEFAULT_LIMIT = 200
MAX_CHILDREN = 10
"""Queries for child records in one query."""
MAX_EACH = 200
"""Child records of one record in one answer."""
ID = ("id",)
_FIELDS = {"zh-CN": "列", "en-US": "columns"}
_SORTS = {"zh-CN": "排序键", "en-US": "sort keys"}
_SUBQUERIES = {"zh-CN": "子查询", "en-US": "queries for child records"}


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """How the child records of a page are read."""

    name: str
    answering: Answering
    question: Question
    each: int
    export: Callable[[Row], dict[str, Any]]
    encode: Callable[[Row], dict[str, Any]]


class PlainPlan:
    """How a query without groups is read, whatever its page."""

    def __init__(
        self,
        question: Question,
        outputs: Mapping[str, What],
        order: tuple[SortKey, ...],
        children: tuple[ChildPlan, ...],
        *,
        limit: int,
        references: tuple[bool, ...],
    ) -> None:
        self.question = question
        self._outputs = outputs
        self.order = order
        self._pages: dict[tuple[bool, ...] | None, Answering] = {}
        self.children = children
        self.limit = limit
        self.first = self.page(None)
        self.keys = tuple(
            (name, REFERENCE if is_reference else encoding)
            for is_reference, (name, encoding) in zip(references, self.first.keys, strict=True)
        )
        self.id_place = len(outputs) + next(
            index for index, term in enumerate(order) if term.what == ID
        )
        self.export = self._reader("api")
        self.encode = self._reader("json")

    def _reader(self, purpose: Any) -> Callable[[Row], dict[str, Any]]:
        return reader(
            self.first.outputs,
            purpose=purpose,
            dialect=self.question.dialect,
            trail=len(self.order),
        )

    def page(self, nulls: tuple[bool, ...] | None) -> Answering:
        """Return the statement of pages behind a cursor with nulls at these places."""
        known = self._pages.get(nulls)
        if known is None:
            known = page_statement(self.question, self._outputs, self.order, after=nulls)
            self._pages[nulls] = known
        return known

    @cached_property
    def count(self) -> Answering:
        """Return the statement that counts all records."""
        return count_statement(self.question)


def plain_plan(
    caller: Caller, inquiry: Inquiry, violations: list[Violation]
) -> Callable[[], PlainPlan]:
    """Return what makes the plan, once nothing is found wrong."""
    resolver = Resolver(caller, inquiry.object, violations, f"{inquiry.pointer}/from")
    outputs = outputs_of(resolver, inquiry)
    order = order_of(resolver, inquiry, outputs)
    children = [_children(resolver, each) for each in inquiry.items if isinstance(each, Children)]
    if len(children) > MAX_CHILDREN:
        resolver.report(inquiry.pointer, QUERY_TOO_MANY, what=_SUBQUERIES, limit=MAX_CHILDREN)
    condition = resolver.condition(inquiry.where)
    if inquiry.having is not None:
        resolver.report(inquiry.having.pointer, QUERY_NOT_AGGREGATED, name="HAVING")
    limit = limit_of(resolver, inquiry, MAX_LIMIT, DEFAULT_LIMIT)
    _unlike_names(resolver, inquiry, outputs)

    def make() -> PlainPlan:
        return PlainPlan(
            resolver.question(condition),
            {name: value.what for name, value in outputs.items()},
            tuple(key for key, _is_reference in order),
            tuple(make_child() for make_child in children if make_child is not None),
            limit=limit,
            references=tuple(is_reference for _key, is_reference in order),
        )

    return make


def outputs_of(resolver: Resolver, inquiry: Inquiry) -> dict[str, Value]:
    """Return the columns by name; all readable fields if none are named."""
    items = [each for each in inquiry.items if isinstance(each, Item)]
    if not inquiry.items:
        readable = resolver.caller.permissions.on(resolver.model).readable
        return {
            name: Value((name,), field.symbol_type, field)
            for name, field in resolver.model.fields.items()
            if name in readable
        }
    if len(items) > MAX_FIELDS:
        resolver.report(inquiry.pointer, QUERY_TOO_MANY, what=_FIELDS, limit=MAX_FIELDS)
        return {}
    found: dict[str, Value] = {}
    for index, item in enumerate(items):
        value = resolver.value(item.expression)
        if value is None:
            continue
        name = item.alias or value.name or f"expr{index}"
        if name in found and found[name].what != value.what:
            pointer, node = item.expression.pointer, item.expression.node
            resolver.violations.append(QUERY_NAME_TAKEN.at(pointer, span=node.span, name=name))
        found[name] = value
    return found


def _unlike_names(resolver: Resolver, inquiry: Inquiry, outputs: Mapping[str, Value]) -> None:
    names = set(outputs)
    for item in inquiry.items:
        if isinstance(item, Children):
            name = item.alias or item.inquiry.object
            if name in names:
                resolver.report(item.inquiry.pointer, QUERY_NAME_TAKEN, name=name)
            names.add(name)


def order_of(
    resolver: Resolver, inquiry: Inquiry, outputs: Mapping[str, Value]
) -> list[tuple[SortKey, bool]]:
    """Return the sort keys, each with whether it is a record's id; the id itself comes last."""
    if len(inquiry.order) > MAX_SORT:
        resolver.report(inquiry.pointer, QUERY_TOO_MANY, what=_SORTS, limit=MAX_SORT)
        return []
    found: list[tuple[SortKey, bool]] = []
    aliases = {
        item.alias.casefold(): outputs[item.alias]
        for item in inquiry.items
        if isinstance(item, Item) and item.alias is not None and item.alias in outputs
    }
    for term in inquiry.order:
        value = aliased(term.expression, aliases) or resolver.value(term.expression)
        if value is not None and all(key.what != value.what for key, _r in found):
            key = SortKey(value.what, term.is_descending, term.nulls_first)
            is_reference = value.field is not None and value.field.type.storage is not None
            found.append((key, is_reference and value.type.target is not None))
    if all(key.what != ID for key, _is_reference in found):
        found.append((SortKey(ID, found[-1][0].descending if found else True), True))
    return found


def aliased(placed: Placed, aliases: Mapping[str, Value]) -> Value | None:
    """Return the column an expression names by its alias."""
    text = getattr(placed.node, "text", None)
    return aliases.get(text.casefold()) if isinstance(text, str) else None


def limit_of(resolver: Resolver, inquiry: Inquiry, most: int, default: int) -> int:
    """Return how many are asked for."""
    if inquiry.limit is None:
        return default
    if not 1 <= inquiry.limit <= most:
        resolver.report(f"{inquiry.pointer}/limit", QUERY_LIMIT, limit=most)
    return inquiry.limit


def _children(resolver: Resolver, item: Children) -> Callable[[], ChildPlan] | None:
    inquiry, owner = item.inquiry, resolver.model.symbol
    child = owner.children.get(inquiry.object.casefold())
    if child is None:
        known = ", ".join(sorted({each.name for each in owner.children.values()}))
        resolver.report(
            inquiry.pointer,
            QUERY_CHILDREN_UNKNOWN,
            object=resolver.model.name,
            name=inquiry.object,
            known=known,
        )
        return None
    inside = Resolver(resolver.caller, child.object, resolver.violations, inquiry.pointer)
    is_nested = any(isinstance(each, Children) for each in inquiry.items)
    if is_nested or inquiry.keys or inquiry.having:
        resolver.report(inquiry.pointer, QUERY_TOO_MANY, what=_SUBQUERIES, limit=1)
        return None
    inside.value(Placed(Name(child.lookup.name), inquiry.pointer))
    outputs = outputs_of(inside, inquiry)
    order = order_of(inside, inquiry, outputs)
    condition = inside.condition(inquiry.where)
    each = limit_of(inside, inquiry, MAX_EACH, MAX_EACH)

    def make() -> ChildPlan:
        question = inside.question(condition)
        answering = children_statement(
            question,
            child.lookup.name,
            {name: value.what for name, value in outputs.items()},
            tuple(key for key, _is_reference in order),
        )
        dialect = resolver.caller.dialect
        return ChildPlan(
            item.alias or inquiry.object,
            answering,
            question,
            each,
            reader(answering.outputs, purpose="api", dialect=dialect, skip=1),
            reader(answering.outputs, purpose="json", dialect=dialect, skip=1),
        )

    return make
