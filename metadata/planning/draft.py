"""Documents become definitions: matched with what there is, completed, read and renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from metadata import finding
from metadata.change import Change
from metadata.definition import Definition, Document, FieldDef, ObjectDef
from metadata.document import parse, to_document, unstorable
from metadata.field_type import FieldType
from metadata.kind import DefinitionKind, Rename
from metadata.kinds.field import check_type
from metadata.planning.protection import check_protected, keep_labels
from metadata.snapshot import Snapshot
from metadata.system_field import derived_uid
from paas.kernel import Finding, Violation, uuid7


class Draft:
    """The definitions that would hold after the changes.

    `origin` tells which change touched a definition, `put` those that were put, in order, and
    `reworked` those of them that are new or not as they were. With `shipped`, the engine itself
    publishes and may touch what is protected.
    """

    def __init__(
        self,
        base: Snapshot,
        kinds: Mapping[str, DefinitionKind],
        field_types: Mapping[str, FieldType],
        *,
        shipped: bool = False,
    ) -> None:
        self.base = base
        self.definitions: dict[str, Definition] = {each.uid: each for each in base}
        self.origin: dict[str, int] = {}
        self.put: list[str] = []
        self.reworked: set[str] = set()
        self.violations: list[Violation] = []
        self._kinds = kinds
        self._field_types = field_types
        self._shipped = shipped
        self._old_names: dict[str, str] = {}

    def take(self, changes: Sequence[Change]) -> None:
        """Take all changes in, then let renames and deletions reach whatever they concern."""
        for index, change in enumerate(changes):
            kind = self._kind(change.kind)
            if kind is None:
                self._refuse(index, finding.KIND_UNKNOWN, "/kind", kind=change.kind)
            elif change.action == "delete":
                self._delete(index, kind, change.document)
            elif isinstance(change.document, str):
                self._refuse(index, finding.KEY_MISSING, "/document", key="document")
            else:
                self._put(index, kind, _named(change.document, kind))
        self._delete_children()
        for rename in self._renames():
            self._carry(rename)

    def pointer(self, uid: str) -> str:
        """Return the pointer of the change that touched a definition."""
        index = self.origin.get(uid)
        return "" if index is None else f"/changes/{index}"

    def _kind(self, name: str) -> DefinitionKind | None:
        """Return the kind called `name`, as the API or as files call it."""
        found = (kind for kind in self._kinds.values() if name in {kind.folder, kind.listed_as})
        return self._kinds.get(name) or next(found, None)

    def _refuse(self, index: int, wrong: Finding, pointer: str, /, **params: Any) -> None:
        self.violations.append(wrong.at(f"/changes/{index}{pointer}", **params))

    def _touch(self, index: int, definition: Definition) -> bool:
        if definition.uid in self.origin:
            self._refuse(index, finding.CHANGED_TWICE, "/document", name=definition.name)
            return False
        self.origin[definition.uid] = index
        return True

    # -- put -----------------------------------------------------------------------------------

    def _put(self, index: int, kind: DefinitionKind, document: Document) -> None:
        existing = self._find(kind, document)
        if existing is not None and existing.kind != kind.kind:
            self._refuse(
                index, finding.UID_TAKEN, "/document/uid", uid=existing.uid, kind=existing.kind
            )
            return
        if self._shipped:
            document = keep_labels(document, existing)
        else:
            document, refused = check_protected(document, existing, self.base)
            self._note(index, refused)
        definition = parse(kind.model, _completed(document, existing))
        if isinstance(definition, list):
            self._note(index, definition)
            return
        strange = list(unstorable(document))
        if strange:
            self._note(index, strange)
            return
        if isinstance(definition, FieldDef):
            refused = list(check_type(definition, self._field_types))
            self._note(index, refused)
            if refused:
                return
        if existing and isinstance(definition, ObjectDef):
            self._old_names[definition.name.casefold()] = existing.name
        if self._touch(index, definition):
            self.definitions[definition.uid] = definition
            self.put.append(definition.uid)
            if definition != existing:
                self.reworked.add(definition.uid)

    def _note(self, index: int, violations: Sequence[Violation]) -> None:
        self.violations += placed(f"/changes/{index}/document", violations)

    def _find(self, kind: DefinitionKind, document: Document) -> Definition | None:
        uid, name = document.get("uid"), document.get("name")
        if isinstance(uid, str):
            return self.base.by_uid(uid)
        if not isinstance(name, str):
            return None
        parent = document.get("object") if kind.model.child_of_object else None
        if not isinstance(parent, str):
            parent = None
        elif parent.casefold() in self._old_names:
            parent = self._old_names[parent.casefold()]
        return self.base.find(kind.kind, name, parent=parent)

    # -- delete --------------------------------------------------------------------------------

    def _delete(self, index: int, kind: DefinitionKind, document: Document | str) -> None:
        asked = {"uid": document} if isinstance(document, str) else document
        found = self._find(kind, asked)
        if found is None or found.kind != kind.kind:
            name = asked.get("uid") or asked.get("name") or ""
            self._refuse(index, finding.DEFINITION_MISSING, "/document", kind=kind.kind, name=name)
        elif getattr(found, "protected", False) and not self._shipped:
            self._refuse(index, finding.PROTECTED, "/document", name=found.name)
        elif self._touch(index, found):
            del self.definitions[found.uid]

    def _delete_children(self) -> None:
        """Delete what belongs to a deleted object, unless it was put anew."""
        gone = {
            each.name.casefold(): each.uid
            for each in self.base.definitions(ObjectDef)
            if each.uid not in self.definitions
        }
        for each in self.base:
            owner = gone.get((each.parent or "").casefold())
            if owner and each.uid not in self.origin:
                self.origin[each.uid] = self.origin[owner]
                del self.definitions[each.uid]

    # -- rename --------------------------------------------------------------------------------

    def _renames(self) -> Iterator[Rename]:
        """Yield the renames; those of objects first, the others with objects' new names.

        A name that passes from one definition to another goes by way of a third.
        """
        pairs = [(old, self.definitions.get(old.uid)) for old in self.base]
        named = [(old, new) for old, new in pairs if new and new.name != old.name]
        passed_on = {old.name.casefold() for old, _ in named}
        waiting: list[Rename] = []
        for old, new in sorted(named, key=lambda pair: pair[0].kind != ObjectDef.kind):
            rename = Rename(old.kind, new.parent, old.name, new.name)
            if new.name.casefold() in passed_on:
                between = f"between_{len(waiting)}_{old.uid[:8]}"
                waiting.append(replace(rename, old=between))
                rename = replace(rename, new=between)
            yield rename
        yield from waiting

    def _carry(self, rename: Rename) -> None:
        """Let a rename reach what the publish does not bring itself, in new words already."""
        for uid, each in self.definitions.items():
            if uid in self.reworked:
                continue
            is_child = rename.kind == ObjectDef.kind and each.parent == rename.old
            carried = each.model_copy(update={"object": rename.new}) if is_child else each
            self.definitions[uid] = self._kinds[each.kind].renamed(carried, rename)


def placed(prefix: str, violations: Sequence[Violation]) -> list[Violation]:
    """Return violations of one document with pointers from the whole request."""
    return [
        Violation(
            each.code,
            each.texts,
            prefix + (each.pointer or ""),
            each.params,
            each.span,
            each.extra,
        )
        for each in violations
    ]


def _completed(document: Document, existing: Definition | None) -> dict[str, Any]:
    """Return the document with what only the engine knows: uid, place, physical name, uids of
    choices (matched by API value)."""
    kept = to_document(existing) if existing else {}
    completed: dict[str, Any] = {"uid": kept.get("uid", uuid7()), **document}
    completed.pop("physical", None)
    for key in ("physical", "position"):
        if key in kept and key not in completed:
            completed[key] = kept[key]
    if isinstance(completed.get("values"), list | tuple) and isinstance(completed["uid"], str):
        known = {each["value"]: each["uid"] for each in kept.get("values", ())}
        completed["values"] = [
            _choice(each, completed["uid"], known) for each in completed["values"]
        ]
    return completed


def _named(document: Document, kind: DefinitionKind) -> Document:
    """Return the document with the API name under `name`, where files have a key of the kind's."""
    key = kind.model.key
    if "name" in document or key not in document:
        return document
    return {("name" if each == key else each): value for each, value in document.items()}


def _choice(choice: Any, owner: str, known: Mapping[str, str]) -> Any:
    if not isinstance(choice, Mapping) or not isinstance(choice.get("value"), str):
        return choice
    value = choice["value"]
    return {"uid": known.get(value) or derived_uid(owner, value), **choice}
