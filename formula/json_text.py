"""Reading a value out of JSON as it is written: digits, order and blanks are kept.

A text that is no JSON has no values. Nor has one that nests too deep, or that escapes a character
no text can hold (NUL, half of a pair): all targets and both databases agree on what JSON is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from formula.limits import MAX_JSON_DEPTH
from formula.meter import spend

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BLANKS = re.compile(r"[ \t\n\r]*")
_BRACKET = re.compile(r"[\[{]|[\]}]")
_UNHOLDABLE = re.compile(
    r"\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u)[dD][c-fC-F])"
)
_ESCAPED_BACKSLASH = "\\\\"
_READ = 10
"""Units of work per character that is read."""


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse)


def json_at(text: str, steps: Iterable[str | int]) -> str | None:
    """Return what stands in JSON at names and places, text without its quotes; None for null."""
    spend(_READ * len(text))
    if not _is_json(text):
        return None
    found = text.strip(" \t\n\r")
    for step in steps:
        spend(_READ * len(found))
        inner = _member(found, step)
        if inner is None:
            return None
        found = inner
    if found == "null":
        return None
    return json.loads(found) if found.startswith('"') else found


def _is_json(text: str) -> bool:
    if _depth(text) > MAX_JSON_DEPTH:
        return False
    if "\\u" in text and _UNHOLDABLE.search(text.replace(_ESCAPED_BACKSLASH, " ")):
        return False
    try:
        # Not `raw_decode`, which would be content with a beginning.
        _DECODER.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _depth(text: str) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _member(found: str, step: str | int) -> str | None:
    """Return the member of an object (the last of that name) or list, as it is written."""
    if found.startswith("{"):
        return dict(_pairs(found)).get(str(step))
    if found.startswith("[") and isinstance(step, int):
        return next((each for place, each in enumerate(_items(found)) if place == step), None)
    return None


def _pairs(found: str) -> Iterator[tuple[str, str]]:
    position = _after_blanks(found, 1)
    while found[position] != "}":
        name, position = _DECODER.raw_decode(found, position)
        start = _after_blanks(found, _after_blanks(found, position) + 1)
        _value, end = _DECODER.raw_decode(found, start)
        yield name, found[start:end]
        position = _next(found, end)


def _items(found: str) -> Iterator[str]:
    position = _after_blanks(found, 1)
    while found[position] != "]":
        _value, end = _DECODER.raw_decode(found, position)
        yield found[position:end]
        position = _next(found, end)


def _next(found: str, end: int) -> int:
    """Return where the next member starts, or where the last bracket is."""
    position = _after_blanks(found, end)
    return _after_blanks(found, position + 1) if found[position] == "," else position


def _after_blanks(text: str, position: int) -> int:
    blanks = _BLANKS.match(text, position)
    assert blanks is not None
    return blanks.end()
