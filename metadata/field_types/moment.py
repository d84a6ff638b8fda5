"""Types that hold dates and times. Years run from 0001 to 9999; a time needs its offset.

Times are kept in UTC with milliseconds; finer fractions are cut off.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import formula
from metadata.field_type import Coercer, FieldModel, FieldType, Storage
from metadata.field_types import finding
from metadata.field_types.finding import mismatch, refuse

DATE = {"zh-CN": "日期文本（YYYY-MM-DD）", "en-US": "a date as text (YYYY-MM-DD)"}
DATETIME = {
    "zh-CN": "带时区的时间文本（如 2024-05-01T09:30:00+08:00）",
    "en-US": "a time with its offset as text (such as 2024-05-01T09:30:00+08:00)",
}
ATTRIBUTES = frozenset({"required", "unique", "indexed", "default"})

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ISO_DATETIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})",
    re.ASCII | re.IGNORECASE,
)


def date_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a date field."""
    wrong_type, invalid = mismatch(field, DATE), refuse(field, finding.INVALID_DATE)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is date:
            return raw
        if raw.__class__ is not str:
            return wrong_type
        if not raw:
            return None
        if not ISO_DATE.fullmatch(raw):
            return invalid
        try:
            return date.fromisoformat(raw)
        except ValueError:
            return invalid

    return coerce


def datetime_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a time field; drafts hold aware UTC times."""
    wrong_type, invalid = mismatch(field, DATETIME), refuse(field, finding.INVALID_DATETIME)

    def coerce(raw: Any) -> Any:
        if raw == "":
            return None
        try:
            if raw.__class__ is str and ISO_DATETIME.fullmatch(raw):
                raw = datetime.fromisoformat(raw.upper())
            if isinstance(raw, datetime) and raw.tzinfo is not None:
                moment = raw.astimezone(UTC)
                return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        except (ValueError, OverflowError):
            return invalid
        return invalid if raw.__class__ is str else wrong_type

    return coerce


TYPES = (
    FieldType(
        "date",
        Storage.DATE,
        lambda _field: formula.Type(formula.Kind.DATE),
        date_coercer,
        control="date",
        attributes=ATTRIBUTES,
    ),
    FieldType(
        "datetime",
        Storage.DATETIME,
        lambda _field: formula.Type(formula.Kind.DATETIME),
        datetime_coercer,
        control="datetime",
        attributes=ATTRIBUTES,
    ),
)
