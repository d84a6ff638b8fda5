"""The types of the language: plain values that say what an expression yields.

Names and places of fields live in `formula.environment`; how a value is stored is none of our
business.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Kind(enum.Enum):
    """What a value is made of."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    PICKLIST = "picklist"
    MULTIPICKLIST = "multipicklist"
    REFERENCE = "reference"
    GEOLOCATION = "geolocation"
    NULL = "null"

    __hash__ = object.__hash__
    """Kinds are hashed all the time, and each is one object."""

    @property
    def is_texty(self) -> bool:
        """Tell whether values are text inside, so that null and '' are the same."""
        return self in _TEXTY

    @property
    def label(self) -> Mapping[str, str]:
        """Return what administrators call it."""
        return _LABELS[self]


_TEXTY = frozenset({Kind.TEXT, Kind.PICKLIST, Kind.MULTIPICKLIST, Kind.REFERENCE})

_LABELS = {
    kind: {"zh-CN": zh, "en-US": en}
    for kind, zh, en in (
        (Kind.NUMBER, "数字", "number"),
        (Kind.TEXT, "文本", "text"),
        (Kind.BOOLEAN, "布尔值", "true/false"),
        (Kind.DATE, "日期", "date"),
        (Kind.DATETIME, "日期时间", "date and time"),
        (Kind.TIME, "时间", "time"),
        (Kind.PICKLIST, "选项", "picklist"),
        (Kind.MULTIPICKLIST, "多选项", "multi-select picklist"),
        (Kind.REFERENCE, "关联", "lookup"),
        (Kind.GEOLOCATION, "地理位置", "geolocation"),
        (Kind.NULL, "空值", "null"),
    )
}


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One value of a picklist. The first label is the one in the source language."""

    uid: str
    value: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def source_label(self) -> str:
        """Return the label in the source language, else the API value."""
        return next(iter(self.labels.values()), self.value)


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression or field.

    `precision` and `scale` describe a declared number; as a result type, `scale` rounds. With
    `percent` a stored 45 means 45 % and the formula sees 0.45. `target` is the object a reference
    points to; `values` are a picklist's values (empty: not known, any literal is taken).
    `markup` marks text that is safe HTML made by the engine itself.
    """

    kind: Kind
    precision: int | None = None
    scale: int | None = None
    percent: bool = False
    target: str | None = None
    values: tuple[PicklistValue, ...] = ()
    markup: bool = False


NUMBER = Type(Kind.NUMBER)
TEXT = Type(Kind.TEXT)
BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
TIME = Type(Kind.TIME)
GEOLOCATION = Type(Kind.GEOLOCATION)
NULL = Type(Kind.NULL)
MARKUP = Type(Kind.TEXT, markup=True)
