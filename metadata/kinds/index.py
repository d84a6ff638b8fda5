"""Indexes over several fields: what makes lists quick, and what may not occur twice."""

from __future__ import annotations

from collections.abc import Iterator

from metadata import finding
from metadata.definition import IndexDef
from metadata.kind import DefinitionKind, Reference, Rename
from metadata.kinds.field import MOST_INDEXED
from metadata.snapshot import Snapshot
from paas.kernel import Violation

MOST_FIELDS = 8


def check(definition: IndexDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with an index."""
    model = snapshot.find_object(definition.object)
    if model is None:
        return
    seen: set[str] = set()
    for place, (name, _descending) in enumerate(definition.terms):
        field = model.field(name)
        if field is None:
            continue
        pointer = f"/fields/{place}"
        if field.name in seen:
            yield finding.NAMED_TWICE.at(pointer, name=name)
        seen.add(field.name)
        if field.column is None or not _is_orderable(field.type.attributes, field.name):
            yield finding.NOT_INDEXABLE.at(pointer, name=name, type=field.type.name)
        elif (field.definition.length or 0) > MOST_INDEXED:
            yield finding.TOO_LONG_FOR_INDEX.at(pointer, limit=MOST_INDEXED)
    if definition.unique and len(definition.fields) == 1:
        yield finding.UNIQUE_FIELD_INSTEAD.at("/fields")


def _is_orderable(attributes: frozenset[str], name: str) -> bool:
    """Tell whether an index on the field means something: system fields and what says so."""
    return "indexed" in attributes or name in _SYSTEM


_SYSTEM = frozenset({"id", "ownerId", "dimDepart", "createdAt", "updatedAt", "createdBy"})


def references(definition: IndexDef) -> Iterator[Reference]:
    """Yield what an index needs."""
    for name, _descending in definition.terms:
        yield "field", definition.object, name


def renamed(definition: IndexDef, rename: Rename) -> IndexDef:
    """Return the index after a rename."""
    if (rename.kind, rename.object) != ("field", definition.object):
        return definition
    names = tuple(
        sign + (rename.new if name == rename.old else name)
        for sign, name in (("-" if down else "", name) for name, down in definition.terms)
    )
    return definition.model_copy(update={"fields": names})


KIND = DefinitionKind(
    IndexDef,
    listed_as="indexes",
    check=check,
    references=references,
    renamed=renamed,
    label={"zh-CN": "索引", "en-US": "index"},
)
