"""Functions Chinese vendors have: working days, amounts in words, checks of phones and IDs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from formula.arithmetic import rounded, whole
from formula.evaluation import OUT_OF_RANGE, Failure
from formula.function import Category, Function, Passing, declare, meaning

_MOST_WORKDAYS = 100_000
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿", "亿亿")
_LARGEST = Decimal(10) ** 20
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d{9}", re.ASCII)
_IDENTITY = re.compile(r"\d{17}[\dXx]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _days_off(holidays: tuple[date | None, ...]) -> frozenset[date]:
    return frozenset(day for day in holidays if day is not None and day.isoweekday() < 6)


def _next_workday(day: date, count: int, off: frozenset[date]) -> date:
    step = timedelta(1 if count > 0 else -1)
    weeks, left = divmod(abs(count), 5) if not off else (0, abs(count))
    day += step * 7 * weeks
    while left:
        day += step
        if day.isoweekday() < 6 and day not in off:
            left -= 1
    while day.isoweekday() > 5:
        day -= step
    return day


def _workday(start: date | None, count: Decimal | None, *holidays: date | None) -> date | None:
    if start is None or count is None:
        return None
    if abs(count) > _MOST_WORKDAYS:
        raise Failure(OUT_OF_RANGE)
    try:
        if not whole(count):
            return start
        return _next_workday(start, whole(count), _days_off(holidays))
    except OverflowError as error:
        raise Failure(OUT_OF_RANGE) from error


def _workdays(start: date | None, end: date | None, *holidays: date | None) -> Decimal | None:
    if start is None or end is None:
        return None
    sign = 1 if start <= end else -1
    first, last = min(start, end), max(start, end)
    weeks, rest = divmod((last - first).days + 1, 7)
    extra = sum((first.isoweekday() - 1 + i) % 7 < 5 for i in range(rest))
    off = sum(first <= day <= last for day in _days_off(holidays))
    return Decimal(sign * (weeks * 5 + extra - off))


def _group_in_words(group: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text


def _whole_in_words(value: int) -> str:
    groups = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    text, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group_in_words(group) + _GROUPS[place]
        gap = False
    return text


def amount_in_words(amount: Decimal) -> str:
    """Write an amount of yuan in capital Chinese numerals."""
    value = rounded(amount, 2)
    if abs(value) >= _LARGEST:
        raise Failure(OUT_OF_RANGE)
    cents = int(abs(value) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = _whole_in_words(yuan) + "元" if yuan else ""
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif fen and yuan:
        text += "零"
    if fen:
        text += _DIGITS[fen] + "分"
    else:
        text = (text or "零元") + "整"
    return ("负" if value < 0 else "") + text


def _is_identity(text: str) -> bool:
    if not _IDENTITY.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17].upper()


BUSINESS: tuple[Function, ...] = (
    declare(
        Category.BUSINESS,
        meaning(
            "WORKDAY(start: date, days: number, [holiday: date]*) -> date",
            _workday,
            passing=Passing.OPEN,
            is_total=False,
        ),
        zh="若干个工作日之后（或之前）的日期；周六、周日和列出的假日不算。",
        en="The date so many working days later (or earlier); Saturdays, Sundays and the "
        "holidays given do not count.",
        examples=(
            ("WORKDAY(DATE(2024, 3, 1), 1)", "DATE(2024, 3, 4)"),
            ("WORKDAY(DATE(2024, 3, 1), 1, DATE(2024, 3, 4))", "DATE(2024, 3, 5)"),
        ),
    ),
    declare(
        Category.BUSINESS,
        meaning(
            "WORKDAYS(start: date, end: date, [holiday: date]*) -> number",
            _workdays,
            passing=Passing.OPEN,
            is_total=False,
        ),
        zh="两个日期之间（含两端）的工作日数。",
        en="The number of working days from one date to another, both included.",
        examples=(("WORKDAYS(DATE(2024, 3, 1), DATE(2024, 3, 8))", "6"),),
    ),
    declare(
        Category.BUSINESS,
        meaning("NUMBERSTRINGRMB(amount: number) -> text", amount_in_words),
        zh="人民币大写金额。",
        en="An amount of yuan in capital Chinese numerals.",
        examples=(
            ("NUMBERSTRINGRMB(10050.3)", "'壹万零伍拾元叁角整'"),
            ("NUMBERSTRINGRMB(0)", "'零元整'"),
        ),
    ),
    declare(
        Category.BUSINESS,
        meaning(
            "ISMOBILE(text: text) -> boolean",
            lambda text: _MOBILE.fullmatch(text.strip()) is not None,
        ),
        zh="文本是中国大陆手机号时返回 TRUE。",
        en="TRUE if the text is a mobile number of mainland China.",
        examples=(("ISMOBILE('13800138000')", "TRUE"), ("ISMOBILE('1380013800')", "FALSE")),
    ),
    declare(
        Category.BUSINESS,
        meaning("ISIDNUMBER(text: text) -> boolean", _is_identity),
        zh="文本是有效的 18 位居民身份证号（含校验码）时返回 TRUE。",
        en="TRUE if the text is a valid 18-digit resident ID number, check digit included.",
        examples=(
            ("ISIDNUMBER('11010519491231002X')", "TRUE"),
            ("ISIDNUMBER('110105194912310021')", "FALSE"),
        ),
    ),
    declare(
        Category.BUSINESS,
        meaning(
            "EQUALS(left: text, right: text) -> boolean",
            lambda left, right: left == right,
            inline="{0} == {1}",
        ),
        zh="两段文本相同时返回 TRUE。",
        en="TRUE if two texts are the same.",
        examples=(("EQUALS('a', 'a')", "TRUE"),),
    ),
    declare(
        Category.BUSINESS,
        meaning(
            "STARTWITH(text: text, part: text) -> boolean",
            str.startswith,
            inline="{0}.startswith({1})",
        ),
        zh="文本以另一段文本开头时返回 TRUE。",
        en="TRUE if the text starts with the other.",
        examples=(("STARTWITH('测试客户', '测试')", "TRUE"),),
    ),
    declare(
        Category.BUSINESS,
        meaning(
            "ENDWITH(text: text, part: text) -> boolean",
            str.endswith,
            inline="{0}.endswith({1})",
        ),
        zh="文本以另一段文本结尾时返回 TRUE。",
        en="TRUE if the text ends with the other.",
        examples=(("ENDWITH('测试客户', '客户')", "TRUE"),),
    ),
)
