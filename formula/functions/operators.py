"""The operators, as functions named by their sign. `&&`, `||` and `!` are AND, OR and NOT.

Text is null-safe by the passing rule (null is ""); any other null operand makes the result null.
"""

from __future__ import annotations

import operator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from formula.arithmetic import CONTEXT, divide, power
from formula.evaluation import OUT_OF_RANGE, TEXT_TOO_LONG, Failure
from formula.function import Category, Function, Overload, declare, meaning
from formula.limits import MAX_TEXT

DAY_MILLISECONDS = 86_400_000
_DAY_MICROSECONDS = Decimal(86_400_000_000)
_DAY_SECONDS = Decimal(86_400)
_LONGEST = Decimal(4_000_000)


def join(left: str, right: str) -> str:
    """Join two texts."""
    if len(left) + len(right) > MAX_TEXT:
        raise Failure(TEXT_TOO_LONG)
    return left + right


def add_days(day: date, count: Decimal) -> date:
    """Add whole days; a fraction is cut off."""
    if abs(count) > _LONGEST:
        raise Failure(OUT_OF_RANGE)
    try:
        return day + timedelta(int(count))
    except OverflowError as error:
        raise Failure(OUT_OF_RANGE) from error


def subtract_days(day: date, count: Decimal) -> date:
    """Subtract whole days; a fraction is cut off."""
    return add_days(day, -count)


def move(moment: datetime, days: Decimal) -> datetime:
    """Add days with a fraction, rounded half up to the second."""
    if abs(days) > _LONGEST:
        raise Failure(OUT_OF_RANGE)
    seconds = CONTEXT.multiply(days, _DAY_SECONDS).to_integral_value(ROUND_HALF_UP)
    try:
        return moment + timedelta(seconds=int(seconds))
    except OverflowError as error:
        raise Failure(OUT_OF_RANGE) from error


def move_back(moment: datetime, days: Decimal) -> datetime:
    """Subtract days with a fraction, rounded half up to the second."""
    return move(moment, -days)


def days_between(later: datetime, earlier: datetime) -> Decimal:
    """Return the days between two moments, with their fraction."""
    gap = later - earlier
    microseconds = (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds
    return CONTEXT.divide(Decimal(microseconds), _DAY_MICROSECONDS)


def milliseconds_of(clock: time) -> int:
    """Return the milliseconds since midnight."""
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1000 + clock.microsecond // 1000


def time_at(milliseconds: int) -> time:
    """Return the time so many milliseconds after midnight, wrapping around."""
    seconds, millis = divmod(milliseconds % DAY_MILLISECONDS, 1000)
    minutes, second = divmod(seconds, 60)
    return time(minutes // 60, minutes % 60, second, millis * 1000)


def turn(clock: time, milliseconds: Decimal) -> time:
    """Turn the clock forward."""
    return time_at(milliseconds_of(clock) + int(milliseconds))


def turn_back(clock: time, milliseconds: Decimal) -> time:
    """Turn the clock back."""
    return time_at(milliseconds_of(clock) - int(milliseconds))


def time_between(later: time, earlier: time) -> Decimal:
    """Return the milliseconds from one time to the next, never negative."""
    return Decimal((milliseconds_of(later) - milliseconds_of(earlier)) % DAY_MILLISECONDS)


ADD = declare(
    Category.OPERATOR,
    meaning("+(left: number, right: number) -> number", CONTEXT.add, key="add"),
    meaning("+(left: text, right: text) -> text", join, key="join"),
    meaning("+(date: date, days: number) -> date", add_days, key="add_date_days"),
    meaning(
        "+(days: number, date: date) -> date", lambda n, d: add_days(d, n), key="add_days_date"
    ),
    meaning("+(moment: datetime, days: number) -> datetime", move, key="add_datetime_days"),
    meaning(
        "+(days: number, moment: datetime) -> datetime",
        lambda n, d: move(d, n),
        key="add_days_datetime",
    ),
    meaning("+(time: time, milliseconds: number) -> time", turn, key="add_time_milliseconds"),
    meaning(
        "+(milliseconds: number, time: time) -> time",
        lambda n, t: turn(t, n),
        key="add_milliseconds_time",
    ),
    meaning("+(number: number) -> number", operator.pos, key="positive", inline="{0}"),
    zh="相加；日期加数字为若干天以后，文本相连。",
    en="Adds; a date plus a number is so many days later, texts are joined.",
    examples=(("1 + 2", "3"), ("DATE(2024,2,28) + 2", "DATE(2024,3,1)"), ("'a' + NULL", "'a'")),
)

SUBTRACT = declare(
    Category.OPERATOR,
    meaning("-(left: number, right: number) -> number", CONTEXT.subtract, key="subtract"),
    meaning("-(date: date, days: number) -> date", subtract_days, key="subtract_date_days"),
    meaning(
        "-(later: date, earlier: date) -> number",
        lambda later, earlier: Decimal((later - earlier).days),
        key="subtract_dates",
        inline="({0} - {1}).days",
        yields_int=True,
    ),
    meaning(
        "-(moment: datetime, days: number) -> datetime",
        move_back,
        key="subtract_datetime_days",
    ),
    meaning(
        "-(later: datetime, earlier: datetime) -> number", days_between, key="subtract_datetimes"
    ),
    meaning(
        "-(time: time, milliseconds: number) -> time",
        turn_back,
        key="subtract_time_milliseconds",
    ),
    meaning("-(later: time, earlier: time) -> number", time_between, key="subtract_times"),
    meaning("-(number: number) -> number", operator.neg, key="negate", inline="-{0}"),
    zh="相减；日期相减得到天数。",
    en="Subtracts; the difference of two dates is in days.",
    examples=(("5 - 7", "-2"), ("DATE(2024,3,1) - DATE(2024,2,1)", "29"), ("-2 ^ 2", "4")),
)

MULTIPLY = declare(
    Category.OPERATOR,
    meaning("*(left: number, right: number) -> number", CONTEXT.multiply, key="multiply"),
    zh="相乘。",
    en="Multiplies.",
    examples=(("6 * 0.5", "3"),),
)

DIVIDE = declare(
    Category.OPERATOR,
    meaning("/(left: number, right: number) -> number", divide, key="divide"),
    zh="相除；除数为零时结果为空。",
    en="Divides; division by zero gives null.",
    examples=(("1 / 8", "0.125"), ("ISBLANK(1 / 0)", "TRUE")),
)

POWER = declare(
    Category.OPERATOR,
    meaning("^(base: number, exponent: number) -> number", power, key="power"),
    zh="乘方；先于乘除计算，从右向左结合。",
    en="Raises to a power; computed before * and /, from right to left.",
    examples=(("2 * 3 ^ 2", "18"), ("2 ^ 3 ^ 2", "512")),
)

CONCATENATE = declare(
    Category.OPERATOR,
    meaning("&(left: text, right: text) -> text", join, key="join"),
    zh="连接两段文本。",
    en="Joins two texts.",
    examples=(("'a' & 'b'", "'ab'"),),
)

EQUAL = declare(
    Category.OPERATOR,
    meaning("=(left: key, right: key) -> boolean", operator.eq, key="equal"),
    zh="相等；文本为空与空字符串相等，其他类型只要有一边为空结果就是空。",
    en='Equal; blank text equals "", for other types a null on either side gives null.',
    examples=(("1 = 1.0", "TRUE"), ("NULL = ''", "TRUE")),
)

UNEQUAL = declare(
    Category.OPERATOR,
    meaning("<>(left: key, right: key) -> boolean", operator.ne, key="unequal"),
    zh="不相等。",
    en="Not equal.",
    examples=(("'a' <> 'b'", "TRUE"),),
)


def _before(left: str, right: str) -> bool | None:
    return left < right if left and right else None


def _not_after(left: str, right: str) -> bool | None:
    return left <= right if left and right else None


def _orderings(sign: str, key: str, compare: object, compare_text: object) -> tuple[Overload, ...]:
    assert callable(compare)
    assert callable(compare_text)
    return (
        *(
            meaning(f"{sign}(left: {kind}, right: {kind}) -> boolean", compare, key=key)
            for kind in ("number", "date", "datetime", "time")
        ),
        meaning(
            f"{sign}(left: text, right: text) -> boolean",
            compare_text,
            key=key + "_text",
            is_total=False,
        ),
    )


LESS = declare(
    Category.OPERATOR,
    *_orderings("<", "less", operator.lt, _before),
    zh="小于。",
    en="Less than.",
    examples=(("1 < 2", "TRUE"), ("'B' < 'a'", "TRUE")),
)
LESS_EQUAL = declare(
    Category.OPERATOR,
    *_orderings("<=", "less_equal", operator.le, _not_after),
    zh="小于或等于。",
    en="Less than or equal.",
    examples=(("2 <= 2", "TRUE"),),
)
GREATER = declare(
    Category.OPERATOR,
    *_orderings(">", "greater", operator.gt, lambda left, right: _before(right, left)),
    zh="大于。",
    en="Greater than.",
    examples=(("DATE(2024,1,2) > DATE(2024,1,1)", "TRUE"),),
)
GREATER_EQUAL = declare(
    Category.OPERATOR,
    *_orderings(">=", "greater_equal", operator.ge, lambda left, right: _not_after(right, left)),
    zh="大于或等于。",
    en="Greater than or equal.",
    examples=(("2 >= 3", "FALSE"),),
)

OPERATORS: tuple[Function, ...] = (
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    POWER,
    CONCATENATE,
    EQUAL,
    UNEQUAL,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
)
