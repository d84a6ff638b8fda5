"""What everything plugged into metadata's extension points keeps to."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import formula
from metadata import DefinitionKind, FieldDef, FieldModel, FieldType
from metadata.kinds.field import SYSTEM_TYPES, TYPED
from tests.unit.metadata.test_field_types import TAKEN, made
from tests.unit.metadata.world import KINDS, TYPES

MOST_MEMBERS = 8
SAMPLES = {each[0]: each[1] for each in TAKEN} | {
    "formula": {"formula": "1", "result": "integer"},
    "auto_number": {"pattern": "{000}"},
}


OFFERED = [each for each in TYPES.values() if each.name not in SYSTEM_TYPES]


@pytest.mark.parametrize("type_", OFFERED, ids=lambda type_: type_.name)
def test_a_field_type(type_: FieldType) -> None:
    assert type_.traits.needs <= type_.attributes <= set(TYPED)
    field = made(type_.name, **SAMPLES[type_.name])
    assert isinstance(field, FieldModel)
    assert isinstance(field.symbol_type, formula.Type)
    assert (field.column is None) == (type_.storage is None)
    assert callable(field.coerce)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.kind)
def test_a_kind_of_definition(kind: DefinitionKind) -> None:
    model = kind.model
    assert (kind.folder is None) != (kind.listed_as is None)
    assert kind.listed_as is None or model.child_of_object
    assert ("object" in model.model_fields) == model.child_of_object
    assert {"uid", "name", "namespace", "label", "description", "position"} <= set(
        model.model_fields
    )
    assert set(kind.label) == {"zh-CN", "en-US"}
    assert model.kind == kind.kind


def test_names_of_files_tell_kinds_apart() -> None:
    names = [kind.folder or kind.listed_as for kind in KINDS.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("value", [OFFERED[0], KINDS["object"]])
def test_plug_ins_are_small_values(value: Any) -> None:
    names = [each.name for each in dataclasses.fields(value)]
    assert len(names) <= MOST_MEMBERS
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, names[0], None)


def test_typed_attributes_are_attributes() -> None:
    assert set(TYPED) <= set(FieldDef.model_fields)
