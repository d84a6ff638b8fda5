"""From syntax tree to typed tree, collecting every error on the way.

A subtree with an error becomes None; whatever needs it is left unchecked, everything beside it
is still checked, so that one mistake is reported once and all mistakes together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from formula import problem
from formula.environment import Environment
from formula.evaluation import Failure
from formula.expansion import expand, has_aggregate
from formula.forms import check_form, form_of
from formula.function import Function
from formula.functions import FUNCTION_TABLE
from formula.limits import MAX_EXPANDED
from formula.naming import did_you_mean, near
from formula.overloads import Match, Mismatch, as_choice, choose, takes, usage
from formula.paths import Path, PathError, Reference, resolve_path
from formula.syntax import Apply, Chain, Constant, Name, Unary
from formula.syntax import Node as Syntax
from formula.tree import Call, FieldPath, Global, Literal, Node, Variable
from formula.types import BOOLEAN, DATE, DATETIME, NULL, NUMBER, TEXT, Kind, Type
from paas.kernel import Finding, Span, Violation

_INFIX = {"&&": "AND", "||": "OR"}
_CONSTANT_TYPES: Mapping[type, Type] = {
    bool: BOOLEAN,
    Decimal: NUMBER,
    str: TEXT,
    date: DATE,
    datetime: DATETIME,
}


@dataclass(slots=True)
class Checked:
    """What checking found. `tree` is None if there are errors."""

    tree: Node | None
    errors: list[Violation]
    warnings: list[Violation]
    literals: list[Literal]
    references: list[Reference]


def check_tree(syntax: Syntax, environment: Environment, result: Type | None) -> Checked:
    """Check a formula; with `result`, also that it yields that type."""
    checker = _Checker(environment)
    tree = checker.node(syntax)
    if tree is not None and result is not None:
        tree = checker.result(tree, result)
    if checker.size > MAX_EXPANDED:
        checker.report(problem.TOO_COMPLEX, syntax.span, limit=MAX_EXPANDED)
    checker.errors.sort(key=_position)
    return Checked(
        None if checker.errors else tree,
        checker.errors,
        checker.warnings,
        checker.literals,
        checker.references,
    )


def _position(violation: Violation) -> int:
    return violation.span.start if violation.span else 0


@dataclass(slots=True)
class _Checker:
    environment: Environment
    errors: list[Violation] = field(default_factory=list)
    warnings: list[Violation] = field(default_factory=list)
    literals: list[Literal] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    scope: dict[str, Variable] = field(default_factory=dict)
    size: int = 0
    bound: int = 0

    def report(self, finding: Finding, span: Span, **params: Any) -> None:
        suggestions = params.pop("suggestions", None)
        extra = {"suggestions": list(suggestions)} if suggestions else None
        self.errors.append(finding.at("", span=span, extra=extra, **params))

    def node(self, syntax: Syntax) -> Node | None:
        self.size += 1
        if isinstance(syntax, Constant):
            value = syntax.value
            return Literal(value, _CONSTANT_TYPES.get(type(value), NULL), syntax.span)
        if isinstance(syntax, Name):
            return self._name(syntax)
        if isinstance(syntax, Apply):
            return self._apply(syntax)
        if isinstance(syntax, Unary):
            name = "NOT" if syntax.operator == "!" else syntax.operator
            return self._call(name, (syntax.operand,), syntax.span)
        self._warn_of_power(syntax)
        name = _INFIX.get(syntax.operator, syntax.operator)
        return self._call(name, syntax.operands, syntax.span)

    def result(self, tree: Node, wanted: Type) -> Node | None:
        if tree.type.kind is Kind.NULL:
            return replace(tree, type=Type(wanted.kind)) if isinstance(tree, Literal) else tree
        if wanted.kind is Kind.PICKLIST and tree.type.kind is Kind.TEXT:
            try:
                return self._noted(as_choice(tree, wanted))
            except Mismatch as mismatch:
                self.errors.extend(mismatch.violations)
                return None
        like_text = {tree.type.kind, wanted.kind} <= {Kind.TEXT, Kind.REFERENCE}
        if tree.type.kind is not wanted.kind and not like_text:
            self.report(
                problem.RESULT_TYPE,
                tree.span,
                expected=wanted.kind.label,
                given=tree.type.kind.label,
            )
        return tree

    # ------------------------------------------------------------------ names

    def _name(self, syntax: Name) -> Node | None:
        variable = self.scope.get(syntax.text.casefold()) if self.scope else None
        if variable is not None:
            return replace(variable, span=syntax.span)
        try:
            path = resolve_path(syntax, self.environment)
        except PathError as error:
            self.errors.append(error.violation)
            return None
        self.references.extend(path.references)
        return self._read(path, syntax.span)

    def _read(self, path: Path, span: Span) -> Node | None:
        symbol = path.field
        if not symbol.is_value:
            self.report(problem.INCOMPLETE_PATH, span, name=symbol.name)
            return None
        if symbol.formula is not None:
            if path.scope is not None and has_aggregate(symbol.formula.tree):
                self.report(problem.CHILDREN_OF_GLOBAL, span, name=symbol.name)
                return None
            tree, size = expand(symbol.formula.tree, path, span)
            self.size += size
            if self.size > MAX_EXPANDED:
                return None
            return self.two_valued(tree, span)
        zero = self.environment.blank == "zero" and symbol.type.kind is Kind.NUMBER
        if path.scope is not None:
            return Global(path.scope, path.steps, symbol, symbol.type, span, zero)
        return FieldPath(path.steps, symbol, symbol.type, span, zero)

    def two_valued(self, tree: Node, span: Span) -> Node:
        """A truth value read from a field is never null, whichever way it comes about."""
        if tree.type.kind is not Kind.BOOLEAN:
            return tree
        function = self._functions()["AND"]
        return Call(function, function.overloads[0], (tree,), BOOLEAN, span)

    # ------------------------------------------------------------------ calls

    def _functions(self) -> Mapping[str, Function]:
        return self.environment.functions or FUNCTION_TABLE

    def _apply(self, syntax: Apply) -> Node | None:
        name = syntax.name.upper()
        functions = self._functions()
        function = functions.get(name)
        if function is None or not name[0].isalpha():
            suggestions = near(name, (known for known in functions if known[0].isalpha()))
            self.report(
                problem.UNKNOWN_FUNCTION,
                syntax.name_span,
                name=syntax.name,
                hint=did_you_mean(suggestions),
                suggestions=suggestions,
            )
            for argument in syntax.arguments:
                self.node(argument)
            return None
        if function.needs_change and not self.environment.context.allow_change_functions:
            self.report(problem.NOT_ALLOWED_HERE, syntax.name_span, name=name)
        form = form_of(function, syntax, self.environment)
        if form is not None:
            return check_form(self, form, function, syntax)
        return self._call(name, syntax.arguments, syntax.span)

    def _call(self, name: str, operands: Sequence[Syntax], span: Span) -> Node | None:
        function = self._functions()[name]
        arguments = [self.node(operand) for operand in operands]
        if not takes(function, len(operands)):
            self.miscounted(function, len(operands), span)
            return None
        known = [argument for argument in arguments if argument is not None]
        if len(known) < len(arguments):
            return None
        try:
            match = choose(function, known)
        except Mismatch as mismatch:
            self.errors.extend(mismatch.violations)
            return None
        return self._matched(function, match, operands, span)

    def miscounted(self, function: Function, given: int, span: Span) -> None:
        self.report(
            problem.ARGUMENT_COUNT, span, name=function.name, given=given, signature=usage(function)
        )

    def _matched(
        self, function: Function, match: Match, operands: Sequence[Syntax], span: Span
    ) -> Node | None:
        arguments = match.arguments
        for argument in arguments:
            self._noted(argument)
        if match.has_paths:
            arguments = self._paths(function, match, operands)
        overload = match.overload
        if overload.verify is not None:
            self._verify(overload.verify, arguments)
        if overload.key in _REWRITTEN:
            return _rewritten(function, match, arguments, span)
        return Call(function, overload, arguments, match.type, span)

    def _paths(
        self, function: Function, match: Match, operands: Sequence[Syntax]
    ) -> tuple[Node, ...]:
        """Require fields where fields themselves are wanted; a test of one sees it as it is."""
        arguments = list(match.arguments)
        for place, parameter in enumerate(match.parameters):
            if not parameter.is_path:
                continue
            if not isinstance(operands[place], Name):
                self.report(
                    problem.FIELD_REQUIRED,
                    operands[place].span,
                    name=function.name,
                    position=place + 1,
                )
            argument = arguments[place]
            if match.type is BOOLEAN and isinstance(argument, FieldPath):
                arguments[place] = replace(argument, zero=False)
        return tuple(arguments)

    def _noted(self, node: Node) -> Node:
        if isinstance(node, Literal) and node.choice is not None:
            self.literals.append(node)
        return node

    def _verify(self, verify: Callable[[str], object], arguments: Sequence[Node]) -> None:
        """Refuse a literal that could never work, such as a wrong regular expression."""
        last = arguments[-1]
        if isinstance(last, Literal) and isinstance(last.value, str):
            try:
                verify(last.value)
            except Failure as failure:
                self.errors.append(failure.finding.at("", span=last.span, **failure.params))

    def _warn_of_power(self, syntax: Chain) -> None:
        if syntax.operator not in ("*", "/"):
            return
        for operand in syntax.operands:
            if isinstance(operand, Chain) and operand.operator == "^" and not operand.bracketed:
                self.warnings.append(problem.MIXED_POWER.at("", span=operand.span))


_REWRITTEN = frozenset({"positive", "negate", "text_picklist"})


def _rewritten(function: Function, match: Match, arguments: tuple[Node, ...], span: Span) -> Node:
    """Return what is written shorter, or needs more, than a call of the meaning."""
    first, key = arguments[0], match.overload.key
    if key == "positive":
        return first
    if key == "negate" and isinstance(first, Literal) and isinstance(first.value, Decimal):
        return replace(first, value=-first.value, span=span)
    if key == "text_picklist":
        arguments = (*arguments, *_labels(first.type, span))
    return Call(function, match.overload, arguments, match.type, span)


def _labels(picklist: Type, span: Span) -> list[Node]:
    """Return value and label of each value whose label differs, for TEXT of a picklist."""
    return [
        Literal(text, kind, span)
        for value in picklist.values
        if value.source_label != value.value
        for text, kind in ((value.value, picklist), (value.source_label, TEXT))
    ]
