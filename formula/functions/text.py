"""Text. Blank text arrives as "" and "" is blank again; positions count from 1, in code points."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import re2

from formula.arithmetic import CONTEXT, plain, rounded, whole
from formula.evaluation import BAD_NUMBER, BAD_REGEX, TEXT_TOO_LONG, Failure
from formula.function import Category, Function, declare, meaning
from formula.limits import MAX_TEXT

_NUMERAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?", re.ASCII)


def bounded(text: str) -> str:
    """Return the text if it is not too long."""
    if len(text) > MAX_TEXT:
        raise Failure(TEXT_TOO_LONG)
    return text


def _left(text: str, count: Decimal) -> str:
    return text[: max(0, whole(count))]


def _right(text: str, count: Decimal) -> str:
    length = whole(count)
    return text[-length:] if length > 0 else ""


def _middle(text: str, start: Decimal, count: Decimal) -> str:
    first, length = max(1, whole(start)), whole(count)
    return text[first - 1 : first - 1 + length] if length > 0 else ""


def _substring(text: str, start: Decimal, count: Decimal | None = None) -> str:
    first = whole(start)
    if first < -len(text):
        return ""
    offset = first - 1 if first > 0 else (len(text) + first if first < 0 else 0)
    if count is None:
        return text[offset:]
    return text[offset : offset + max(0, whole(count))]


def _find(search: str, text: str, start: Decimal = Decimal(1)) -> Decimal:
    if not search or not text:
        return Decimal(0)
    return Decimal(text.find(search, max(1, whole(start)) - 1) + 1)


def _substitute(text: str, old: str, new: str) -> str:
    if not old or old not in text:
        return text
    if len(text) + text.count(old) * (len(new) - len(old)) > MAX_TEXT:
        raise Failure(TEXT_TOO_LONG)
    return text.replace(old, new)


def _padding(text: str, width: Decimal, pad: str) -> tuple[str, str]:
    length = whole(width)
    if length > MAX_TEXT:
        raise Failure(TEXT_TOO_LONG)
    if length <= 0 or not text:
        return "", ""
    missing = length - len(text)
    if missing <= 0 or not pad:
        return text[:length], ""
    return text, (pad * (missing // len(pad) + 1))[:missing]


def _pad_left(text: str, width: Decimal, pad: str = " ") -> str:
    kept, padding = _padding(text, width, pad)
    return padding + kept


def _pad_right(text: str, width: Decimal, pad: str = " ") -> str:
    kept, padding = _padding(text, width, pad)
    return kept + padding


def _is_turkic(locale: str) -> bool:
    return re.split(r"[_-]", locale.lower(), maxsplit=1)[0] in ("tr", "az")


def _upper(text: str, locale: str = "") -> str:
    return bounded((text.replace("i", "İ") if _is_turkic(locale) else text).upper())


def _lower(text: str, locale: str = "") -> str:
    if _is_turkic(locale):
        text = text.replace("İ", "i").replace("I", "ı")
    return bounded(text.lower())


def _capitalised(text: str) -> str:
    return bounded(re.sub(r"[^\W_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), text))


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


@lru_cache(maxsize=512)
def pattern(expression: str) -> Any:
    """Compile an RE2 expression; raises `Failure` if it is wrong."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        raise Failure(BAD_REGEX) from error


def _matches(text: str, expression: str) -> bool:
    return pattern(expression).fullmatch(text) is not None


def _like(text: str, expression: str) -> bool:
    parts = (".*" if c == "%" else "." if c == "_" else re2.escape(c) for c in expression)
    return pattern("(?s)" + "".join(parts)).fullmatch(text) is not None


_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d{1,6})\]|\[['\"]([^'\"]*)['\"]\]")


def _json_value(text: str, key: str) -> str | None:
    return _write_json(_member(_read_json(text), key))


def _json_path_value(text: str, path: str) -> str | None:
    found = _read_json(text)
    position = 1 if path.startswith("$") else 0
    while position < len(path) and found is not None:
        step = _STEP.match(path, position)
        if step is None:
            return None
        found = _member(found, int(step[2]) if step[2] else step[1] or step[3])
        position = step.end()
    return _write_json(found)


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str) if text else None
    except (ValueError, RecursionError):
        return None


def _member(found: Any, key: str | int) -> Any:
    if isinstance(found, dict):
        return found.get(str(key))
    if isinstance(found, list) and isinstance(key, int) and key < len(found):
        return found[key]
    return None


def _write_json(found: Any) -> str | None:
    if found is None or isinstance(found, str):
        return found
    return json.dumps(found, ensure_ascii=False)


_CENTS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def _format_currency(code: str, amount: Decimal) -> str:
    digits = _CENTS.get(code.upper(), 2)
    return f"{code} {rounded(amount, digits):,.{digits}f}".strip()


def _test(
    name: str, zh: str, en: str, compute: Callable[[str, str], bool], inline: str, *examples: Any
) -> Function:
    return declare(
        Category.TEXT,
        meaning(f"{name}(text: text, part: text) -> boolean", compute, inline=inline),
        zh=zh,
        en=en,
        examples=examples,
    )


TEXT: tuple[Function, ...] = (
    declare(
        Category.TEXT,
        meaning(
            "LEN(text: text) -> number",
            lambda text: Decimal(len(text)),
            inline="len({0})",
            yields_int=True,
        ),
        zh="文本的字符数；一个汉字算一个字符，空文本为 0。",
        en="The number of characters; 0 for blank text.",
        examples=(("LEN('北京abc')", "5"), ("LEN(NULL)", "0")),
    ),
    _test(
        "CONTAINS",
        "文本包含另一段文本时返回 TRUE，区分大小写。",
        "TRUE if the text contains the other, case-sensitively.",
        lambda text, part: part in text,
        "{1} in {0}",
        ("CONTAINS('华北集团', '集团')", "TRUE"),
    ),
    _test(
        "BEGINS",
        "文本以另一段文本开头时返回 TRUE。",
        "TRUE if the text begins with the other.",
        str.startswith,
        "{0}.startswith({1})",
        ("BEGINS('测试客户', '测试')", "TRUE"),
    ),
    _test(
        "ENDS",
        "文本以另一段文本结尾时返回 TRUE。",
        "TRUE if the text ends with the other.",
        str.endswith,
        "{0}.endswith({1})",
        ("ENDS('report.pdf', '.pdf')", "TRUE"),
    ),
    declare(
        Category.TEXT,
        meaning("LEFT(text: text, count: number) -> text", _left),
        zh="开头的若干个字符。",
        en="The first characters.",
        examples=(("LEFT('abcdef', 2)", "'ab'"), ("LEFT('abc', 0)", "''")),
    ),
    declare(
        Category.TEXT,
        meaning("RIGHT(text: text, count: number) -> text", _right),
        zh="结尾的若干个字符。",
        en="The last characters.",
        examples=(("RIGHT('abcdef', 2)", "'ef'"),),
    ),
    declare(
        Category.TEXT,
        meaning("MID(text: text, start: number, count: number) -> text", _middle),
        zh="从某个位置（从 1 数起）开始的若干个字符。",
        en="So many characters from a position, counted from 1.",
        examples=(("MID('abcdef', 2, 3)", "'bcd'"), ("MID('abc', 0, 2)", "'ab'")),
    ),
    declare(
        Category.TEXT,
        meaning("SUBSTR(text: text, start: number, count?: number) -> text", _substring),
        zh="从某个位置开始的文本；负数从末尾数起。",
        en="The text from a position on; negative positions count from the end.",
        examples=(("SUBSTR('123456', -4, 2)", "'34'"), ("SUBSTR('123456', 4)", "'456'")),
    ),
    declare(
        Category.TEXT,
        meaning("FIND(search: text, text: text, start?: number) -> number", _find),
        zh="一段文本在另一段文本中的位置，从 1 数起，没有则为 0。",
        en="Where the text contains the searched one, counted from 1; 0 if nowhere.",
        examples=(("FIND('c', 'abcabc')", "3"), ("FIND('c', 'abcabc', 4)", "6")),
    ),
    declare(
        Category.TEXT,
        meaning("SUBSTITUTE(text: text, old: text, new: text) -> text", _substitute),
        zh="把文本中的某一段全部替换为另一段。",
        en="Replaces every occurrence of one text by another.",
        examples=(("SUBSTITUTE('a-b-c', '-', '')", "'abc'"),),
    ),
    declare(
        Category.TEXT,
        meaning("TRIM(text: text) -> text", lambda text: text.strip(" "), inline="{0}.strip(' ')"),
        zh="去掉首尾空格。",
        en="Removes spaces at both ends.",
        examples=(("TRIM('  a b ')", "'a b'"),),
    ),
    declare(
        Category.TEXT,
        meaning("UPPER(text: text, locale?: text) -> text", _upper),
        zh="转换为大写。",
        en="In upper case.",
        examples=(("UPPER('abc')", "'ABC'"),),
    ),
    declare(
        Category.TEXT,
        meaning("LOWER(text: text, locale?: text) -> text", _lower),
        zh="转换为小写。",
        en="In lower case.",
        examples=(("LOWER('ABC')", "'abc'"),),
    ),
    declare(
        Category.TEXT,
        meaning("INITCAP(text: text) -> text", _capitalised),
        zh="每个单词首字母大写。",
        en="Each word with a capital initial.",
        examples=(("INITCAP('mr. smith')", "'Mr. Smith'"),),
    ),
    declare(
        Category.TEXT,
        meaning("REVERSE(text: text) -> text", lambda text: text[::-1], inline="{0}[::-1]"),
        zh="颠倒字符顺序。",
        en="The characters in reverse order.",
        examples=(("REVERSE('abc')", "'cba'"),),
    ),
    declare(
        Category.TEXT,
        meaning("LPAD(text: text, width: number, pad?: text) -> text", _pad_left),
        zh="在左边补足到指定长度；过长则截断。",
        en="Pads on the left to a width; longer text is cut.",
        examples=(("LPAD('7', 3, '0')", "'007'"), ("LPAD('string', 2)", "'st'")),
    ),
    declare(
        Category.TEXT,
        meaning("RPAD(text: text, width: number, pad?: text) -> text", _pad_right),
        zh="在右边补足到指定长度；过长则截断。",
        en="Pads on the right to a width; longer text is cut.",
        examples=(("RPAD('ab', 5, 'xy')", "'abxyx'"),),
    ),
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
        meaning("REGEX(text: text, pattern: text) -> boolean", _matches, verify=pattern),
        zh="整个文本符合正则表达式（RE2 语法）时返回 TRUE。",
        en="TRUE if the whole text matches the regular expression (RE2 syntax).",
        examples=(("REGEX('867-5309', '[0-9]{3}-[0-9]{4}')", "TRUE"),),
    ),
    declare(
        Category.TEXT,
        meaning("LIKE(text: text, pattern: text) -> boolean", _like),
        zh="文本符合通配模式时返回 TRUE：% 为任意多个字符，_ 为一个字符。",
        en="TRUE if the text matches a pattern where % is any characters and _ is one.",
        examples=(("LIKE('abcdef', 'a%e_')", "TRUE"),),
    ),
    declare(
        Category.TEXT,
        meaning("JSONVALUE(text: text, key: text) -> text", _json_value),
        zh="JSON 对象中一个键的值。",
        en="The value of a key of a JSON object.",
        examples=(("""JSONVALUE('{"a": 5}', 'a')""", "'5'"),),
    ),
    declare(
        Category.TEXT,
        meaning("JSONPATHVALUE(text: text, path: text) -> text", _json_path_value),
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
    declare(
        Category.TEXT,
        meaning("BR() -> text", lambda: "\n"),
        zh="换行。",
        en="A line break.",
        examples=(("LEN(BR())", "1"),),
    ),
    declare(
        Category.TEXT,
        meaning(
            "INCLUDES(field: multipicklist, value: choice) -> boolean",
            lambda value, choice: choice in value.split(";"),
        ),
        zh="多选字段选中了给出的值时返回 TRUE。",
        en="TRUE if the value is among those selected.",
    ),
    declare(
        Category.TEXT,
        meaning(
            "PICKLISTCOUNT(field: multipicklist) -> number",
            lambda value: Decimal(len(value.split(";")) if value else 0),
        ),
        zh="多选字段选中的个数。",
        en="How many values are selected.",
    ),
)
