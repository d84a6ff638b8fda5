"""Which choices a record may take: active ones that its record type and controlling field offer.

The one place on the server where picklists are restricted. Coercion has seen that a value is one
of the field's choices; here is decided whether the record may take it now. What a record holds
already stays valid, as long as nothing that decides about it changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from metadata import JOINER, OPTION_INACTIVE, FieldModel, ObjectModel, Storage
from paas.kernel import Finding
from runtime.coerce import pointer_to
from runtime.draft import Draft
from runtime.problem import VALUE_NOT_DEPENDENT, VALUE_NOT_OFFERED

RECORD_TYPE = "entityType"
Offers = Mapping[str, frozenset[str]]
FLAGS = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What restricts one field with choices.

    `inactive` are choices no longer given, `by_type` those each record type offers, `by_value`
    those each value of the field `controller` offers.
    """

    field: FieldModel
    inactive: frozenset[str]
    by_type: Offers
    controller: FieldModel | None
    by_value: Offers

    def check(self, draft: Draft) -> None:
        """Refuse the choices a draft may not take."""
        name, failed = self.field.name, draft.failed or ()
        if draft.values.get(name) is None or name in failed:
            return
        chosen = self._parts(draft.values)
        kept = self._parts(draft.before) if draft.before is not None else ()
        fresh = [part for part in chosen if part not in kept]
        self._refuse(draft, [each for each in fresh if each in self.inactive], OPTION_INACTIVE)
        if self.by_type:
            self._check_type(draft, chosen, fresh)
        if self.controller is not None and self.controller.name not in failed:
            self._check_controller(draft, chosen, fresh, self.controller)

    def _check_type(self, draft: Draft, chosen: list[str], fresh: list[str]) -> None:
        offered = self.by_type.get(draft.values.get(RECORD_TYPE) or "")
        if offered is not None:
            asked = chosen if _is_changed(draft, RECORD_TYPE) else fresh
            self._refuse(draft, _outside(asked, offered), VALUE_NOT_OFFERED)

    def _check_controller(
        self, draft: Draft, chosen: list[str], fresh: list[str], controller: FieldModel
    ) -> None:
        value = draft.values.get(controller.name)
        steering = FLAGS[value] if isinstance(value, bool) else value or ""
        offered = self.by_value.get(steering, frozenset())
        asked = chosen if _is_changed(draft, controller.name) else fresh
        outside = _outside(asked, offered)
        is_default = draft.before is None and self.field.name not in draft.given
        if outside and is_default:
            draft.values[self.field.name] = None
            return
        self._refuse(draft, outside, VALUE_NOT_DEPENDENT, controller=controller.label)

    def _parts(self, row: Mapping[str, Any]) -> list[str]:
        value = row.get(self.field.name)
        if value is None:
            return []
        is_several = self.field.type.storage is Storage.SEVERAL
        return value.split(JOINER) if is_several else [value]

    def _refuse(self, draft: Draft, wrong: list[str], finding: Finding, **params: Any) -> None:
        pointer, label = pointer_to(self.field.name), self.field.label
        for value in wrong:
            draft.refuse(finding.at(pointer, label=label, value=value, **params))


def _outside(asked: list[str], offered: Collection[str]) -> list[str]:
    return [each for each in asked if each not in offered]


def _is_changed(draft: Draft, name: str) -> bool:
    return draft.before is None or draft.before.get(name) != draft.values.get(name)


def choices_of(model: ObjectModel) -> tuple[Choice, ...]:
    """Return the fields of an object whose choices are restricted, controlling ones first."""
    found = [_choice(model, each) for each in model.fields.values() if each.values]
    restricted = [each for each in found if each.inactive or each.by_type or each.controller]
    return tuple(sorted(restricted, key=lambda each: _depth(model, each.field)))


def _depth(model: ObjectModel, field: FieldModel) -> int:
    depth, above = 0, field.definition.controlled_by
    while above is not None and depth < len(model.fields):
        found = model.field(above)
        depth, above = depth + 1, found.definition.controlled_by if found else None
    return depth


def _choice(model: ObjectModel, field: FieldModel) -> Choice:
    definition = field.definition
    by_type = {
        each.name: frozenset(values)
        for each in model.record_types
        for name, values in each.picklists.items()
        if model.field(name) is field
    }
    return Choice(
        field=field,
        inactive=frozenset(each.value for each in field.values if not each.active),
        by_type=by_type,
        controller=model.field(definition.controlled_by) if definition.controlled_by else None,
        by_value={value: frozenset(offered) for value, offered in definition.offers.items()},
    )
