"""What definitions mean: objects and fields ready for use, one immutable value per revision.

Built by `metadata.snapshot`, on first use of each object. Nothing here touches a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import formula
from metadata.definition import (
    FieldDef,
    ObjectDef,
    PicklistValueDef,
    RecordTypeDef,
    ValidationRuleDef,
)
from metadata.field_type import Coercer, FieldType

if TYPE_CHECKING:
    from metadata.snapshot import Snapshot

Labels = Mapping[str, str]


class FieldModel:
    """A field of an object at one revision."""

    def __init__(self, snapshot: Snapshot, definition: FieldDef, type_: FieldType) -> None:
        self._snapshot = snapshot
        self.definition = definition
        self.type = type_
        self.name = definition.name
        self.uid = definition.uid
        self.object = definition.object
        self.label: Labels = definition.label or {"zh-CN": definition.name}
        self.column = definition.physical if type_.storage else None
        self.target = definition.to
        self.required = definition.required
        self.scale = definition.scale or 0
        """Digits after the point of a decimal column; on SQLite the column holds value × 10^scale."""

    @cached_property
    def values(self) -> tuple[PicklistValueDef, ...]:
        """Return the choices of a picklist field, its own or the shared picklist's."""
        if self.definition.picklist:
            return self._snapshot.picklist(self.definition.picklist).values
        return self.definition.values

    @cached_property
    def coerce(self) -> Coercer:
        """Return the function that reads one raw API value of this field."""
        return self.type.coercer(self)

    @cached_property
    def formula(self) -> formula.Formula | None:
        """Return the compiled formula of a formula field; raises `FormulaProblem`."""
        if self.definition.formula is None:
            return None
        environment = self._snapshot.environment(
            self.object, blank=self.definition.blank or "zero", exclude_field=self.name
        )
        return formula.compile(self.definition.formula, environment, result=self.symbol_type)

    @cached_property
    def symbol_type(self) -> formula.Type:
        """Return the field's type in the formula language."""
        return self.type.symbol(self)

    @property
    def is_writable(self) -> bool:
        """Tell whether the field has a column at all (formula fields have none)."""
        return self.type.storage is not None

    def __repr__(self) -> str:
        return f"FieldModel({self.object}.{self.name})"


@dataclass(frozen=True, slots=True)
class RuleModel:
    """An active validation rule with its compiled condition."""

    definition: ValidationRuleDef
    condition: formula.Formula


class ObjectModel:
    """An object at one revision: its fields, record types and rules."""

    def __init__(
        self,
        snapshot: Snapshot,
        definition: ObjectDef,
        fields: Mapping[str, FieldModel],
        record_types: tuple[RecordTypeDef, ...],
    ) -> None:
        self._snapshot = snapshot
        self.definition = definition
        self.name = definition.name
        self.uid = definition.uid
        self.label: Labels = definition.label or {"zh-CN": definition.name}
        self.table = definition.physical or definition.name
        self.name_field = definition.name_field
        self.sharing = definition.sharing
        self.fields = MappingProxyType(dict(fields))
        """Fields by API name, system fields first, then in the order of the description."""
        self.record_types = record_types
        self._folded = {name.casefold(): field for name, field in fields.items()}

    def field(self, name: str) -> FieldModel | None:
        """Return the field called `name`, in any case."""
        return self.fields.get(name) or self._folded.get(name.casefold())

    @cached_property
    def rules(self) -> tuple[RuleModel, ...]:
        """Return the active rules in order of creation, compiled."""
        return tuple(
            RuleModel(rule, self._snapshot.compile_rule(rule))
            for rule in self._snapshot.definitions(ValidationRuleDef, parent=self.name)
            if rule.active
        )

    @cached_property
    def symbol(self) -> formula.ObjectSymbol:
        """Return the object as formulas see it."""
        return self._snapshot.object_symbol(self)

    @cached_property
    def default_record_type(self) -> str | None:
        """Return the API name of the record type new records get when none is named."""
        active = [record_type for record_type in self.record_types if record_type.active]
        chosen = next((each for each in active if each.default), active[0] if active else None)
        return chosen.name if chosen else None

    def __repr__(self) -> str:
        return f"ObjectModel({self.name})"
