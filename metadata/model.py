"""What definitions mean: objects ready for use, one immutable value per revision.

Built by `metadata.snapshot`, on first use of each object. Nothing here touches a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

from formula import Formula, ObjectSymbol
from metadata.definition import (
    SOURCE_LANGUAGE,
    IndexDef,
    ObjectDef,
    RecordTypeDef,
    ValidationRuleDef,
)
from metadata.field_type import FieldModel, Kept, Labels
from metadata.system_field import RESERVED


@dataclass(frozen=True, slots=True)
class RuleModel:
    """An active validation rule with its compiled condition."""

    definition: ValidationRuleDef
    condition: Formula


class ObjectScope(Protocol):
    """What an object asks of the snapshot it stands in."""

    def rules_of(self, model: ObjectModel) -> tuple[RuleModel, ...]:
        """Return the active rules of an object, compiled."""

    def object_symbol(self, model: ObjectModel) -> ObjectSymbol:
        """Return an object as formulas see it."""


def controllers_of(model: ObjectModel, field: FieldModel) -> list[FieldModel]:
    """Return the fields that decide about a field's choices, nearest first; in a circle, once."""
    found: list[FieldModel] = []
    while field.definition.controlled_by:
        above = model.field(field.definition.controlled_by)
        if above is None or above in found:
            break
        found.append(above)
        field = above
    return found


class ObjectModel:
    """An object at one revision: its fields, record types and rules."""

    def __init__(
        self,
        scope: ObjectScope,
        definition: ObjectDef,
        fields: Mapping[str, FieldModel],
        record_types: tuple[RecordTypeDef, ...],
        indexes: tuple[IndexDef, ...] = (),
    ) -> None:
        self._scope = scope
        self.definition = definition
        self.name = definition.name
        self.uid = definition.uid
        self.label: Labels = definition.label or {SOURCE_LANGUAGE: definition.name}
        self.table = definition.physical or definition.name
        self.name_field = definition.name_field
        self.sharing = definition.sharing
        self.owned = definition.owned
        self.is_setting = definition.setting
        self.fields = MappingProxyType(dict(fields))
        """Fields by API name, system fields first, then in the order of the description."""
        self.record_types = record_types
        self.indexes = indexes
        self._folded = {name.casefold(): field for name, field in fields.items()}

    def field(self, name: str) -> FieldModel | None:
        """Return the field called `name`, in any case."""
        return self.fields.get(name) or self._folded.get(name.casefold())

    @cached_property
    def leading(self) -> frozenset[str]:
        """Return the fields by which rows are found without looking at all of them."""
        declared = {
            name
            for name, field in self.fields.items()
            if field.column is not None
            and (
                field.definition.indexed or field.definition.unique or field.target or name == "id"
            )
        }
        first = (self.field(index.terms[0][0]) for index in self.indexes)
        return frozenset(declared | {field.name for field in first if field is not None})

    @cached_property
    def rules(self) -> tuple[RuleModel, ...]:
        """Return the active rules in order of creation, compiled."""
        return self._scope.rules_of(self)

    @cached_property
    def history(self) -> Mapping[str, Kept]:
        """Return by name the fields whose changes are kept, and what is kept of them.

        A described field follows its object unless it says otherwise; what every object has by
        nature (owner, status) is kept as soon as anything is.
        """
        stored = [each for each in self.fields.values() if each.column is not None]
        described = [each for each in stored if each.name.casefold() not in RESERVED]
        kept = {each.name for each in described if self._keeps(each)}
        if kept or self.definition.history:
            by_nature = [each for each in stored if each.name.casefold() in RESERVED]
            kept |= {each.name for each in by_nature if each.written_by != "engine"}
        return {each.name: each.type.history for each in stored if each.name in kept}

    @cached_property
    def searchable(self) -> tuple[FieldModel, ...]:
        """Return the fields by which searches find records, the name field first."""
        found = [each for each in self.fields.values() if self._is_searchable(each)]
        return tuple(sorted(found, key=lambda each: each.name != self.name_field))

    def _is_searchable(self, field: FieldModel) -> bool:
        if field.column is None or field.type.search is None:
            return False
        said = field.definition.searchable
        return field.name == self.name_field if said is None else said

    def _keeps(self, field: FieldModel) -> bool:
        said = field.definition.history
        return self.definition.history if said is None else said

    @cached_property
    def symbol(self) -> ObjectSymbol:
        """Return the object as formulas see it."""
        return self._scope.object_symbol(self)

    @cached_property
    def default_record_type(self) -> str | None:
        """Return the API name of the record type new records get when none is named."""
        active = [record_type for record_type in self.record_types if record_type.active]
        chosen = next((each for each in active if each.default), active[0] if active else None)
        return chosen.name if chosen else None

    def __repr__(self) -> str:
        return f"ObjectModel({self.name})"
