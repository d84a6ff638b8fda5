"""The snapshot: every definition at one revision, as an immutable value.

Requests pin one and only look things up in it. Objects are compiled when first used; plans that
other packages derive (write plans, statements, UI schemas) are kept through `plan`, so they live
exactly as long as the revision they were made from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

import formula
from metadata.definition import (
    Definition,
    FieldDef,
    IndexDef,
    ObjectDef,
    PicklistDef,
    PicklistValueDef,
    RecordTypeDef,
    ValidationRuleDef,
)
from metadata.field_type import FieldModel, FieldType, Labels
from metadata.global_symbol import Globals, environment_of, globals_of, member_globals
from metadata.model import ObjectModel, RuleModel
from metadata.problem import DefinitionUnknown, FormulaCycle, FormulaTooDeep, ObjectUnknown
from metadata.symbol import ChildSymbols, FieldSymbols
from metadata.system_field import WRITTEN_BY, system_fields

D = TypeVar("D", bound=Definition)
P = TypeVar("P")

MOST_FORMULAS_DEEP = 10
"""How many formula fields may stand on each other."""
LAST = 1_000_001
"""Sorts what has no position after everything that has one."""


class Snapshot:
    """All definitions at `revision`. Safe to share between threads.

    Iterating gives the stored definitions; lookups also find the system fields.
    """

    def __init__(
        self,
        definitions: Iterable[Definition],
        *,
        field_types: Mapping[str, FieldType],
        revision: int = 0,
    ) -> None:
        self.revision = revision
        self.field_types = field_types
        self._stored = {each.uid: each for each in definitions}
        self._by_uid: dict[str, Definition] = {}
        self._by_name: dict[tuple[str, str, str], Definition] = {}
        self._children: dict[tuple[str, str], list[Definition]] = {}
        for each in sorted(self._stored.values(), key=_position):
            if isinstance(each, ObjectDef):
                for field in system_fields(each):
                    self._enter(field)
        for each in sorted(self._stored.values(), key=_position):
            self._enter(each)
        self._objects: dict[str, ObjectModel] = {}
        self._plans: dict[Hashable, Any] = {}
        self._compiling: list[FieldModel] = []
        self._depths: list[int] = []
        self._depth_of: dict[str, int] = {}
        self._lock = threading.RLock()

    def _enter(self, definition: Definition) -> None:
        kind, parent = definition.kind, (definition.parent or "").casefold()
        self._by_uid[definition.uid] = definition
        self._by_name[kind, parent, definition.name.casefold()] = definition
        self._children.setdefault((kind, parent), []).append(definition)
        if parent:
            self._children.setdefault((kind, ""), []).append(definition)

    # -- definitions ---------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Definition]:
        return iter(self._stored.values())

    def __len__(self) -> int:
        return len(self._stored)

    def stored(self, uid: str) -> Definition | None:
        """Return the stored definition with the permanent `uid`; system fields have none."""
        return self._stored.get(uid)

    def by_uid(self, uid: str) -> Definition | None:
        """Return the definition with the permanent `uid`, if there is one."""
        return self._by_uid.get(uid)

    def definitions(self, kind: type[D], *, parent: str | None = None) -> tuple[D, ...]:
        """Return the definitions of a kind, of one object if `parent` names it, in order."""
        found = self._children.get((kind.kind, (parent or "").casefold()), ())
        return cast("tuple[D, ...]", tuple(found))

    def find(self, kind: str, name: str, *, parent: str | None = None) -> Definition | None:
        """Return the definition of `kind` called `name` (in any case), if there is one."""
        return self._by_name.get((kind, (parent or "").casefold(), name.casefold()))

    def picklist(self, name: str) -> PicklistDef:
        """Return the shared picklist called `name`; raises `DefinitionUnknown`."""
        found = self.find("picklist", name)
        if not isinstance(found, PicklistDef):
            raise DefinitionUnknown(kind="picklist", name=name)
        return found

    def choices(self, field: FieldDef) -> tuple[PicklistValueDef, ...]:
        """Return the values `field` offers: its own, a shared picklist's, or the record types."""
        if field.picklist:
            return self.picklist(field.picklist).values
        if field.type == "record_type":
            return tuple(
                PicklistValueDef(
                    uid=each.uid, value=each.name, label=each.label, active=each.active
                )
                for each in self.definitions(RecordTypeDef, parent=field.object)
            )
        return field.values

    # -- compiled ------------------------------------------------------------------------------

    @property
    def objects(self) -> tuple[str, ...]:
        """Return the API names of every object, in order."""
        return tuple(each.name for each in self.definitions(ObjectDef))

    def object(self, name: str) -> ObjectModel:
        """Return the object called `name`, in any case; raises `ObjectUnknown`."""
        found = self.find_object(name)
        if found is None:
            raise ObjectUnknown(name=name)
        return found

    def find_object(self, name: str) -> ObjectModel | None:
        """Return the object called `name`, in any case, if there is one."""
        folded = name.casefold()
        found = self._objects.get(folded)
        if found is not None:
            return found
        definition = self.find("object", name)
        if not isinstance(definition, ObjectDef):
            return None
        with self._lock:
            if folded not in self._objects:
                self._objects[folded] = self._compile(definition)
            return self._objects[folded]

    def _compile(self, definition: ObjectDef) -> ObjectModel:
        fields = {
            each.name: self._field(each)
            for each in self.definitions(FieldDef, parent=definition.name)
        }
        record_types = self.definitions(RecordTypeDef, parent=definition.name)
        indexes = self.definitions(IndexDef, parent=definition.name)
        return ObjectModel(self, definition, fields, record_types, indexes)

    def _field(self, definition: FieldDef) -> FieldModel:
        field = FieldModel(self, definition, self._type(definition))
        if definition.uid not in self._stored:
            field.written_by = WRITTEN_BY[definition.name]
        return field

    def _type(self, definition: FieldDef) -> FieldType:
        """Return a field's type; a stored formula is kept as a field of its result's type is."""
        type_ = self.field_types[definition.type]
        result = self.field_types.get(definition.result or "")
        if not definition.stored or definition.formula is None or result is None:
            return type_
        traits = replace(result.traits, written_by="capability", needs=type_.traits.needs)
        return replace(
            type_,
            storage=result.storage,
            coercer=result.coercer,
            codec=result.codec,
            traits=traits,
        )

    def plan(self, key: Hashable, build: Callable[[], P]) -> P:
        """Return what `build` makes, made once per snapshot and `key`."""
        try:
            return cast("P", self._plans[key])
        except KeyError:
            with self._lock:
                if key not in self._plans:
                    self._plans[key] = build()
                return cast("P", self._plans[key])

    # -- the formula language's view -------------------------------------------------------------

    def object_symbol(self, model: ObjectModel) -> formula.ObjectSymbol:
        """Return `model` as the formula language sees it."""
        return formula.ObjectSymbol(
            name=model.name,
            labels=model.label,
            fields=FieldSymbols(model.fields, self.formula_of),
            children=ChildSymbols(lambda: self._lookups_to(model)),
        )

    def _lookups_to(self, model: ObjectModel) -> Iterator[tuple[FieldModel, Labels]]:
        """Yield the fields that refer to records of `model`, with the labels of their objects."""
        for name in self.objects:
            owner = self.object(name)
            for field in owner.fields.values():
                is_ours = (
                    field.target is not None and field.target.casefold() == model.name.casefold()
                )
                if is_ours and field.column is not None:
                    yield field, owner.label

    def symbol(self, name: str) -> formula.ObjectSymbol | None:
        """Return the object called `name` as the formula language sees it."""
        model = self.find_object(name)
        return model.symbol if model else None

    def environment(
        self,
        object_name: str | None,
        *,
        blank: formula.Blank = "zero",
        change_functions: bool = False,
        readable: Callable[[str, str], bool] | None = None,
    ) -> formula.Environment:
        """Return what names mean inside `object_name`.

        `readable(object, field)` is given for expressions users supply; without it the
        expression reads in system mode.
        """
        return environment_of(
            self.symbol,
            object_name,
            globals_=self._globals(object_name, readable),
            blank=blank,
            change_functions=change_functions,
            readable=readable,
        )

    def _globals(
        self, object_name: str | None, readable: Callable[[str, str], bool] | None
    ) -> Globals:
        """Return the globals inside an object; only what users ask about depends on them."""

        def build() -> Globals:
            own = self.symbol(object_name) if object_name else None
            members = self.plan(("member globals",), lambda: member_globals(self))
            return globals_of(self.symbol, own, members, readable)

        return self.plan(("globals", object_name), build) if readable is None else build()

    def compile_field(self, field: FieldModel) -> formula.Formula:
        """Compile a formula field; raises `FormulaProblem`, or `FormulaCycle` with the path."""
        definition = field.definition
        assert definition.formula is not None
        with self._lock:
            if field in self._compiling:
                raise FormulaCycle(path=_cycle(self._compiling, field))
            self._compiling.append(field)
            self._depths.append(0)
            try:
                environment = self.environment(field.object, blank=definition.blank or "zero")
                made = formula.compile(definition.formula, environment, result=field.symbol_type)
            finally:
                self._compiling.pop()
                depth = self._depths.pop() + 1
            self._depth_of[field.uid] = depth
            if depth > MOST_FORMULAS_DEEP:
                raise FormulaTooDeep(field=f"{field.object}.{field.name}", limit=MOST_FORMULAS_DEEP)
            return made

    def compile_default(self, field: FieldModel) -> formula.Formula:
        """Compile the formula of a field's default; raises `FormulaProblem`."""
        source = field.definition.default_formula
        assert source is not None
        environment = self.environment(field.object, blank=field.definition.blank or "zero")
        return formula.compile(source, environment, result=field.symbol_type)

    def formula_of(self, field: FieldModel) -> formula.Formula:
        """Return the formula of a field that another formula reads."""
        with self._lock:
            made = field.formula
            assert made is not None
            if self._depths:
                self._depths[-1] = max(self._depths[-1], self._depth_of[field.uid])
            return made

    def rules_of(self, model: ObjectModel) -> tuple[RuleModel, ...]:
        """Return the active rules of `model`, compiled; raises `FormulaProblem`."""
        return tuple(
            RuleModel(rule, self.compile_rule(rule))
            for rule in self.definitions(ValidationRuleDef, parent=model.name)
            if rule.active
        )

    def compile_rule(self, rule: ValidationRuleDef) -> formula.Formula:
        """Return the rule's condition, compiled; raises `FormulaProblem`."""
        environment = self.environment(
            rule.object, blank=rule.blank or "zero", change_functions=True
        )
        return formula.compile(rule.when, environment, result=formula.Kind.BOOLEAN)


def _position(definition: Definition) -> int:
    return LAST if definition.position is None else definition.position


def _cycle(compiling: list[FieldModel], field: FieldModel) -> str:
    path = [*compiling[compiling.index(field) :], field]
    return " → ".join(f"{each.object}.{each.name}" for each in path)
