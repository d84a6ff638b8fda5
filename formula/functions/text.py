"""Text. Blank text arrives as "" and "" is blank again; positions count from 1, in code points."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import groupby
from typing import Any

from formula.arithmetic import whole
from formula.evaluation import TEXT_TOO_LONG, Failure
from formula.function import Category, Function, declare, meaning
from formula.limits import MAX_TEXT
from formula.meter import spend

_SHORT = 256
"""Characters that cost nothing worth counting."""


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
    _spend(text, 1)
    return bounded((text.replace("i", "İ") if _is_turkic(locale) else text).upper())


def _lower(text: str, locale: str = "") -> str:
    _spend(text, 1)
    if _is_turkic(locale):
        text = text.replace("İ", "i").replace("I", "ı")
    return bounded(text.lower())


def _spend(text: str, each: int) -> None:
    if len(text) > _SHORT:
        spend(len(text) * each)


def _capitalised(text: str) -> str:
    _spend(text, 20)
    return bounded(re.sub(r"[^\W_]+", lambda found: _capital(found[0]), text))


def _capital(word: str) -> str:
    """Write a word with a capital; numerals other than digits, as in 1¾, stand between words."""
    if not word.isascii() and not all(map(_is_of_word, word)):
        parts = ("".join(part) for _is_word, part in groupby(word, _is_of_word))
        return "".join(_capital(part) if _is_of_word(part[0]) else part for part in parts)
    return word[:1].upper() + word[1:].lower()


def _is_of_word(character: str) -> bool:
    return character.isalpha() or character.isdecimal()


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
        meaning("UPPER(text: text, locale?: text) -> text", _upper, spends=True),
        zh="转换为大写。",
        en="In upper case.",
        examples=(("UPPER('abc')", "'ABC'"),),
    ),
    declare(
        Category.TEXT,
        meaning("LOWER(text: text, locale?: text) -> text", _lower, spends=True),
        zh="转换为小写。",
        en="In lower case.",
        examples=(("LOWER('ABC')", "'abc'"),),
    ),
    declare(
        Category.TEXT,
        meaning("INITCAP(text: text) -> text", _capitalised, spends=True),
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
