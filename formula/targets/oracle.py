"""The oracle: a slow, obvious tree walker that every other target must agree with.

It is also what generated code falls back to when something fails, because it turns each failing
part into null with a diagnostic and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from formula.arithmetic import HUNDRED, HUNDREDTH, ZERO, number, rounded, settle
from formula.evaluation import (
    NO_CHILDREN,
    OUT_OF_RANGE,
    TEXT_TOO_LONG,
    Diagnostic,
    Evaluation,
    Failure,
    Row,
)
from formula.function import Passing
from formula.limits import MAX_TEXT
from formula.meter import metered
from formula.tree import Aggregate, Call, FieldPath, Global, Let, Literal, Node, Variable
from formula.types import Kind, Type
from paas.kernel import Span


@dataclass(frozen=True, slots=True)
class Frame:
    """What a walk may see; `seen` is told every value, for explanations."""

    row: Row | None
    old: Row | None
    evaluation: Evaluation
    variables: Mapping[str, Any] = field(default_factory=dict)
    seen: Callable[[Node, Any], None] | None = None


def evaluate(tree: Node, result: Type, row: Row, old: Row | None, evaluation: Evaluation) -> Any:
    """Evaluate a formula; never raises for anything the record holds."""
    settle()
    with metered():
        value = walk_value(tree, Frame(row, old, evaluation))
    try:
        return finish(value, result)
    except (Failure, ArithmeticError) as error:
        note(evaluation, error, tree.span)
        return None


def finish(value: Any, result: Type) -> Any:
    """Bring a value into the form of the formula's result."""
    if result.kind is Kind.BOOLEAN:
        return value is True
    if value is None or value == "":
        return None
    if result.kind is Kind.NUMBER:
        if result.percent:
            value = value * HUNDRED
        return value if result.scale is None else rounded(value, result.scale)
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise Failure(TEXT_TOO_LONG)
    return value


def note(evaluation: Evaluation, error: Exception, span: Span) -> None:
    """Write down why a value became null."""
    if isinstance(error, Failure):
        violation = error.finding.at("", span=span, **error.params)
    else:
        violation = OUT_OF_RANGE.at("", span=span)
    evaluation.diagnostics.append(Diagnostic(violation))


def walk_value(node: Node, frame: Frame) -> Any:
    """Return the value of a node: None for null, and "" may stand for null text."""
    value = _value(node, frame)
    if frame.seen is not None:
        frame.seen(node, value)
    return value


def _value(node: Node, frame: Frame) -> Any:
    if isinstance(node, Call):
        return _call(node, frame)
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, FieldPath):
        return _read(node, frame.row)
    if isinstance(node, Global):
        return _read(node, frame.evaluation.globals.get(node.scope))
    if isinstance(node, Variable):
        return frame.variables[node.name]
    if isinstance(node, Aggregate):
        return _aggregate(node, frame)
    return _let(node, frame)


def _let(node: Let, frame: Frame) -> Any:
    for name, bound in node.bindings:
        variables = {**frame.variables, name: walk_value(bound, frame)}
        frame = replace(frame, variables=variables)
    return walk_value(node.body, frame)


def _aggregate(node: Aggregate, frame: Frame) -> Any:
    row = frame.row
    for step in node.steps:
        row = row.get(step.row_key) if row is not None else None
    if row is not None and node.child.row_key not in row:
        # Nobody fetched them: better unknown than counted as none.
        note(frame.evaluation, Failure(NO_CHILDREN, name=node.child.name), node.span)
        return None
    values: list[Any] = []
    before = len(frame.evaluation.diagnostics)
    for child in (row[node.child.row_key] if row is not None else None) or ():
        inner = replace(frame, row=child, old=None, seen=None)
        if node.condition is not None and walk_value(node.condition, inner) is not True:
            continue
        value = True if node.value is None else walk_value(node.value, inner)
        if value is not None:
            values.append(value)
        if values and node.key == "exists":
            # One that counts decides, whatever failed for others: their order says nothing.
            del frame.evaluation.diagnostics[before:]
            break
    return _compute(node, [values], frame.evaluation)


def _read(node: FieldPath | Global, row: Row | None) -> Any:
    for step in node.steps:
        row = row.get(step.row_key) if row is not None else None
    raw = row.get(node.field.name) if row is not None else None
    if node.type.kind is Kind.BOOLEAN:
        return raw is True
    if node.type.kind is not Kind.NUMBER:
        return raw
    if raw is None:
        return ZERO if node.zero else None
    return number(raw) * HUNDREDTH if node.type.percent else number(raw)


def _call(node: Call, frame: Frame) -> Any:
    passing = node.overload.passing
    if passing is Passing.LAZY:
        arguments = [_thunk(argument, frame) for argument in node.arguments]
    elif passing is Passing.CHANGE:
        return _change(node, frame)
    else:
        arguments = [_passed(argument, frame) for argument in node.arguments]
        if passing is Passing.STRICT and None in arguments:
            return None
    return _compute(node, arguments, frame.evaluation)


def _passed(argument: Node, frame: Frame) -> Any:
    value = walk_value(argument, frame)
    return "" if value is None and argument.type.kind.is_texty else value


def _thunk(argument: Node, frame: Frame) -> Callable[[], Any]:
    return lambda: _passed(argument, frame)


def _change(node: Call, frame: Frame) -> Any:
    is_new = frame.old is None
    if not node.arguments:
        return _compute(node, [is_new], frame.evaluation)
    (argument,) = node.arguments
    before = _thunk(argument, replace(frame, row=frame.old, seen=None))
    return _compute(node, [is_new, before, _thunk(argument, frame)], frame.evaluation)


def _compute(node: Call | Aggregate, arguments: list[Any], evaluation: Evaluation) -> Any:
    if node.overload.takes_evaluation:
        arguments.insert(0, evaluation)
    try:
        return node.overload.compute(*arguments)
    except (Failure, ArithmeticError, ValueError) as error:
        note(evaluation, error, node.span)
        return None
