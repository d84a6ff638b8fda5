"""The snapshot: every definition at one revision, as an immutable value.

Requests pin one and only look things up in it. Objects are compiled when first used; plans that
other packages derive (write plans, statements, UI schemas) are kept in `plans`, so they live
exactly as long as the revision they were made from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar, cast

import formula
from metadata.definition import (
    Definition,
    FieldDef,
    ObjectDef,
    PicklistDef,
    RecordTypeDef,
    ValidationRuleDef,
)
from metadata.field_type import FieldType
from metadata.model import FieldModel, ObjectModel
from metadata.problem import DefinitionUnknown, ObjectUnknown
from metadata.symbol import environment_of, field_symbol

D = TypeVar("D", bound=Definition)
P = TypeVar("P")


class Snapshot:
    """All definitions at `revision`. Safe to share between threads."""

    def __init__(
        self,
        definitions: Iterable[Definition],
        *,
        field_types: Mapping[str, FieldType],
        revision: int = 0,
    ) -> None:
        self.revision = revision
        self.field_types = field_types
        self._by_uid = {each.uid: each for each in definitions}
        self._by_name: dict[tuple[str, str, str], Definition] = {}
        self._children: dict[tuple[str, str], list[Definition]] = {}
        for each in self._by_uid.values():
            parent = (each.parent or "").casefold()
            self._by_name[each.kind, parent, each.name.casefold()] = each
            self._children.setdefault((each.kind, parent), []).append(each)
            if parent:
                self._children.setdefault((each.kind, ""), []).append(each)
        self._objects: dict[str, ObjectModel] = {}
        self._plans: dict[Hashable, Any] = {}
        self._lock = threading.RLock()

    # -- definitions ---------------------------------------------------------------------------

    def __iter__(self) -> Any:
        return iter(self._by_uid.values())

    def __len__(self) -> int:
        return len(self._by_uid)

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

    # -- compiled ------------------------------------------------------------------------------

    @property
    def objects(self) -> tuple[str, ...]:
        """Return the API names of every object, in order."""
        return tuple(each.name for each in self.definitions(ObjectDef))

    def object(self, name: str) -> ObjectModel:
        """Return the object called `name`, in any case; raises `ObjectUnknown`."""
        folded = name.casefold()
        found = self._objects.get(folded)
        if found is None:
            with self._lock:
                found = self._objects.get(folded) or self._compile(name)
                self._objects[folded] = found
        return found

    def _compile(self, name: str) -> ObjectModel:
        definition = self.find("object", name)
        if not isinstance(definition, ObjectDef):
            raise ObjectUnknown(name=name)
        fields = {
            each.name: FieldModel(self, each, self.field_types[each.type])
            for each in self.definitions(FieldDef, parent=definition.name)
        }
        record_types = self.definitions(RecordTypeDef, parent=definition.name)
        return ObjectModel(self, definition, fields, record_types)

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
            fields={
                name.casefold(): field_symbol(each) for name, each in model.fields.items()
            },
        )

    def environment(
        self,
        object_name: str | None,
        *,
        blank: str = "zero",
        change_functions: bool = False,
        readable: Callable[[str, str], bool] | None = None,
        exclude_field: str | None = None,
    ) -> formula.Environment:
        """Return what names mean inside `object_name`.

        `readable(object, field)` is given for expressions users supply; without it the
        expression reads in system mode. `exclude_field` is the formula field being compiled.
        """
        return environment_of(
            self,
            object_name,
            blank=blank,
            change_functions=change_functions,
            readable=readable,
            exclude_field=exclude_field,
        )

    def compile_rule(self, rule: ValidationRuleDef) -> formula.Formula:
        """Return the rule's condition, compiled; raises `FormulaProblem`."""
        environment = self.environment(
            rule.object, blank=rule.blank or "zero", change_functions=True
        )
        return formula.compile(rule.when, environment, result=formula.Kind.BOOLEAN)
