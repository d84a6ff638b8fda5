"""Documents and definitions: reading one from the other, with every error in its place."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from metadata import finding
from metadata.definition import Definition, Document, Part
from paas.kernel import Violation

PATTERN = "string_pattern_mismatch"
REASONS = {
    PATTERN: "格式不正确。",
    "string_too_short": "内容太短。",
    "string_too_long": "内容太长。",
    "string_type": "应为文本。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_from_float": "应为整数。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "dict_type": "应为一组键与值。",
    "model_type": "应为一组键与值。",
    "tuple_type": "应为列表。",
    "literal_error": "只能是：{expected}。",
    "union_tag_invalid": "只能是：{expected_tags}。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
}
"""Pydantic's error types as Chinese sentences; English ones are its own."""


def to_document(definition: Definition) -> dict[str, Any]:
    """Return the definition as plain JSON values, keys in order, defaults left out."""
    return definition.model_dump(mode="json", exclude_defaults=True)


def digest(document: Document) -> str:
    """Return a fingerprint of the content, whatever the order of keys."""
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def parse(model: type[Definition], document: Document) -> Definition | list[Violation]:
    """Read a document; on errors return all of them, pointers relative to the document."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        return violations_of(model, error)


def unstorable(document: Document) -> Iterator[Violation]:
    """Yield a violation for every text with a NUL, which PostgreSQL can neither keep nor be asked.

    A formula with one would be published and then fail in every statement it is part of.
    """
    rest: list[tuple[tuple[object, ...], Any]] = [((), document)]
    while rest:
        path, value = rest.pop()
        if isinstance(value, Mapping):
            rest += (((*path, key), each) for key, each in value.items())
        elif isinstance(value, list | tuple):
            rest += (((*path, index), each) for index, each in enumerate(value))
        elif isinstance(value, str) and "\x00" in value:
            reason = {"zh-CN": "不能含有 NUL 字符。", "en-US": "It contains a NUL character."}
            yield finding.VALUE_INVALID.at(pointer_of(path), key=str(path[-1]), reason=reason)


def violations_of(model: type[Part], error: ValidationError) -> list[Violation]:
    """Return what is wrong with a document, in administrators' words."""
    return [_violation(model, each) for each in error.errors(include_url=False)]


def pointer_of(path: Iterable[object]) -> str:
    """Return the JSON pointer of a path of keys and indexes."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def replace_at(document: Document, pointer: str, value: Any) -> dict[str, Any]:
    """Return the document with another value at `pointer`."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(document))
    *path, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    place: Any = copy
    for part in path:
        place = place[int(part)] if isinstance(place, list) else place[part]
    place[int(last) if isinstance(place, list) else last] = value
    return copy


def near(name: str, known: Iterable[str]) -> Mapping[str, str]:
    """Return a hint naming what `name` may have meant, empty if nothing is near."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    names = "、".join(folded[each] for each in found)
    if not names:
        return {"zh-CN": "", "en-US": ""}
    return {"zh-CN": f"是否指：{names}？", "en-US": f"Did you mean {names.replace('、', ', ')}?"}


def _violation(model: type[Part], error: ErrorDetails) -> Violation:
    path = [part for part in error["loc"] if not _is_noise(part)]
    key = str(path[-1]) if path else "document"
    pointer = pointer_of(path)
    if error["type"] == "missing":
        return finding.KEY_MISSING.at(pointer, key=key)
    if error["type"] == "extra_forbidden":
        hint = near(key, model.model_fields) if len(path) == 1 else near(key, ())
        return finding.KEY_UNKNOWN.at(pointer, key=key, hint=hint)
    context = error.get("ctx", {})
    zh = REASONS.get(error["type"], "请检查。").format_map({**context})
    en = "The form is wrong" if error["type"] == PATTERN else error["msg"]
    return finding.VALUE_INVALID.at(pointer, key=key, reason={"zh-CN": zh, "en-US": f"{en}."})


def _is_noise(part: object) -> bool:
    """Tell whether a step of pydantic's location names a validator rather than a place."""
    return part == "[key]" or (isinstance(part, str) and "[" in part)
