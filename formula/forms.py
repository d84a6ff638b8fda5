"""What is not checked like a function: LET binds names, aggregates and VLOOKUP leave the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from formula import problem
from formula.arithmetic import HUNDREDTH
from formula.environment import ChildSymbol, Context, Environment, FieldSymbol, ObjectSymbol
from formula.function import Function, Overload, Passing
from formula.functions import FUNCTION_TABLE
from formula.limits import MAX_NESTED_ROWS
from formula.naming import did_you_mean, near
from formula.overloads import takes
from formula.paths import ChildPath, PathError, Reference, resolve_children, resolve_path
from formula.syntax import Apply, Chain, Name, Unary
from formula.syntax import Node as Syntax
from formula.tree import Aggregate, Call, FieldPath, Let, Literal, Node, Variable, parts
from formula.types import BOOLEAN, NUMBER, TEXT, Kind, Type
from paas.kernel import Finding, Span, Violation

_BARE = frozenset({"exists", "count"})
"""Aggregates that take child records, not a field of theirs."""
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">=", "&&", "||"})
_LOGICAL = frozenset({"AND", "OR", "NOT"})


class Checking(Protocol):
    """What the checker offers to these forms."""

    environment: Environment
    errors: list[Violation]
    references: list[Reference]
    scope: dict[str, Variable]
    bound: int

    def report(self, finding: Finding, span: Span, **params: Any) -> None:
        """Note an error."""

    def node(self, syntax: Syntax) -> Node | None:
        """Check a part; None if it has an error."""

    def miscounted(self, function: Function, given: int, span: Span) -> None:
        """Note that the number of arguments is wrong."""

    def two_valued(self, tree: Node, span: Span) -> Node:
        """Make null false."""


def check_let(checking: Checking, _function: Function, syntax: Apply) -> Node | None:
    """Check LET: each value may use the names before it, the body all of them."""
    arguments = syntax.arguments
    outer = dict(checking.scope)
    bindings: list[tuple[str, Node]] = []
    for name, value in zip(arguments[0:-1:2], arguments[1:-1:2], strict=True):
        bound = checking.node(value)
        if not isinstance(name, Name) or not name.text.isidentifier():
            checking.report(problem.NAME_REQUIRED, name.span)
        elif bound is not None:
            checking.bound += 1
            unique = f"{name.text.casefold()}_{checking.bound}"
            bindings.append((unique, bound))
            checking.scope[name.text.casefold()] = Variable(unique, bound.type, name.span)
    body = checking.node(arguments[-1])
    checking.scope = outer
    if body is None or len(bindings) * 2 + 1 < len(arguments):
        return None
    return Let(tuple(bindings), body, body.type, syntax.span)


# ---------------------------------------------------------------- child records


def is_over_children(function: Function, syntax: Apply, environment: Environment) -> bool:
    """Tell whether a call aggregates child records; MIN and MAX also compare plain numbers.

    An object that refers to itself may be its own child and lead a path besides: then a lone
    argument, or a condition in second place, means child records.
    """
    if function.overloads[0].passing is Passing.ROWS:
        return True
    first = syntax.arguments[0] if syntax.arguments else None
    is_able = function.overloads[-1].passing is Passing.ROWS and len(syntax.arguments) <= 2
    if not is_able or not isinstance(first, Name):
        return False
    try:
        if resolve_children(first, environment) is None:
            return False
        resolve_path(first, environment)
    except PathError:
        return True
    return len(syntax.arguments) == 1 or _is_condition(syntax.arguments[1])


def _is_condition(syntax: Syntax) -> bool:
    if isinstance(syntax, Chain):
        return syntax.operator in _COMPARISONS
    if isinstance(syntax, Unary):
        return syntax.operator == "!"
    return isinstance(syntax, Apply) and syntax.name.upper() in _LOGICAL


def check_aggregate(checking: Checking, function: Function, syntax: Apply) -> Node | None:
    """Check an aggregate: value and condition are about the child record."""
    overload = function.overloads[-1]
    path = _children_of(checking, syntax.arguments[0])
    if path is None:
        return None
    value = condition = None
    child = _Child(checking, path.child)
    if overload.key in _BARE:
        if path.rest is not None:
            checking.report(problem.CHILDREN_REQUIRED, path.rest.span, name=function.name)
            return None
    elif path.rest is None:
        example = f"{path.child.name}.{_example(child.object)}"
        span = syntax.arguments[0].span
        checking.report(problem.CHILD_FIELD_REQUIRED, span, name=function.name, example=example)
        return None
    else:
        value = child.value(function, overload, path.rest)
        if value is None:
            return None
    if len(syntax.arguments) == 2:
        condition = child.condition(function, syntax.arguments[1])
        if condition is None:
            return None
    for part in (value, condition):
        if part is not None and not _is_near(part, 1):
            checking.report(problem.CHILDREN_TOO_FAR, syntax.span, limit=MAX_NESTED_ROWS)
            return None
    type_ = {"exists": BOOLEAN}.get(overload.key, NUMBER)
    if value is not None and overload.signature.result == "same":
        type_ = Type(value.type.kind)
    return Aggregate(
        function, overload, path.steps, path.child, value, condition, type_, syntax.span
    )


def _children_of(checking: Checking, named: Syntax) -> ChildPath | None:
    environment = checking.environment
    if isinstance(named, Name):
        try:
            path = resolve_children(named, environment)
        except PathError as error:
            checking.errors.append(error.violation)
            return None
        if path is not None:
            checking.references.extend(path.references)
            return path
    owner = environment.object
    text = named.text if isinstance(named, Name) else ""
    known = sorted({child.name for child in owner.children.values()}) if owner else []
    suggestions = near(text, known) or tuple(known[:5])
    checking.report(
        problem.UNKNOWN_CHILDREN,
        named.span,
        name=text,
        object=owner.name if owner else "",
        hint=did_you_mean(suggestions),
        suggestions=suggestions,
    )
    return None


def _example(target: ObjectSymbol | None) -> str:
    for field in target.fields.values() if target else ():
        if field.type.kind is Kind.NUMBER:
            return field.name
    return "amount"


class _Child:
    """The scope of one child record."""

    def __init__(self, checking: Checking, child: ChildSymbol) -> None:
        self._checking = checking
        self.object = checking.environment.objects(child.object)
        self._environment = replace(
            checking.environment, object=self.object, context=Context(allow_change_functions=False)
        )

    def _node(self, syntax: Syntax) -> Node | None:
        outer, self._checking.environment = self._checking.environment, self._environment
        try:
            return self._checking.node(syntax)
        finally:
            self._checking.environment = outer

    def value(self, function: Function, overload: Overload, name: Name) -> Node | None:
        scope, self._checking.scope = self._checking.scope, {}
        node = self._node(name)
        self._checking.scope = scope
        if node is None:
            return None
        (parameter, *_rest) = overload.signature.before
        if node.type.kind not in parameter.kinds:
            _mistyped(self._checking, function, 1, node, parameter.kinds)
            return None
        # A blank value does not count, even where blank numbers read as zero.
        return replace(node, zero=False) if isinstance(node, FieldPath) else node

    def condition(self, function: Function, syntax: Syntax) -> Node | None:
        node = self._node(syntax)
        if node is not None and node.type.kind not in (Kind.BOOLEAN, Kind.NULL):
            _mistyped(self._checking, function, 2, node, frozenset({Kind.BOOLEAN}))
            return None
        return node


def _mistyped(
    checking: Checking, function: Function, position: int, node: Node, kinds: frozenset[Kind]
) -> None:
    wanted = [kind for kind in Kind if kind in kinds]
    checking.report(
        problem.ARGUMENT_TYPE,
        node.span,
        name=function.name,
        position=position,
        expected=problem.either(wanted),
        given=node.type.kind.label,
        hint={"zh-CN": "", "en-US": ""},
    )


def _is_near(node: Node, level: int) -> bool:
    """Tell whether aggregates inside stay with the child record and do not nest too deep."""
    waiting: list[tuple[Node, int]] = [(node, level)]
    while waiting:
        current, depth = waiting.pop()
        if isinstance(current, Aggregate):
            depth += 1
            if current.steps or depth > MAX_NESTED_ROWS:
                return False
        waiting.extend((part, depth) for part in parts(current))
    return True


# ---------------------------------------------------------------- looking records up


def check_lookup(checking: Checking, function: Function, syntax: Apply) -> Node | None:
    """Check VLOOKUP: two fields of one object, and a value to search for."""
    wanted = _field_of(checking, syntax.arguments[0], 1, None)
    key = _field_of(checking, syntax.arguments[1], 2, wanted[0] if wanted else None)
    value = checking.node(syntax.arguments[2])
    if wanted is None or key is None or value is None:
        return None
    target, field = wanted
    searched = key[1]
    comparable = {searched.type.kind, value.type.kind} <= _LIKE_TEXT
    if value.type.kind not in (searched.type.kind, Kind.NULL) and not comparable:
        _mistyped(checking, function, 3, value, frozenset({searched.type.kind}))
        return None
    names = (target.name, field.name, searched.name)
    literals = [Literal(name, TEXT, syntax.span) for name in names]
    if searched.type.percent:
        value = _scaled(value, "divide", syntax.span)
    type_ = replace(field.type, percent=False)
    call = Call(function, function.overloads[0], (*literals, value), type_, syntax.span)
    if field.type.percent:
        return _scaled(call, "multiply", syntax.span)
    return checking.two_valued(call, syntax.span)


_LIKE_TEXT = frozenset({Kind.TEXT, Kind.REFERENCE, Kind.PICKLIST})
_OBJECT_TYPE = "$objecttype"


def _field_of(
    checking: Checking, syntax: Syntax, position: int, other: ObjectSymbol | None
) -> tuple[ObjectSymbol, FieldSymbol] | None:
    """Find `object.field`, also written `$ObjectType.object.Fields.field`."""
    environment = checking.environment
    words = syntax.text.split(".") if isinstance(syntax, Name) else []
    if len(words) == 4 and words[0].casefold() == _OBJECT_TYPE:
        words = [words[1], words[3]]
    target = environment.objects(words[0]) if len(words) == 2 else None
    field = target.fields.get(words[1].casefold()) if target else None
    is_same = other is None or (target is not None and target.name == other.name)
    if target is None or not is_same:
        checking.report(problem.LOOKUP_FIELD_REQUIRED, syntax.span, position=position)
        return None
    start = syntax.span.end - len(words[1])
    span = Span(start, syntax.span.end)
    if field is None or field.formula is not None:
        names = [each.name for each in target.fields.values() if each.formula is None]
        suggestions = near(words[1], names)
        checking.report(
            problem.UNKNOWN_FIELD,
            span,
            name=words[1],
            object=target.name,
            hint=did_you_mean(suggestions),
            suggestions=suggestions,
        )
        return None
    readable = environment.readable
    if readable is not None and not readable(target.name, field.name):
        checking.report(problem.FIELD_UNREADABLE, span, name=words[1])
        return None
    checking.references.append(Reference(target.name, field.name, span))
    return target, field


def _scaled(node: Node, key: str, span: Span) -> Node:
    """Turn a percentage into the fraction formulas see (`multiply`), or back (`divide`)."""
    function = FUNCTION_TABLE["*" if key == "multiply" else "/"]
    (overload,) = function.overloads
    return Call(function, overload, (node, Literal(HUNDREDTH, NUMBER, span)), NUMBER, span)


Form = Callable[[Checking, Function, Apply], Node | None]
FORMS: Mapping[str, Form] = {"LET": check_let, "VLOOKUP": check_lookup}


def form_of(function: Function, syntax: Apply, environment: Environment) -> Form | None:
    """Return how a call is checked, None if like any function."""
    form = FORMS.get(function.name)
    if form is None and is_over_children(function, syntax, environment):
        return check_aggregate
    return form


def check_form(checking: Checking, form: Form, function: Function, syntax: Apply) -> Node | None:
    """Check a call by its form."""
    if not takes(function, len(syntax.arguments)):
        checking.miscounted(function, len(syntax.arguments), syntax.span)
        return None
    return form(checking, function, syntax)


def arguments_of(calls: Sequence[Call]) -> list[tuple[str, str, str]]:
    """Return object, field wanted and field searched of each VLOOKUP."""
    found = []
    for call in calls:
        names = [each.value for each in call.arguments[:3] if isinstance(each, Literal)]
        found.append((str(names[0]), str(names[1]), str(names[2])))
    return found
