"""Which field a column probably means, told from its header as people write headers.

Labels in any language and API names count, whatever their case, spaces and punctuation. A column
named like a reference is taken to hold names of records, unless it holds ids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from metadata import FieldModel, ObjectModel, Snapshot
from paas.kernel import is_uuid
from runtime.access import Permissions
from runtime.key import is_key

NOISE = re.compile(r"[\s_\-*:：()（）/.\\]+")


def folded(text: str) -> str:
    """Return a header without what makes no difference."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def propose(
    snapshot: Snapshot,
    permissions: Permissions,
    model: ObjectModel,
    header: Sequence[str],
    samples: Sequence[Sequence[str]],
) -> list[str | None]:
    """Return a field path for each column, None where nothing fits; no field is taken twice."""
    known: dict[str, str] = {}
    for text, path in _names(snapshot, permissions, model):
        known.setdefault(folded(text), path)
    found: list[str | None] = []
    taken: set[str] = set()
    for index, text in enumerate(header):
        path = known.get(folded(text), "")
        field = path.partition(".")[0]
        if _holds_ids(index, samples):
            path = field
        elif field == "id":
            path = field = ""
        found.append(path if path and field not in taken else None)
        taken.add(field)
    return found


def _holds_ids(index: int, samples: Sequence[Sequence[str]]) -> bool:
    cells = [row[index].strip() for row in samples if index < len(row) and row[index].strip()]
    return bool(cells) and all(is_uuid(cell.lower()) for cell in cells)


def _names(
    snapshot: Snapshot, permissions: Permissions, model: ObjectModel
) -> Iterator[tuple[str, str]]:
    """Yield every name a column may bear with the path it means, the surest first."""
    writable = permissions.writable_fields(model)
    fields = [each for each in model.fields.values() if each.name in writable or each.name == "id"]
    for field in fields:
        plain = _plain_path(snapshot, field)
        yield field.name, plain
        for text in field.label.values():
            yield text, plain
    for field in fields:
        if field.target is not None:
            yield from _keys(snapshot, permissions, field)


def _plain_path(snapshot: Snapshot, field: FieldModel) -> str:
    if field.target is None:
        return field.name
    return f"{field.name}.{snapshot.object(field.target).definition.name_field}"


def _keys(
    snapshot: Snapshot, permissions: Permissions, field: FieldModel
) -> Iterator[tuple[str, str]]:
    target = snapshot.object(field.target or "")
    readable = permissions.readable_fields(target)
    for key in target.fields.values():
        is_name = key.name == target.definition.name_field
        if key.name not in readable or not (is_key(key) or is_name):
            continue
        path = f"{field.name}.{key.name}"
        yield path, path
        for left, right in _pairs(field.label.values(), key.label.values()):
            yield left + right, path


def _pairs(lefts: Iterable[str], rights: Iterable[str]) -> Iterator[tuple[str, str]]:
    others = list(rights)
    return ((left, right) for left in lefts for right in others)
