"""Record types: which values of which picklists they offer."""

from __future__ import annotations

from collections.abc import Iterator

from metadata import finding
from metadata.definition import RecordTypeDef
from metadata.document import pointer_of
from metadata.kind import DefinitionKind, Reference, Rename
from metadata.snapshot import Snapshot
from paas.kernel import Violation


def check(definition: RecordTypeDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with a record type."""
    model = snapshot.find_object(definition.object)
    if model is None:
        return
    if definition.default and sum(each.default for each in model.record_types) > 1:
        yield finding.DEFAULT_TWICE.at("/default")
    for name, offered in definition.picklists.items():
        field = model.field(name)
        if field is None:
            continue
        if "values" not in field.type.attributes:
            yield finding.NOT_A_PICKLIST.at(pointer_of(("picklists", name)), field=name)
            continue
        known = {choice.value for choice in field.values}
        for index, value in enumerate(offered):
            if value not in known:
                pointer = pointer_of(("picklists", name, index))
                yield finding.CHOICE_UNKNOWN.at(pointer, field=name, value=value)


def references(definition: RecordTypeDef) -> Iterator[Reference]:
    """Yield what a record type needs."""
    for name in definition.picklists:
        yield "field", definition.object, name


def renamed(definition: RecordTypeDef, rename: Rename) -> RecordTypeDef:
    """Return the record type after a rename."""
    if (rename.kind, rename.object) != ("field", definition.object):
        return definition
    picklists = {
        rename.new if name == rename.old else name: offered
        for name, offered in definition.picklists.items()
    }
    return definition.model_copy(update={"picklists": picklists})


KIND = DefinitionKind(
    RecordTypeDef,
    listed_as="record_types",
    check=check,
    references=references,
    renamed=renamed,
    label={"zh-CN": "业务类型", "en-US": "record type"},
)
