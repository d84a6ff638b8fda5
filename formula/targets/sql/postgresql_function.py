"""PostgreSQL expressions, one a meaning of the language.

Arguments arrive evaluated: text is '' where it was null, anything else may be null and makes the
result null, as the operators of SQL do by themselves. What is missing here is not in SQL on
PostgreSQL: REGEX (another syntax), JSON paths, markup, working days, amounts in words, places.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from formula.limits import MAX_EXPONENT, MAX_POWER, MAX_TEXT
from formula.targets.sql.value import Expression

N, T, D = sa.Numeric(), sa.Text(), sa.Date()
M = sa.DateTime(timezone=True)
I = sa.Interval()  # noqa: E741 -- the unit's own letter, like the others
f: Any = sa.func
DIVISION_DIGITS = 40
SETTLED_DIGITS = 30
DAY_SECONDS = 86_400
MOST_DAYS = 3_652_058
MOST_MONTHS = 120_000


@dataclass(frozen=True, slots=True)
class Native:
    """An expression, and where it failed."""

    expression: Expression
    fails: Expression | None = None


def _sql(text: str, kind: Any = N) -> Expression:
    return sa.literal_column(text, kind)


def _plain(build: Callable[..., Expression]) -> Callable[..., Native]:
    return lambda *arguments: Native(build(*arguments))


def _guarded(valid: Expression, expression: Expression) -> Native:
    """Compute only where it is valid; not valid (as opposed to null) is a failure."""
    return Native(
        sa.case((valid, expression)), f.coalesce(sa.not_(valid), sa.false(), type_=sa.Boolean())
    )


def _whole(number: Expression) -> Expression:
    return sa.cast(f.trunc(number), sa.BigInteger())


def _count(number: Expression) -> Expression:
    """Return a number of characters or places, bounded so that the cast cannot overflow."""
    return sa.cast(f.trunc(f.least(f.greatest(number, -1_000_000), 1_000_000)), sa.Integer())


def _settled(number: Expression) -> Expression:
    """Drop the noise of inexact digits before a value becomes whole."""
    return f.round(number, SETTLED_DIGITS, type_=N)


# -- numbers -----------------------------------------------------------------------------------


def _divide(left: Expression, right: Expression) -> Native:
    quotient = f.round(left, DIVISION_DIGITS, type_=N) / f.nullif(right, 0, type_=N)
    return Native(quotient, sa.and_(left.is_not(None), _is_zero(right)))


def _mod(left: Expression, right: Expression) -> Native:
    rest = f.mod(left, f.nullif(right, 0, type_=N), type_=N)
    return Native(rest, sa.and_(left.is_not(None), _is_zero(right)))


def _is_zero(number: Expression) -> Expression:
    return f.coalesce(number == 0, sa.false(), type_=sa.Boolean())


def _power(base: Expression, exponent: Expression) -> Native:
    size = f.ln(f.abs(f.nullif(base, 0, type_=N)), type_=N) / _sql("2.302585093") * exponent
    fits = sa.and_(
        sa.or_(base == 0, size <= MAX_POWER),
        sa.or_(base != 0, exponent >= 0),
        sa.or_(base >= 0, exponent == f.trunc(exponent)),
    )
    computed = sa.case(
        (exponent == 0, _sql("1")),
        (base == 0, _sql("0")),
        (size < -39, _sql("0")),
        else_=f.power(f.round(base, DIVISION_DIGITS, type_=N), exponent, type_=N),
    )
    return _guarded(fits, computed)


def _digits(number: Expression) -> Expression:
    return sa.cast(f.trunc(f.least(f.greatest(number, -MAX_EXPONENT), MAX_EXPONENT)), sa.Integer())


def _away(number: Expression) -> Expression:
    return f.sign(number, type_=N) * f.ceil(f.abs(_settled(number)), type_=N)


def _extreme(function: str) -> Callable[..., Native]:
    def build(*numbers: Expression) -> Native:
        chosen = getattr(f, function)(*numbers, type_=N)
        return Native(sa.case((f.num_nulls(*numbers) == 0, chosen)))

    return build


def _double(
    function: str, lowest: str | None = None, highest: str | None = None
) -> Callable[..., Native]:
    """Go through doubles; text keeps all of a double's digits, a direct cast only fifteen."""

    def build(*numbers: Expression) -> Native:
        given = [sa.cast(number, sa.Double()) for number in numbers]
        answer = sa.cast(sa.cast(getattr(f, function)(*given), T), N)
        tests = []
        if lowest is not None:
            tests.append(numbers[0] >= _sql(lowest))
        if highest is not None:
            tests.append(numbers[0] <= _sql(highest))
        return _guarded(sa.and_(*tests), answer) if tests else Native(answer)

    return build


def _logarithm(function: str) -> Callable[..., Native]:
    def build(number: Expression) -> Native:
        answer = sa.cast(sa.cast(getattr(f, function)(sa.cast(number, sa.Double())), T), N)
        return _guarded(number > 0, answer)

    return build


def _sqrt(number: Expression) -> Native:
    return _guarded(number >= 0, f.sqrt(f.round(number, DIVISION_DIGITS, type_=N), type_=N))


# -- text --------------------------------------------------------------------------------------


def _upper(text: Expression, *_locale: Expression) -> Expression:
    return f.upper(sa.collate(text, "und-x-icu"), type_=T)


def _lower(text: Expression, *_locale: Expression) -> Expression:
    return f.lower(sa.collate(text, "und-x-icu"), type_=T)


def _find(search: Expression, text: Expression, start: Expression | None = None) -> Expression:
    if start is None:
        place = f.strpos(text, search)
        return sa.cast(sa.case((search == "", 0), else_=place), N)
    first = f.greatest(_count(start), 1)
    place = f.strpos(f.substr(text, first), search)
    found = sa.case((sa.or_(search == "", place == 0), 0), else_=place + first - 1)
    return sa.case((start.is_not(None), sa.cast(found, N)))


def _middle(text: Expression, start: Expression, count: Expression) -> Expression:
    length = f.greatest(_count(count), 0)
    cut = f.substr(text, f.greatest(_count(start), 1), length, type_=T)
    return sa.case((sa.and_(start.is_not(None), count.is_not(None)), cut))


def _sided(function: str) -> Callable[..., Native]:
    def build(text: Expression, count: Expression) -> Native:
        cut = getattr(f, function)(text, f.greatest(_count(count), 0), type_=T)
        return Native(sa.case((count.is_not(None), cut)))

    return build


def _padded(function: str) -> Callable[..., Native]:
    def build(text: Expression, width: Expression, pad: Expression | None = None) -> Native:
        length = _count(width)
        filled = getattr(f, function)(text, f.greatest(length, 0), *([] if pad is None else [pad]))
        shown = sa.case((text == "", sa.literal("", T)), else_=filled)
        return _guarded(width <= MAX_TEXT, shown)

    return build


_NUMERAL = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"


def _is_number(text: Expression) -> Expression:
    return sa.and_(text.regexp_match(_NUMERAL), f.char_length(text) <= 200)


def _value(text: Expression) -> Native:
    valid = _is_number(text)
    fails = sa.and_(text != "", sa.not_(valid))
    return Native(sa.case((valid, sa.cast(text, N))), fails)


# -- dates -------------------------------------------------------------------------------------


def _in_calendar(days: Expression) -> Expression:
    """Tell whether so many days after 0001-01-01 is a date of the language."""
    return sa.and_(days >= 0, days <= MOST_DAYS)


def _add_days(day: Expression, count: Expression) -> Native:
    target = (day - _sql("DATE '0001-01-01'", D)) + f.trunc(count, type_=N)
    return _guarded(_in_calendar(target), sa.type_coerce(day, sa.Integer()) + _count_days(count))


def _count_days(count: Expression) -> Expression:
    return sa.cast(f.trunc(f.least(f.greatest(count, -4_000_000), 4_000_000)), sa.Integer())


def _move(moment: Expression, days: Expression) -> Native:
    seconds = f.round(f.least(f.greatest(days, -4_000_000), 4_000_000) * DAY_SECONDS, 0, type_=N)
    target = _epoch(moment) + seconds
    valid = sa.and_(target >= -62_135_596_800, target < 253_402_300_800)
    moved = sa.type_coerce(moment, M) + sa.cast(seconds, T).op("||")(" seconds").cast(sa.Interval())
    return _guarded(valid, moved)


def _epoch(moment: Expression) -> Expression:
    return sa.cast(sa.extract("epoch", moment), N)


def _between_moments(later: Expression, earlier: Expression) -> Expression:
    return f.round(_epoch(later) - _epoch(earlier), DIVISION_DIGITS, type_=N) / DAY_SECONDS


def _milliseconds(clock: Expression) -> Expression:
    return f.trunc(_epoch(clock) * 1000, type_=N)


def _turn(sign: int) -> Callable[[Expression, Expression], Expression]:
    def build(clock: Expression, milliseconds: Expression) -> Expression:
        total = f.mod(_milliseconds(clock) + sign * f.trunc(milliseconds), 86_400_000, type_=N)
        wrapped = f.mod(total + 86_400_000, 86_400_000, type_=N)
        return _sql("TIME '00:00'", sa.Time()) + (
            sa.cast(wrapped, T).op("||")(" milliseconds").cast(sa.Interval())
        )

    return build


def _time_between(later: Expression, earlier: Expression) -> Expression:
    gap = _milliseconds(later) - _milliseconds(earlier)
    return f.mod(gap + 86_400_000, 86_400_000, type_=N)


def _date(year: Expression, month: Expression, day: Expression) -> Native:
    y, m, d = (_count(part) for part in (year, month, day))
    possible = sa.and_(y >= 1, y <= 9999, m >= 1, m <= 12, d >= 1, d <= 31)
    last = sa.case(
        (m == 2, sa.case((_leap(y), 29), else_=28)), (m.in_([4, 6, 9, 11]), 30), else_=31
    )
    return _guarded(sa.and_(possible, d <= last), f.make_date(y, m, d, type_=D))


def _leap(year: Expression) -> Expression:
    return sa.and_(year % 4 == 0, sa.or_(year % 100 != 0, year % 400 == 0))


def _part(text: Expression, separator: str, index: int) -> Expression:
    return sa.cast(f.nullif(f.btrim(f.split_part(text, separator, index)), ""), N)


_DATE_SHAPE = r"^\d{4}-\d{1,2}-\d{1,2}\s*$"
_CLOCK = r"\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,3})?\s*$"


def _datevalue_text(text: Expression) -> Native:
    shaped = text.regexp_match(_DATE_SHAPE)
    safe = sa.case((shaped, text))
    built = _date(*(_part(safe, "-", index) for index in (1, 2, 3)))
    return Native(built.expression, sa.and_(text != "", built.expression.is_(None)))


def _clock_parts(text: Expression) -> tuple[Expression, Expression, Expression]:
    hour, minute, second = (_part(text, ":", index) for index in (1, 2, 3))
    return hour, minute, second


def _clock_valid(text: Expression) -> Expression:
    hour, minute, second = _clock_parts(text)
    return sa.and_(hour < 24, minute < 60, second < 60)


def _seconds(text: Expression) -> Expression:
    hour, minute, second = _clock_parts(text)
    return hour * 3600 + minute * 60 + second


def _seconds_interval(seconds: Expression) -> Expression:
    return sa.cast(seconds, T).op("||")(" seconds").cast(sa.Interval())


def _datetimevalue_text(text: Expression) -> Native:
    shaped = text.regexp_match(_DATE_SHAPE[:-4] + " " + _CLOCK)
    safe = sa.case((shaped, f.btrim(text)))
    day = _date(*(_part(f.split_part(safe, " ", 1), "-", index) for index in (1, 2, 3)))
    clock = f.split_part(safe, " ", 2)
    moment = f.timezone(
        "UTC", sa.cast(day.expression, sa.DateTime()) + _seconds_interval(_seconds(clock))
    )
    valid = f.coalesce(sa.and_(_clock_valid(clock), day.expression.is_not(None)), sa.false())
    return Native(sa.case((valid, moment)), sa.and_(text != "", sa.not_(valid)))


def _timevalue_text(text: Expression) -> Native:
    shaped = text.regexp_match("^" + _CLOCK)
    safe = sa.case((shaped, f.btrim(text)))
    valid = f.coalesce(_clock_valid(safe), sa.false())
    clock = _sql("TIME '00:00'", sa.Time()) + _seconds_interval(_seconds(safe))
    return Native(sa.case((valid, clock)), sa.and_(text != "", sa.not_(valid)))


def _add_months(day: Expression, months: Expression) -> Native:
    count = sa.cast(f.trunc(f.least(f.greatest(months, -MOST_MONTHS), MOST_MONTHS)), sa.Integer())
    first = f.date_trunc("month", sa.cast(day, sa.DateTime()))
    index = sa.extract("year", day) * 12 + sa.extract("month", day) - 1 + count
    valid = sa.and_(index >= 12, index < 120_000)
    shift = f.make_interval(0, sa.case((valid, count), else_=0))
    moved_first = first + shift
    last_day = sa.extract("day", moved_first + _sql("INTERVAL '1 month -1 day'", I))
    own_last = sa.extract("day", first + _sql("INTERVAL '1 month -1 day'", I))
    number = sa.extract("day", day)
    chosen = sa.case((number == own_last, last_day), else_=f.least(number, last_day))
    date = sa.cast(moved_first, D) + sa.cast(chosen - 1, sa.Integer())
    return _guarded(valid, date)


def _add_months_moment(moment: Expression, months: Expression) -> Native:
    local = f.timezone("UTC", moment)
    built = _add_months(sa.cast(local, D), months)
    clock = sa.cast(local, sa.Time())
    return Native(f.timezone("UTC", built.expression + clock), built.fails)


def _unix(moment: Expression) -> Expression:
    return f.floor(_epoch(moment), type_=N)


def _from_unix(seconds: Expression) -> Native:
    whole = f.trunc(seconds, type_=N)
    valid = sa.and_(whole >= -62_135_596_800, whole < 253_402_300_800)
    return _guarded(valid, _sql("TIMESTAMPTZ 'epoch'", M) + _seconds_interval(whole))


def _extracted(part: str, offset: int = 0) -> Callable[..., Native]:
    def build(value: Expression) -> Native:
        found = sa.cast(sa.extract(part, value), N)
        return Native(found + offset if offset else found)

    return build


def _two(number: Expression) -> Expression:
    text = sa.cast(sa.cast(number, sa.BigInteger()), T)
    return f.lpad(text, f.greatest(2, f.char_length(text)), "0", type_=T)


def _duration(seconds: Expression, with_days: Expression | None = None) -> Expression:
    total = f.trunc(f.abs(seconds), type_=N)
    tail = _two(f.mod(f.div(total, 60), 60)) + ":" + _two(f.mod(total, 60))
    hours = f.div(total, 3600, type_=N)
    flat = _two(hours) + ":" + tail
    if with_days is None:
        return flat
    days = sa.cast(sa.cast(f.div(hours, 24), sa.BigInteger()), T)
    return sa.case((with_days, days + ":" + _two(f.mod(hours, 24)) + ":" + tail), else_=flat)


def _to_char(value: Expression, shape: str) -> Expression:
    return f.to_char(value, shape, type_=T)


_TEXT_MOMENT = "YYYY-MM-DD HH24:MI:SS"

FUNCTIONS: dict[str, Callable[..., Native]] = {
    "add": _plain(lambda a, b: a + b),
    "subtract": _plain(lambda a, b: a - b),
    "multiply": _plain(lambda a, b: a * b),
    "negate": _plain(lambda a: -a),
    "divide": _divide,
    "power": _power,
    "join": _plain(lambda a, b: sa.type_coerce(a, T) + sa.type_coerce(b, T)),
    "add_date_days": _add_days,
    "add_days_date": lambda n, d: _add_days(d, n),
    "subtract_date_days": lambda d, n: _add_days(d, -n),
    "subtract_dates": _plain(lambda a, b: sa.cast(sa.type_coerce(a - b, sa.Integer()), N)),
    "add_datetime_days": _move,
    "add_days_datetime": lambda n, d: _move(d, n),
    "subtract_datetime_days": lambda d, n: _move(d, -n),
    "subtract_datetimes": _plain(_between_moments),
    "add_time_milliseconds": _plain(_turn(1)),
    "add_milliseconds_time": _plain(lambda n, t: _turn(1)(t, n)),
    "subtract_time_milliseconds": _plain(_turn(-1)),
    "subtract_times": _plain(_time_between),
    "abs": _plain(lambda a: f.abs(a, type_=N)),
    "round": _plain(lambda a, d: f.round(a, _digits(d), type_=N)),
    "trunc": _plain(lambda a, d=None: f.trunc(a, 0 if d is None else _digits(d), type_=N)),
    "ceiling": _plain(_away),
    "floor": _plain(lambda a: f.trunc(_settled(a), type_=N)),
    "mceiling": _plain(lambda a: f.ceil(_settled(a), type_=N)),
    "mfloor": _plain(lambda a: f.floor(_settled(a), type_=N)),
    "max": _extreme("greatest"),
    "min": _extreme("least"),
    "mod": _mod,
    "sqrt": _sqrt,
    "exp": _double("exp", highest="575"),
    "ln": _logarithm("ln"),
    "log": _logarithm("log"),
    "sin": _double("sin"),
    "cos": _double("cos"),
    "tan": _double("tan"),
    "asin": _double("asin", "-1", "1"),
    "acos": _double("acos", "-1", "1"),
    "atan": _double("atan"),
    "atan2": _double("atan2"),
    "pi": _plain(lambda: _sql("3.14159265358979323846264338327950288420")),
    "len": _plain(lambda t: sa.cast(f.char_length(t), N)),
    "contains": _plain(lambda t, p: f.strpos(t, p) > 0),
    "begins": _plain(lambda t, p: f.starts_with(t, p, type_=sa.Boolean())),
    "startwith": _plain(lambda t, p: f.starts_with(t, p, type_=sa.Boolean())),
    "ends": _plain(lambda t, p: f.right(t, f.char_length(p)) == p),
    "endwith": _plain(lambda t, p: f.right(t, f.char_length(p)) == p),
    "left": _sided("left"),
    "right": _sided("right"),
    "mid": _plain(_middle),
    "find": _plain(_find),
    "substitute": _plain(lambda t, old, new: f.replace(t, old, new, type_=T)),
    "trim": _plain(lambda t: f.btrim(t, " ", type_=T)),
    "upper": _plain(_upper),
    "lower": _plain(_lower),
    "reverse": _plain(lambda t: f.reverse(t, type_=T)),
    "lpad": _padded("lpad"),
    "rpad": _padded("rpad"),
    "value": _value,
    "isnumber": _plain(_is_number),
    "text_number": _plain(lambda a: sa.cast(f.trim_scale(a), T)),
    "text_date": _plain(lambda d: _to_char(d, "YYYY-MM-DD")),
    "text_datetime": _plain(lambda m: _to_char(f.timezone("UTC", m), _TEXT_MOMENT) + "Z"),
    "text_time": _plain(lambda t: _to_char(t, "HH24:MI:SS.MS")),
    "br": _plain(lambda: sa.literal("<br>", T)),
    "includes": _plain(
        lambda t, v: (
            f.strpos(";" + sa.type_coerce(t, T) + ";", ";" + sa.type_coerce(v, T) + ";") > 0
        )
    ),
    "date": _date,
    "datevalue_text": _datevalue_text,
    "datevalue_datetime": _plain(lambda zone, m: sa.cast(f.timezone(zone, m), D)),
    "datevalue_date": _plain(lambda d: d),
    "datetimevalue_text": _datetimevalue_text,
    "datetimevalue_datetime": _plain(lambda m: m),
    "datetimevalue_date": _plain(lambda d: f.timezone("UTC", sa.cast(d, sa.DateTime()))),
    "timevalue_text": _timevalue_text,
    "timevalue_datetime": _plain(lambda m: sa.cast(f.timezone("UTC", m), sa.Time())),
    "timevalue_time": _plain(lambda t: t),
    "year": _extracted("year"),
    "month": _extracted("month"),
    "day": _extracted("day"),
    "hour": _extracted("hour"),
    "minute": _extracted("minute"),
    "second": _plain(lambda t: f.trunc(sa.cast(sa.extract("second", t), N), type_=N)),
    "millisecond": _plain(lambda t: f.mod(_milliseconds(t), 1000, type_=N)),
    "weekday": _extracted("dow", 1),
    "addmonths_date": _add_months,
    "addmonths_datetime": _add_months_moment,
    "dayofyear": _extracted("doy"),
    "isoweek": _extracted("week"),
    "isoyear": _extracted("isoyear"),
    "unixtimestamp": _plain(_unix),
    "unixtimestamp_time": _plain(lambda t: f.trunc(_epoch(t), type_=N)),
    "fromunixtime": _from_unix,
    "formatduration_number": _plain(_duration),
}
