"""Objects: they need the field that names their records."""

from __future__ import annotations

from collections.abc import Iterator

from metadata import finding
from metadata.definition import FieldDef, ObjectDef
from metadata.kind import DefinitionKind, Reference, Rename
from metadata.snapshot import Snapshot
from paas.kernel import Violation

MOST_FIELDS = 500
MOST_SEARCHABLE = 20


def check(definition: ObjectDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with an object."""
    if len(snapshot.definitions(FieldDef, parent=definition.name)) > MOST_FIELDS:
        yield finding.TOO_MANY_FIELDS.at("", limit=MOST_FIELDS)
    if definition.setting and definition.owned:
        yield finding.SETTING_UNOWNED.at("/owned")
    model = snapshot.find_object(definition.name)
    if model is not None and len(model.searchable) > MOST_SEARCHABLE:
        yield finding.TOO_MANY_SEARCHABLE.at("", limit=MOST_SEARCHABLE)


def references(definition: ObjectDef) -> Iterator[Reference]:
    """Yield what an object needs."""
    yield "field", definition.name, definition.name_field


def renamed(definition: ObjectDef, rename: Rename) -> ObjectDef:
    """Return the object after a rename."""
    is_name_field = (rename.kind, rename.object, rename.old) == (
        "field",
        definition.name,
        definition.name_field,
    )
    return definition.model_copy(update={"name_field": rename.new}) if is_name_field else definition


KIND = DefinitionKind(
    ObjectDef,
    folder="objects",
    check=check,
    references=references,
    renamed=renamed,
    label={"zh-CN": "对象", "en-US": "object"},
)
