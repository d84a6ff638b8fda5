"""Writing a description into a folder: what publishing it again would leave unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from metadata.definition import Definition, FieldDef, ObjectDef, PicklistDef
from metadata.document import to_document
from metadata.kind import DefinitionKind
from metadata.snapshot import Snapshot
from metadata.source import translation
from metadata.source.emit import to_yaml
from metadata.source.pack import FILE, Pack, load_pack
from metadata.system_field import derived_uid

UNWRITTEN = frozenset({"position", "physical", "protected"})
"""What files do not say: the order of the list, the engine's own business, what is shipped."""


def write_folder(
    snapshot: Snapshot,
    folder: str | Path,
    *,
    kinds: Mapping[str, DefinitionKind],
    namespace: str | None = None,
) -> list[Path]:
    """Write the definitions, of one namespace if given, and return the files written.

    Files that are there for other reasons are left alone.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    head = _head(root, namespace or "")
    chosen = [each for each in snapshot if _is_chosen(each, namespace)]
    files = dict(_files(snapshot, chosen, kinds, load_pack(root)))
    texts: dict[str, dict[str, dict[str, str]]] = {}
    written = [head]
    for name, document in sorted(files.items()):
        found: dict[str, dict[str, str]] = {}
        plain = translation.split(document, found)
        for tag, each in found.items():
            texts.setdefault(tag, {})[name] = each
        inline = frozenset({"fields", "values"})
        written.append(_write(root / f"{name}.yaml", to_yaml(plain, inline=inline)))
    for tag, by_file in sorted(texts.items()):
        path = root / translation.FOLDER / f"{tag}.yaml"
        written.append(_write(path, to_yaml(by_file)))
    return written


def _is_chosen(definition: Definition, namespace: str | None) -> bool:
    is_ours = not getattr(definition, "protected", False)
    return is_ours and namespace in (None, definition.namespace)


def _head(root: Path, namespace: str) -> Path:
    path = root / FILE
    if path.is_file():
        return path
    pack = Pack(name=namespace or "tenant", namespace=namespace)
    return _write(path, to_yaml(pack.model_dump(mode="json", exclude_defaults=True)))


def _files(
    snapshot: Snapshot,
    chosen: Iterable[Definition],
    kinds: Mapping[str, DefinitionKind],
    pack: Pack,
) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield the name of each file and its content."""
    children: dict[str, dict[str, list[Definition]]] = {}
    for each in sorted(chosen, key=lambda each: (each.position or 0, each.uid)):
        kind = kinds[each.kind]
        if kind.listed_as and each.parent:
            lists = children.setdefault(each.parent.casefold(), {})
            lists.setdefault(kind.listed_as, []).append(each)
        elif isinstance(each, ObjectDef):
            children.setdefault(each.name.casefold(), {})
        elif kind.folder:
            stem = f"{each.parent}.{each.name}" if each.parent else each.name
            yield f"{kind.folder}/{stem}", _document(each, pack, keep_object=True)
    order = [kind.listed_as for kind in kinds.values() if kind.listed_as]
    mine = {each.uid for each in chosen}
    for name, lists in children.items():
        owner = snapshot.object(name).definition
        content = _document(owner, pack, keep_object=True)
        if owner.uid not in mine:
            content = {"uid": owner.uid, "object": owner.name}
        for key in order:
            if key in lists:
                content[key] = [_document(each, pack, keep_object=False) for each in lists[key]]
        yield f"objects/{owner.name}", content


def _document(definition: Definition, pack: Pack, *, keep_object: bool) -> dict[str, Any]:
    """Return the document as files have it: the name under the kind's own key."""
    document = to_document(definition)
    written: dict[str, Any] = {"uid": document.pop("uid"), definition.key: document.pop("name")}
    if definition.child_of_object:
        parent = document.pop("object")
        if keep_object:
            written["object"] = parent
    namespace = document.pop("namespace", "")
    if namespace != pack.namespace:
        written["namespace"] = namespace
    if isinstance(definition, FieldDef | PicklistDef):
        _shorten_choices(document, definition.uid)
    return written | {key: each for key, each in document.items() if key not in UNWRITTEN}


def _shorten_choices(document: dict[str, Any], owner: str) -> None:
    """Leave out uids that publishing would derive again."""
    for choice in document.get("values", ()):
        if choice["uid"] == derived_uid(owner, choice["value"]):
            del choice["uid"]


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
