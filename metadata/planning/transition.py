"""What may not become of a field that holds data already.

A change of type that keeps what the column holds is a change of description only; anything else
needs a new field. Lengths and precisions may change at will: the pipeline checks new values.
"""

from __future__ import annotations

from collections.abc import Iterator

from metadata import finding
from metadata.definition import Definition, FieldDef, ObjectDef, PicklistDef
from metadata.field_type import FieldModel, Storage
from metadata.snapshot import Snapshot
from paas.kernel import Violation


def check_parent(
    base: Snapshot, old: Definition, target: Snapshot, new: Definition
) -> Iterator[Violation]:
    """Yield a violation if a definition would belong to another object."""
    before = base.find("object", old.parent or "")
    after = target.find("object", new.parent or "")
    if before and after and before.uid != after.uid:
        yield finding.PARENT_FIXED.at("/object", name=new.name, old=before.name)


def check_setting(old: ObjectDef, new: ObjectDef) -> Iterator[Violation]:
    """Yield a violation if an object would become a setting, or a setting an object."""
    if old.setting != new.setting:
        yield finding.SETTING_FIXED.at("/setting")


def check_field(old: FieldModel, new: FieldModel) -> Iterator[Violation]:
    """Yield why a field cannot change like this."""
    if old.definition.stored != new.definition.stored and old.type.name == new.type.name:
        return  # the column comes, or stays behind; what it holds is computed anew
    is_narrower = new.type.traits.strict and old.type.name != new.type.name
    if old.type.storage is not new.type.storage or is_narrower:
        yield finding.TYPE_FIXED.at("/type", old=old.type.name, new=new.type.name)
        return
    if old.type.storage is Storage.DECIMAL and old.scale != new.scale:
        yield finding.SCALE_FIXED.at("/scale", old=old.scale, new=new.scale)


def check_target(old: FieldModel, new: FieldModel, *, is_same: bool) -> Iterator[Violation]:
    """Yield a violation if a lookup would refer to another object."""
    both = old.type.storage is Storage.REFERENCE and new.type.storage is Storage.REFERENCE
    if both and not is_same:
        yield finding.TARGET_FIXED.at("/to", old=old.target or "", new=new.target or "")


def check_choices(old: FieldDef | PicklistDef, new: FieldDef | PicklistDef) -> Iterator[Violation]:
    """Yield a violation for each choice whose API value would change."""
    known = {choice.uid: choice.value for choice in old.values}
    for index, choice in enumerate(new.values):
        before = known.get(choice.uid, choice.value)
        if before != choice.value:
            pointer = f"/values/{index}/value"
            yield finding.CHOICE_FIXED.at(pointer, old=before, new=choice.value)
