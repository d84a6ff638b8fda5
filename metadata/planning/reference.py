"""Names that must lead somewhere: every definition's references, in the description to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metadata import finding
from metadata.definition import Definition, ObjectDef
from metadata.document import near
from metadata.kind import DefinitionKind, Reference
from metadata.planning.draft import Draft
from metadata.planning.usage import Usage, full_name
from metadata.snapshot import Snapshot
from paas.kernel import Violation


def check_references(
    draft: Draft, target: Snapshot, kinds: Mapping[str, DefinitionKind], usage: Usage
) -> Iterator[Violation]:
    """Yield names that lead nowhere; what was taken from others goes to `usage`."""
    put = set(draft.put)
    for definition in target:
        for reference in _references(definition, kinds):
            kind, parent, name = reference
            found = target.find(kind, name, parent=parent)
            if found is not None and found.name == name:  # names are written as they are
                continue
            culprit = draft.base.find(kind, name, parent=parent)
            if culprit is not None and definition.uid not in put:
                usage.blame(culprit, definition)
            else:
                pointer = draft.pointer(definition.uid) + "/document"
                yield _unknown(reference, target, usage, pointer)


def _references(definition: Definition, kinds: Mapping[str, DefinitionKind]) -> Iterator[Reference]:
    if definition.parent:
        yield ObjectDef.kind, None, definition.parent
    yield from kinds[definition.kind].references(definition)


def _unknown(reference: Reference, target: Snapshot, usage: Usage, pointer: str) -> Violation:
    kind, parent, name = reference
    same_kind = [each for each in target if each.kind == kind]
    known = [each.name for each in same_kind if not parent or each.parent == parent]
    return finding.REFERENCE_UNKNOWN.at(
        pointer,
        name=f"{parent}.{name}" if parent else name,
        kind=usage.kind_label(kind),
        hint=near(name, known),
    )


def check_names(draft: Draft, target: Snapshot) -> Iterator[Violation]:
    """Yield API names borne twice, in any case."""
    seen: dict[tuple[str, str, str], Definition] = {}
    for definition in sorted(target, key=lambda each: each.uid in draft.origin):
        key = (definition.kind, (definition.parent or "").casefold(), definition.name.casefold())
        if key in seen:
            pointer = draft.pointer(definition.uid) + "/document/name"
            yield finding.NAME_TAKEN.at(pointer, name=full_name(definition))
        seen[key] = definition
