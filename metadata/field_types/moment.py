"""Types that hold dates, moments, times of day and durations.

Years run from 0001 to 9999; a moment needs its offset. Moments are kept in UTC with milliseconds;
finer fractions are cut off. A duration is a whole number of seconds.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

import formula
from metadata.field_type import Coercer, FieldModel, FieldType, Storage, TextCodec, TextForm, Traits
from metadata.field_types import codec, finding
from metadata.field_types.finding import mismatch, refuse
from metadata.field_types.number import integer_coercer, number_symbol

DATE = {"zh-CN": "日期文本（YYYY-MM-DD）", "en-US": "a date as text (YYYY-MM-DD)"}
DATETIME = {
    "zh-CN": "带时区的时间文本（如 2024-05-01T09:30:00+08:00）",
    "en-US": "a time with its offset as text (such as 2024-05-01T09:30:00+08:00)",
}
TIME = {
    "zh-CN": "时间文本（HH:MM 或 HH:MM:SS）",
    "en-US": "a time of day as text (HH:MM or HH:MM:SS)",
}
ATTRIBUTES = frozenset({"required", "unique", "indexed", "default"})

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
ISO_DATETIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})",
    re.ASCII | re.IGNORECASE,
)
ISO_TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?", re.ASCII)
SPAN = re.compile(
    r"(?P<sign>-?)(?:(?P<clock>\d{1,9}):(?P<minute>[0-5]?\d)(?::(?P<second>[0-5]?\d))?"
    r"|(?:(?P<d>\d{1,9}) ?(?:d|天))? ?(?:(?P<h>\d{1,9}) ?(?:h|小时|时))? ?"
    r"(?:(?P<m>\d{1,9}) ?(?:min|m|分钟|分))? ?(?:(?P<s>\d{1,9}) ?(?:s|秒))?)",
    re.IGNORECASE,
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


def time_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a time of day."""
    wrong_type, invalid = mismatch(field, TIME), refuse(field, finding.INVALID_TIME)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is str:
            if not raw:
                return None
            if not ISO_TIME.fullmatch(raw):
                return invalid
            try:
                raw = time.fromisoformat(raw)
            except ValueError:
                return invalid
        if raw.__class__ is not time or raw.tzinfo is not None:
            return wrong_type
        return raw.replace(microsecond=raw.microsecond // 1000 * 1000)

    return coerce


def _read_duration(_field: FieldModel, text: str, _form: TextForm) -> Any:
    """Read seconds, `1:30:00`, `1h 30m` or 1小时30分 as seconds."""
    seconds = codec.read_number(text)
    if seconds is not None:
        return seconds
    found = SPAN.fullmatch(text)
    if found is None:
        return text
    part = {name: int(digits) for name, digits in found.groupdict("0").items() if name != "sign"}
    hours = part["clock"] + part["h"] + part["d"] * 24
    total = hours * 3600 + (part["minute"] + part["m"]) * 60 + part["second"] + part["s"]
    return -total if found["sign"] else total


def _write_duration(_field: FieldModel, value: Any, _form: TextForm) -> str:
    minutes, seconds = divmod(abs(int(value)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' * (value < 0)}{hours}:{minutes:02}:{seconds:02}"


TYPES = (
    FieldType(
        "date",
        Storage.DATE,
        lambda _field: formula.Type(formula.Kind.DATE),
        date_coercer,
        control="date",
        attributes=ATTRIBUTES,
        codec=codec.DATES,
    ),
    FieldType(
        "datetime",
        Storage.DATETIME,
        lambda _field: formula.Type(formula.Kind.DATETIME),
        datetime_coercer,
        control="datetime",
        attributes=ATTRIBUTES,
        codec=codec.MOMENTS,
    ),
    FieldType(
        "time",
        Storage.TIME,
        lambda _field: formula.Type(formula.Kind.TIME),
        time_coercer,
        control="time",
        attributes=ATTRIBUTES,
        codec=codec.TIMES,
    ),
    FieldType(
        "duration",
        Storage.INTEGER,
        number_symbol(percent=False),
        integer_coercer,
        control="duration",
        attributes=ATTRIBUTES,
        codec=TextCodec(_read_duration, _write_duration),
        traits=Traits(strict=True),
    ),
)
