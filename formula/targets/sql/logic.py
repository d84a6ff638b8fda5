"""What chooses: AND, OR, IF, CASE, IFERROR and what stands in for blank values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from formula.targets.sql.comparison import equal
from formula.targets.sql.lowering import Lowering
from formula.targets.sql.value import (
    Coded,
    Expression,
    any_of,
    common_width,
    never_null,
)
from formula.tree import Call, Node
from formula.types import Kind

Tested = tuple[Expression, Expression | None]


def _all(lowering: Lowering, node: Call) -> Coded:
    return _joined(lowering, node, sa.and_, lambda condition: condition)


def _any(lowering: Lowering, node: Call) -> Coded:
    return _joined(lowering, node, sa.or_, lambda condition: sa.not_(never_null(condition)))


def _joined(
    lowering: Lowering,
    node: Call,
    join: Callable[..., Expression],
    goes_on: Callable[[Expression], Expression],
) -> Coded:
    """Join conditions; a later one fails only where the earlier ones let it be computed."""
    if not lowering.is_tracking:
        return lowering.boolean(never_null(lowering.truth(node)), total=True)
    tested = [lowering.test(each) for each in node.arguments]
    fails: Expression | None = None
    for condition, own in reversed(tested):
        later = None if fails is None else sa.and_(goes_on(condition), fails)
        fails = any_of(own, later)
    joined = never_null(join(*(condition for condition, _fails in tested)))
    return Coded(
        joined,
        Kind.BOOLEAN,
        is_total=True,
        fails=None if fails is None else never_null(fails),
    )


def _all_true(lowering: Lowering, node: Call) -> Expression:
    return sa.and_(*map(lowering.truth, node.arguments))


def _any_true(lowering: Lowering, node: Call) -> Expression:
    return sa.or_(*map(lowering.truth, node.arguments))


def _not(lowering: Lowering, node: Call) -> Coded:
    inner = lowering.value(node.arguments[0])
    return replace(inner, expression=sa.not_(inner.expression), is_constant=False)


def _if(lowering: Lowering, node: Call) -> Coded:
    *pairs, otherwise = node.arguments
    tested = [lowering.test(condition) for condition in pairs[::2]]
    return _chosen(lowering, tested, pairs[1::2], otherwise)


def _case(lowering: Lowering, node: Call) -> Coded:
    subject = lowering.once(lowering.value(node.arguments[0]))
    *pairs, otherwise = node.arguments[1:]
    members = [lowering.value(value) for value in pairs[::2]]
    tested = [(equal(lowering, subject, each, exact=False), each.fails) for each in members]
    return _chosen(lowering, tested, pairs[1::2], otherwise).failing_with(subject)


def _chosen(
    lowering: Lowering, tested: Sequence[Tested], results: Sequence[Node], otherwise: Node
) -> Coded:
    values = [lowering.value(each) for each in (*results, otherwise)]
    return chosen(lowering, tested, values)


def chosen(lowering: Lowering, tested: Sequence[Tested], values: Sequence[Coded]) -> Coded:
    """Return a CASE; `values` has one more than there are conditions, the last for otherwise."""
    if all(each.kind is Kind.NULL for each in values):
        return Coded(sa.null(), Kind.NULL, is_constant=True, fails=_fails(tested, values))
    values = lowering.aligned(values)
    typed = [each for each in values if each.kind is not Kind.NULL] or list(values)
    widest = max(typed, key=lambda each: each.bound)
    width, scale = common_width(typed)
    branches = [
        (condition, value.expression)
        for (condition, _fails), value in zip(tested, values, strict=False)
    ]
    return Coded(
        sa.case(*branches, else_=values[-1].expression),
        widest.kind,
        widest.form,
        scale,
        widest.bound,
        width,
        is_total=all(each.is_total for each in values),
        fails=_fails(tested, values),
    )


def _fails(tested: Sequence[Tested], values: Sequence[Coded]) -> Expression | None:
    """Tell where the conditions tried, or the value chosen, fail."""
    fails = values[-1].fails
    for (condition, own), value in reversed(list(zip(tested, values, strict=False))):
        if fails is not None or value.fails is not None:
            sides = [sa.false() if each is None else each for each in (value.fails, fails)]
            fails = sa.case((condition, sides[0]), else_=sides[1])
        fails = any_of(own, fails)
    return fails


def _iferror(lowering: Lowering, node: Call) -> Coded:
    first = lowering.tracked(node.arguments[0])
    if first.fails is None:
        return first
    fallback = lowering.value(node.arguments[1])
    return chosen(lowering, [(first.fails, None)], [fallback, replace(first, fails=None)])


def _in(lowering: Lowering, node: Call) -> Coded:
    subject = lowering.once(lowering.value(node.arguments[0]))
    members = [lowering.value(each) for each in node.arguments[1:]]
    present = [each for each in members if not (each.is_constant and each.constant is None)]
    condition = sa.or_(
        sa.false(), *(equal(lowering, subject, each, exact=False) for each in present)
    )
    if subject.kind.is_texty:
        condition = sa.and_(sa.not_(lowering.blank_text(subject)), condition)
    return lowering.boolean(never_null(condition), subject, *members, total=True)


def _isblank(lowering: Lowering, node: Call) -> Coded:
    value = lowering.value(node.arguments[0])
    return lowering.boolean(lowering.blank(value), value, total=True)


def _isnull(lowering: Lowering, node: Call) -> Coded:
    value = lowering.value(node.arguments[0])
    is_null = sa.false() if value.kind.is_texty else lowering.blank(value)
    return lowering.boolean(is_null, value, total=True)


def _blankvalue(lowering: Lowering, node: Call) -> Coded:
    values = [lowering.value(each) for each in node.arguments]
    if values[0].fails is not None or values[1].fails is not None:
        first = lowering.once(values[0])
        replaced = chosen(lowering, [(lowering.blank(first), None)], [values[1], first])
        return replaced.failing_with(first)
    if all(each.kind is Kind.NULL for each in values):
        return values[0]
    first, fallback = lowering.aligned(values)
    expression = first.expression
    if first.kind.is_texty:
        expression = sa.func.nullif(expression, sa.literal("", sa.Text()), type_=expression.type)
    width, scale = common_width(values)
    wider = max(first, fallback, key=lambda each: each.bound)
    return replace(
        wider,
        expression=sa.func.coalesce(expression, fallback.expression, type_=wider.expression.type),
        kind=first.kind if first.kind is not Kind.NULL else fallback.kind,
        scale=scale if wider.width is not None else wider.scale,
        width=width,
        is_constant=False,
        is_total=first.is_total or (fallback.is_total and fallback.kind is not Kind.NULL),
    )


def _nullvalue(lowering: Lowering, node: Call) -> Coded:
    is_text = node.arguments[0].type.kind.is_texty
    return lowering.value(node.arguments[0]) if is_text else _blankvalue(lowering, node)


def _label(lowering: Lowering, node: Call) -> Coded:
    """Return what a picklist value is called in the source language."""
    value = lowering.once(lowering.value(node.arguments[0]))
    labels = {
        each.value: sa.literal(each.source_label, sa.Text())
        for each in node.arguments[0].type.values
        if each.source_label != each.value
    }
    shown = value.expression
    if labels:
        shown = sa.case(labels, value=value.expression, else_=value.expression)
    return replace(value, expression=shown, kind=Kind.TEXT, is_constant=False)


def _in_hierarchy(lowering: Lowering, node: Call) -> Coded:
    return lowering.boolean(lowering.columns.hierarchy(node), total=True)


LOGIC: dict[str, Callable[[Lowering, Call], Coded]] = {
    "and": _all,
    "or": _any,
    "not": _not,
    "if": _if,
    "ifs": _if,
    "case": _case,
    "iferror": _iferror,
    "under": _in_hierarchy,
    "above": _in_hierarchy,
    "in": _in,
    "isblank": _isblank,
    "isnull": _isnull,
    "blankvalue": _blankvalue,
    "nullvalue": _nullvalue,
    "text_picklist": _label,
    "positive": lambda lowering, node: lowering.value(node.arguments[0]),
}

CONDITIONS: dict[str, Callable[[Lowering, Call], Expression]] = {
    "and": _all_true,
    "or": _any_true,
}
