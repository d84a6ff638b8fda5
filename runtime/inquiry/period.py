"""Names for stretches of days: `TODAY`, `LAST_N_DAYS:30`, `THIS_FISCAL_QUARTER`.

Weeks begin on Monday and fiscal years on the first of January, as Chinese law has it. A period is
a half-open range of days, seen from the caller's today.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

Period = tuple[date, date]
"""The first day, and the first day after."""
MOST = 9_999
_WORD = re.compile(
    r"(?P<name>TODAY|YESTERDAY|TOMORROW)"
    r"|(?P<fixed>LAST|NEXT)_90_DAYS"
    r"|(?P<turn>LAST|THIS|NEXT)_(?:FISCAL_)?(?P<unit>WEEK|MONTH|QUARTER|YEAR)"
    r"|(?P<many>LAST|NEXT)_N_(?:FISCAL_)?(?P<units>DAY|WEEK|MONTH|QUARTER|YEAR)S:(?P<count>\d{1,4})"
    r"|N_(?:FISCAL_)?(?P<ago>DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO:(?P<back>\d{1,4})",
    re.IGNORECASE,
)


def is_period(word: str) -> bool:
    """Tell whether a word names a period."""
    return _WORD.fullmatch(word) is not None


def period_of(word: str, today: date) -> Period:
    """Return the days a word means; raises `OverflowError` or `ValueError` beyond the calendar."""
    match = _WORD.fullmatch(word.upper())
    if match is None:
        raise ValueError(word)
    if match["name"]:
        offset = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}[match["name"]]
        return _days(today, offset, offset + 1)
    if match["fixed"]:
        return _days(today, -90, 1) if match["fixed"] == "LAST" else _days(today, 1, 91)
    if match["turn"]:
        turn = {"LAST": -1, "THIS": 0, "NEXT": 1}[match["turn"]]
        return _of_unit(match["unit"], today, turn, turn + 1)
    if match["ago"]:
        back = int(match["back"])
        return _of_unit(match["ago"], today, -back, 1 - back)
    count, unit = int(match["count"]), match["units"]
    if match["many"] == "NEXT":
        return _of_unit(unit, today, 1, count + 1)
    # The last days reach to the end of today; weeks, months … are whole ones before this.
    return _of_unit(unit, today, -count, 1 if unit == "DAY" else 0)


def _of_unit(unit: str, today: date, first: int, end: int) -> Period:
    return _UNITS[unit](today, first, end)


def _days(today: date, first: int, end: int) -> Period:
    return today + timedelta(days=first), today + timedelta(days=end)


def _weeks(today: date, first: int, end: int) -> Period:
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=first), monday + timedelta(weeks=end)


def _months(today: date, first: int, end: int) -> Period:
    return _month(today.year, today.month, first), _month(today.year, today.month, end)


def _quarters(today: date, first: int, end: int) -> Period:
    start = (today.month - 1) // 3 * 3 + 1
    return _month(today.year, start, first * 3), _month(today.year, start, end * 3)


def _years(today: date, first: int, end: int) -> Period:
    return date(today.year + first, 1, 1), date(today.year + end, 1, 1)


def _month(year: int, month: int, offset: int) -> date:
    years, index = divmod(month - 1 + offset, 12)
    return date(year + years, index + 1, 1)


_UNITS: dict[str, Callable[[date, int, int], Period]] = {
    "DAY": _days,
    "WEEK": _weeks,
    "MONTH": _months,
    "QUARTER": _quarters,
    "YEAR": _years,
}
