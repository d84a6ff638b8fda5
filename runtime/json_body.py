"""Reading JSON with numbers kept exact.

orjson reads almost every body; its doubles are exact as long as a number has at most fifteen
significant digits. A body with a longer number is read again, slower, into `Decimal`.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

import orjson

MAX_DEPTH = 64
"""Levels of nesting; far more than any record or command has."""
MAX_NUMBER = 400
"""Characters of one number."""

_LONG_NUMBER = re.compile(rb"\d[\d.]{15}")
_OPENING = re.compile(rb"[\[{]")


class JsonMalformed(ValueError):
    """The text is not JSON, or exceeds the bounds; the message says why, in English."""


def read_json(body: bytes) -> Any:
    """Return the JSON value in `body`; numbers orjson would round become `Decimal`."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise JsonMalformed(f"{error.msg} (line {error.lineno}, column {error.colno})") from error
    if len(_OPENING.findall(body)) > MAX_DEPTH:
        _check_depth(value)
    if _LONG_NUMBER.search(body):
        return _read_exactly(body)
    return value


def _read_exactly(body: bytes) -> Any:
    try:
        return json.loads(
            body, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise JsonMalformed(str(error)) from error


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_NUMBER:
        raise JsonMalformed(f"a number has more than {MAX_NUMBER} characters")
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_NUMBER:
        raise JsonMalformed("a number is out of range")
    return value


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER:
        raise JsonMalformed(f"a number has more than {MAX_NUMBER} characters")
    return int(text)


def _refuse_constant(name: str) -> NoReturn:
    raise JsonMalformed(f"{name} is not a JSON number")


def _check_depth(value: Any) -> None:
    level = [value]
    for _depth in range(MAX_DEPTH):
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(item for item in each.values() if isinstance(item, dict | list))
            elif isinstance(each, list):
                below.extend(item for item in each if isinstance(item, dict | list))
        if not below:
            return
        level = below
    raise JsonMalformed(f"more than {MAX_DEPTH} levels of nesting")
