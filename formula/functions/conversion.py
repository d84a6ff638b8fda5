"""Text from other values and back: numbers, dates, codes, JSON, amounts of money."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from formula.arithmetic import CONTEXT, ZERO, plain, rounded, whole
from formula.currency import decimals_of
from formula.evaluation import BAD_NUMBER, Failure
from formula.function import Category, Function, declare, meaning
from formula.json_text import json_at

_NUMERAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?", re.ASCII)


def _value(text: str) -> Decimal | None:
    if not text:
        return None
    if not _NUMERAL.fullmatch(text) or len(text) > 1000:
        raise Failure(BAD_NUMBER, value=text[:40])
    try:
        return CONTEXT.create_decimal(text)
    except (InvalidOperation, ArithmeticError) as error:
        raise Failure(BAD_NUMBER, value=text[:40]) from error


def _is_number(text: str) -> bool:
    try:
        return _value(text) is not None
    except Failure:
        return False


def write_datetime(moment: datetime) -> str:
    """Write a moment in GMT, as TEXT does."""
    return moment.replace(tzinfo=None).isoformat(" ", "seconds") + "Z"


def write_time(clock: time) -> str:
    """Write a time with milliseconds, as TEXT does."""
    return clock.isoformat(timespec="milliseconds")


def _write(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, date):
        return value.isoformat()
    return write_time(value)


def _label(value: str, *values_and_labels: str) -> str:
    pairs = zip(values_and_labels[::2], values_and_labels[1::2], strict=True)
    return dict(pairs).get(value, value)


def _character(code: Decimal) -> str:
    point = whole(code)
    if not 0 < point < 0x110000 or 0xD800 <= point < 0xE000:
        return ""
    return chr(point)


_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d{1,6})\]|\[['\"]([^'\"]*)['\"]\]", re.ASCII)


def _json_value(text: str, key: str) -> str | None:
    return json_at(text, [key])


def _json_path_value(text: str, path: str) -> str | None:
    steps: list[str | int] = []
    position = 1 if path.startswith("$") else 0
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            return None
        steps.append(int(step[2]) if step[2] else step[1] or step[3])
        position = step.end()
    return json_at(text, steps)


def _format_currency(code: str, amount: Decimal) -> str:
    digits = decimals_of(code)
    # Minus nothing is nothing.
    shown = rounded(amount, digits) or ZERO
    return f"{code} {shown:,.{digits}f}".strip()


CONVERSION: tuple[Function, ...] = (
    declare(
        Category.TEXT,
        meaning("VALUE(text: text) -> number", _value, is_total=False),
        zh="把文本转换为数字；不是数字时结果为空。",
        en="Turns text into a number; null if it is none.",
        examples=(("VALUE('3e-3')", "0.003"), ("ISBLANK(VALUE('x'))", "TRUE")),
    ),
    declare(
        Category.TEXT,
        meaning("ISNUMBER(text: text) -> boolean", _is_number),
        zh="文本可以转换为数字时返回 TRUE。",
        en="TRUE if the text can be turned into a number.",
        examples=(("ISNUMBER('+5.0')", "TRUE"), ("ISNUMBER(' 5')", "FALSE")),
    ),
    declare(
        Category.TEXT,
        meaning("TEXT(value: number) -> text", plain, key="text_number"),
        meaning("TEXT(value: date) -> text", _write, key="text_date"),
        meaning("TEXT(value: datetime) -> text", _write, key="text_datetime"),
        meaning("TEXT(value: time) -> text", _write, key="text_time"),
        meaning("TEXT(value: picklist) -> text", _label, key="text_picklist"),
        zh="把数字、日期、时间或选项转换为文本；选项转换为它的标签。",
        en="Turns a number, date, time or picklist into text; a picklist into its label.",
        examples=(
            ("TEXT(12.50)", "'12.5'"),
            ("TEXT(DATE(2024, 3, 1))", "'2024-03-01'"),
            ("TEXT(DATETIMEVALUE('2024-03-01 08:30:00'))", "'2024-03-01 08:30:00Z'"),
        ),
    ),
    declare(
        Category.TEXT,
        meaning(
            "ASCII(text: text) -> number",
            lambda text: Decimal(ord(text[0])) if text else None,
            is_total=False,
        ),
        zh="第一个字符的编码。",
        en="The code of the first character.",
        examples=(("ASCII('A')", "65"),),
    ),
    declare(
        Category.TEXT,
        meaning("CHR(code: number) -> text", _character),
        zh="具有给定编码的字符。",
        en="The character with a code.",
        examples=(("CHR(65)", "'A'"),),
    ),
    declare(
        Category.TEXT,
        meaning("JSONVALUE(text: text, key: text) -> text", _json_value, spends=True),
        zh="JSON 对象中一个键的值。",
        en="The value of a key of a JSON object.",
        examples=(("""JSONVALUE('{"a": 5}', 'a')""", "'5'"),),
    ),
    declare(
        Category.TEXT,
        meaning("JSONPATHVALUE(text: text, path: text) -> text", _json_path_value, spends=True),
        zh="JSON 中一个路径的值。",
        en="The value at a path into JSON.",
        examples=(("""JSONPATHVALUE('{"a": [{"b": 7}]}', '$.a[0].b')""", "'7'"),),
    ),
    declare(
        Category.TEXT,
        meaning("FORMATCURRENCY(code: text, amount: number) -> text", _format_currency),
        zh="按币种写出金额。",
        en="Writes an amount of a currency.",
        examples=(("FORMATCURRENCY('USD', 1000.495)", "'USD 1,000.50'"),),
    ),
)
