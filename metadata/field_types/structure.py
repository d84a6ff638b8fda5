"""Types whose values have parts: JSON of any shape, and places on the globe.

JSON is kept as its text, so that databases, comparisons and history treat it as one value. A place
is kept as a pair of numbers with seven decimals, about a centimetre; finer digits are rounded.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

import formula
from metadata.field_type import Coercer, FieldModel, FieldType, Refusal, Storage, Traits
from metadata.field_types import codec, finding
from metadata.field_types.finding import mismatch, refuse
from metadata.field_types.number import WIDE, read_number

LENGTH = 32_768
MOST_LEVELS = 20
PLACE = {
    "zh-CN": "经纬度（含 latitude 与 longitude 的对象）",
    "en-US": "a place: an object with latitude and longitude",
}
KEYS = ("latitude", "longitude")
LIMITS = (90, 180)
STEP = Decimal("0.0000001")
PLACE_SCHEMA = {
    "type": ["object", "null"],
    "required": list(KEYS),
    "additionalProperties": False,
    "properties": {
        key: {"type": "number", "minimum": -limit, "maximum": limit}
        for key, limit in zip(KEYS, LIMITS, strict=True)
    },
}


class JsonText(str):
    """JSON that has been read already, as drafts hold it."""

    __slots__ = ()


def json_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of JSON: bounded in size and depth, numbers exact."""
    limit = field.definition.length or LENGTH
    strange = refuse(field, finding.BAD_CHARACTER, position=1)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is JsonText:
            return raw
        if _depth(raw) > MOST_LEVELS:
            return refuse(field, finding.TOO_DEEP, limit=MOST_LEVELS)
        try:
            text = orjson.dumps(raw, default=_exact).decode()
        except (TypeError, ValueError, OverflowError) as error:
            is_number = "nteger" in str(error)
            return refuse(field, finding.INEXACT) if is_number else strange
        if len(text) > limit:
            return refuse(field, finding.TOO_LONG, limit=limit, length=len(text))
        return JsonText(text)

    return coerce


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < LENGTH:
        return orjson.Fragment(format(value, "f"))
    raise TypeError("not JSON")


def _depth(value: Any) -> int:
    """Return how deep a value is nested, giving up where it is too deep anyway."""
    level, depth = [value], 0
    while level and depth <= MOST_LEVELS:
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list | tuple):
                below.extend(each)
        level, depth = below, depth + 1
    return depth


def place_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a place; drafts hold (latitude, longitude)."""
    wrong_type = mismatch(field, PLACE)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is dict and raw.keys() == set(KEYS):
            raw = tuple(raw[key] for key in KEYS)
            if raw == (None, None):
                return None
        if raw.__class__ is not tuple or len(raw) != 2:
            return wrong_type
        found = []
        for part, limit in zip(raw, LIMITS, strict=True):
            value = Decimal(repr(part)) if part.__class__ is float else part
            value = read_number(field, value, wrong_type)
            if isinstance(value, Refusal):
                return value
            if not -limit <= value <= limit:
                return refuse(field, finding.OUT_OF_RANGE, minimum=-limit, maximum=limit)
            rounded = value.quantize(STEP, ROUND_HALF_UP, WIDE)
            found.append(rounded if rounded else rounded.copy_abs())
        return tuple(found)

    return coerce


TYPES = (
    FieldType(
        "json",
        Storage.DOCUMENT,
        lambda _field: formula.Type(formula.Kind.TEXT),
        json_coercer,
        control="json",
        attributes=frozenset({"length", "required", "default"}),
        codec=codec.DOCUMENTS,
        traits=Traits(listed=False, sortable=False, strict=True, schema={}, history="changed"),
    ),
    FieldType(
        "geolocation",
        Storage.PLACE,
        lambda _field: formula.Type(formula.Kind.GEOLOCATION),
        place_coercer,
        control="geolocation",
        attributes=frozenset({"required", "default"}),
        codec=codec.PLACES,
        traits=Traits(sortable=False, strict=True, schema=PLACE_SCHEMA),
    ),
)
