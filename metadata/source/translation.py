"""Texts in other languages, kept apart: `translations/en-US.yaml` and its like.

A file maps each source file (`objects/account`) to texts by path. A path names what it passes by
key; items of lists by the API name, value or place they have: `fields.level.values.A.label`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metadata.definition import SOURCE_LANGUAGE

FOLDER = "translations"

IDENTITIES = ("field", "rule", "record_type", "name", "value")
"""Keys whose value tells an item of a list from its siblings."""

Texts = dict[str, str]


def is_text(value: Any) -> bool:
    """Tell whether a value is a text by language: no other mapping has a language for a key."""
    return isinstance(value, dict) and SOURCE_LANGUAGE in value


def split(value: Any, found: dict[str, Texts], path: tuple[str, ...] = ()) -> Any:
    """Return `value` in the source language alone; the other languages' texts go to `found`."""
    if is_text(value):
        for tag, text in value.items():
            if tag != SOURCE_LANGUAGE:
                found.setdefault(tag, {})[".".join(path)] = text
        return value[SOURCE_LANGUAGE]
    if isinstance(value, dict):
        return {key: split(each, found, (*path, _step(key))) for key, each in value.items()}
    if isinstance(value, list):
        return [split(each, found, (*path, name)) for name, each in _named(value)]
    return value


def merge(value: Any, tag: str, texts: Mapping[str, str], path: tuple[str, ...] = ()) -> set[str]:
    """Put `texts` of language `tag` into `value`; return the paths that were found."""
    found: set[str] = set()
    if isinstance(value, dict):
        members = [(key, key, each) for key, each in value.items()]
    elif isinstance(value, list):
        members = [(index, name, each) for index, (name, each) in enumerate(_named(value))]
    else:
        return found
    for key, name, each in members:
        here = (*path, _step(name))
        joined = ".".join(here)
        if joined in texts and (isinstance(each, str) or is_text(each)):
            source = {SOURCE_LANGUAGE: each} if isinstance(each, str) else each
            value[key] = {**source, tag: texts[joined]}
            found.add(joined)
        else:
            found |= merge(each, tag, texts, here)
    return found


def _named(items: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield each item with its name: its identity, if no sibling has the same, or its place."""
    names = [_identity(item) for item in items]
    for index, (name, item) in enumerate(zip(names, items, strict=True)):
        yield (name if name and names.count(name) == 1 else str(index)), item


def _identity(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    return next((str(item[key]) for key in IDENTITIES if isinstance(item.get(key), str)), None)


def _step(name: str) -> str:
    return name.replace("\\", "\\\\").replace(".", "\\.")
