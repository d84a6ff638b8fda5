"""Values as people write them into tables, and how tables are written so that they read back.

Reading is generous with what has one meaning only (`1,234.50`, `2024/5/1`, 是); whether a value is
right is decided by the coercer.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from metadata.field_type import FieldModel, TextCodec, TextForm
from paas.kernel import pick, zone_of

NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?(e[+-]?\d{1,3})?", re.ASCII | re.I)
DIGITS_AT_MOST = 60
LARGEST_EXPONENT = 300
YES = frozenset({"true", "1", "yes", "y", "是", "√", "对", "真"})
NO = frozenset({"false", "0", "no", "n", "否", "×", "错", "假"})
DAY = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?")
OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
SEPARATORS = re.compile(r"[;；\n]")
JOINER = ";"
CURRENCY_SIGNS = "¥￥$€£"


def read_number(text: str) -> Decimal | None:
    """Return the number a text is, with or without separators of thousands."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > DIGITS_AT_MOST or not NUMBER.fullmatch(plain):
        return None
    digits = plain.replace(",", "")
    return Decimal(digits) if any(map(str.isdigit, digits.partition("e")[0])) else None


def _number(_field: FieldModel, text: str, _form: TextForm) -> Any:
    found = read_number(text.strip(CURRENCY_SIGNS + " "))
    return text if found is None else found


def _percent(_field: FieldModel, text: str, _form: TextForm) -> Any:
    found = read_number(text.removesuffix("%").removesuffix("％"))
    return text if found is None else found


def write_number(_field: FieldModel, value: Any, _form: TextForm) -> str:
    """Return a number without an exponent."""
    return format(value if isinstance(value, Decimal) else Decimal(str(value)), "f")


def _flag(_field: FieldModel, text: str, _form: TextForm) -> Any:
    folded = text.casefold()
    return True if folded in YES else False if folded in NO else text


def _write_flag(_field: FieldModel, value: Any, form: TextForm) -> str:
    if form.language is None:
        return "true" if value else "false"
    words = {"zh-CN": "是", "en-US": "yes"} if value else {"zh-CN": "否", "en-US": "no"}
    return pick(words, form.language)


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    if found is None:
        return None
    year, _sign, *parts = found.groups()
    month, day = (part for part in parts if part is not None)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    found = CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, second, fraction = found.groups()
    try:
        thousandths = int((fraction or "0").ljust(3, "0"))
        return time(int(hour), int(minute), int(second or 0), thousandths * 1000)
    except ValueError:
        return None


def _read_date(_field: FieldModel, text: str, _form: TextForm) -> Any:
    found = _day(text)
    return text if found is None else found.isoformat()


def _read_time(_field: FieldModel, text: str, _form: TextForm) -> Any:
    found = _clock(text)
    return text if found is None else found.isoformat("milliseconds")


def _read_moment(_field: FieldModel, text: str, form: TextForm) -> Any:
    if OFFSET.search(text) and "T" in text.upper():
        return text
    day_text, _, clock_text = text.replace("T", " ").partition(" ")
    day = _day(day_text)
    clock = _clock(clock_text.strip()) if clock_text.strip() else time()
    if day is None or clock is None:
        return text
    try:
        moment = datetime.combine(day, clock, zone_of(form.zone)).astimezone(UTC)
    except OverflowError:
        return text
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write_moment(_field: FieldModel, value: Any, form: TextForm) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    try:
        local = moment.astimezone(zone_of(form.zone))
    except OverflowError:
        local = moment
    if (local.utcoffset() or timedelta()).seconds % 60:
        local = moment.astimezone(UTC)  # long ago; ISO has no seconds of offset
    return str(local.isoformat(timespec="milliseconds"))


def read_choice(field: FieldModel, text: str, _form: TextForm) -> Any:
    """Return the API value of a choice that is named by value or by label in any language."""
    known = {each.value for each in field.values}
    if text in known:
        return text
    labelled = [each.value for each in field.values if text in each.label.values()]
    return labelled[0] if len(labelled) == 1 else text


def write_choice(field: FieldModel, value: Any, form: TextForm) -> str:
    """Return a choice by its label where the form has a language, else by its API value."""
    if form.language is None:
        return str(value)
    found = next((each for each in field.values if each.value == value), None)
    return (pick(found.label, form.language) if found else "") or str(value)


def _read_several(field: FieldModel, text: str, form: TextForm) -> Any:
    parts = [part.strip() for part in SEPARATORS.split(text)]
    return [read_choice(field, part, form) for part in parts if part]


def _write_several(field: FieldModel, value: Any, form: TextForm) -> str:
    parts = value.split(JOINER) if isinstance(value, str) else value
    return JOINER.join(write_choice(field, part, form) for part in parts)


def _plausible(text: str) -> Decimal:
    """Return a number that every reader of JSON can take; raises `ValueError` for others."""
    value = Decimal(text)
    if abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(text[:80])
    return value


def _whole(text: str) -> int:
    return int(_plausible(text))


def _read_document(_field: FieldModel, text: str, _form: TextForm) -> Any:
    try:
        return json.loads(text, parse_float=_plausible, parse_int=_whole)
    except (ValueError, RecursionError, ArithmeticError):
        return text


def _write_document(_field: FieldModel, value: Any, _form: TextForm) -> str:
    return orjson.dumps(value, default=_exact).decode()


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(type(value).__name__)


def _read_place(_field: FieldModel, text: str, _form: TextForm) -> Any:
    parts = [read_number(part) for part in re.split(r"[,，\s]+", text)]
    if len(parts) != 2 or None in parts:
        return text
    return {"latitude": parts[0], "longitude": parts[1]}


def _write_place(field: FieldModel, value: Any, form: TextForm) -> str:
    return ",".join(write_number(field, value[key], form) for key in ("latitude", "longitude"))


Read = Callable[[FieldModel, str, TextForm], Any]

NUMBERS = TextCodec(_number, write_number)
PERCENTS = TextCodec(_percent, write_number)
FLAGS = TextCodec(_flag, _write_flag)
DATES = TextCodec(_read_date)
TIMES = TextCodec(_read_time)
MOMENTS = TextCodec(_read_moment, _write_moment)
CHOICES = TextCodec(read_choice, write_choice)
SEVERAL = TextCodec(_read_several, _write_several)
DOCUMENTS = TextCodec(_read_document, _write_document)
PLACES = TextCodec(_read_place, _write_place)
