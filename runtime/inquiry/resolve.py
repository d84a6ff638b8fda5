"""Names and expressions of one query about one object, resolved for one caller.

Whatever the caller may not read is an error, in every clause. A bare name is a path of fields, so
that formula fields keep what their authors may read; anything else is compiled as a formula.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import formula
from formula import Name
from formula import Syntax as Pure
from metadata import FieldModel, ObjectModel, Snapshot
from paas.kernel import Finding, Violation
from runtime.access import Permissions
from runtime.field_path import user_environment
from runtime.inquiry.condition import Asked, Translator
from runtime.inquiry.problem import QUERY_NOT_SHOWN, QUERY_OBJECT_UNKNOWN, Untranslatable
from runtime.inquiry.syntax import Placed
from runtime.problem import QueryInvalid
from runtime.scope import Reach
from runtime.sql.inquiry import Question, What

_HIDDEN = frozenset({formula.Kind.GEOLOCATION, formula.Kind.TIME, formula.Kind.MULTIPICKLIST})
"""Kinds of values that leave a database in no form of the API."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, of which description and database."""

    snapshot: Snapshot
    permissions: Permissions
    reach: Reach
    dialect: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class Value:
    """A resolved expression. `field` is set where it is a field at the end of a path."""

    what: What
    type: formula.Type
    field: FieldModel | None = None

    @property
    def name(self) -> str | None:
        """Return what a path is called."""
        return ".".join(self.what) if isinstance(self.what, tuple) else None


class Resolver:
    """Resolves what one query says of one object, and collects what is wrong with it."""

    def __init__(self, caller: Caller, name: str, violations: list[Violation], place: str) -> None:
        model = caller.snapshot.find_object(name)
        if model is None:
            raise QueryInvalid(errors=[QUERY_OBJECT_UNKNOWN.at(place, name=name)])
        caller.permissions.on(model).check("read")
        self.caller = caller
        self.model: ObjectModel = model
        self.violations = violations
        self.environment = self._environment_of(model.name)
        self.translator = Translator(self.environment, caller.asked, self._found)

    def _environment_of(self, name: str) -> formula.Environment:
        return user_environment(self.caller.snapshot, self.caller.permissions, name)

    def _found(self, name: str) -> formula.Environment | None:
        model = self.caller.snapshot.find_object(name)
        if model is None:
            return None
        self.caller.permissions.on(model).check("read")
        return self._environment_of(model.name)

    # -- expressions -----------------------------------------------------------------------------

    def value(self, placed: Placed) -> Value | None:
        """Return what an expression means; None notes a violation."""
        pure = self.pure(placed)
        return None if pure is None else self.meant(pure, placed.pointer)

    def condition(self, placed: Placed | None) -> formula.Formula | None:
        """Return a condition as a formula; None notes a violation, or there is none."""
        pure = None if placed is None else self.pure(placed)
        if placed is None or pure is None:
            return None
        return self.compiled(pure, placed.pointer, result=formula.Kind.BOOLEAN)

    def pure(self, placed: Placed) -> Pure | None:
        """Return an expression as syntax of the formula language; None notes a violation."""
        try:
            return self.translator.placed(placed)
        except Untranslatable as error:
            self.note(placed.pointer, [error.violation])
            return None

    def meant(self, pure: Pure, pointer: str) -> Value | None:
        """Return what translated syntax means; None notes a violation."""
        if isinstance(pure, Name) and not pure.text.startswith("$"):
            return self._path(pure, pointer)
        compiled = self.compiled(pure, pointer)
        if compiled is None:
            return None
        if compiled.type.kind in _HIDDEN:
            self.report(pointer, QUERY_NOT_SHOWN, pure, type=compiled.type.kind.label)
            return None
        return Value(compiled, compiled.type)

    def _path(self, name: Name, pointer: str) -> Value | None:
        try:
            path = formula.resolve_path(name, self.environment)
        except formula.PathError as error:
            self.note(pointer, [error.violation])
            return None
        steps = (*(step.name for step in path.steps), path.field.name)
        model = self.model
        for step in steps[:-1]:
            model = self.caller.snapshot.object(model.fields[step].target or "")
        return Value(steps, path.field.type, model.fields[steps[-1]])

    def compiled(
        self,
        pure: Pure,
        pointer: str,
        *,
        environment: formula.Environment | None = None,
        result: formula.Kind | None = None,
    ) -> formula.Formula | None:
        """Return a compiled formula; None notes its violations."""
        try:
            return formula.compile_syntax(pure, environment or self.environment, result=result)
        except formula.FormulaProblem as refused:
            self.note(pointer, refused.errors)
            return None

    # -- what is wrong ---------------------------------------------------------------------------

    def note(self, pointer: str, violations: Iterable[Violation]) -> None:
        """Note violations, at the text they are about."""
        self.violations.extend(replace(each, pointer=pointer) for each in violations)

    def report(self, pointer: str, finding: Finding, at: Pure | None = None, **params: Any) -> None:
        """Note a violation of our own."""
        span = at.span if at is not None else None
        self.violations.append(finding.at(pointer, span=span, **params))

    def raise_if_wrong(self) -> None:
        """Raise `QueryInvalid` if anything was wrong."""
        if self.violations:
            raise QueryInvalid(errors=self.violations)

    # -- rows ------------------------------------------------------------------------------------

    def question(self, condition: formula.Formula | None) -> Question:
        """Return which rows are asked about: those the caller may see."""
        caller = self.caller
        permissions, reach = caller.permissions, caller.reach

        def hop_scope(target: ObjectModel) -> Any:
            return permissions.on(target).scope("read", reach=reach)

        scope = permissions.on(self.model).scope("read", reach=reach)
        return Question(caller.snapshot, caller.dialect, self.model, scope, hop_scope, condition)
