"""Dates, moments and times of day. Moments are UTC; nothing here depends on the session's zone."""

from __future__ import annotations

from formula.targets.sql.postgresql.native import EMPTY, Native, within
from formula.targets.sql.postgresql.number import SMALLEST

_SPAN = 3_652_059
"""Days from 0001-01-01 to 10000-01-01."""
_FIRST_SECOND, _LAST_SECOND = -62_135_596_801, 253_402_300_800
_DAYS_MS = 86_400_000
_DAY = "([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_CLOCK = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(\.([0-9]{1,3}))?"
_BLANKS = r"[ \t\n\r\f\v]*$"
_UNREADABLE = "{value} IS NULL AND {a} <> ''"
_SECOND = "interval '1 second'"
_MILLISECOND = "interval '1 millisecond'"


def _moved(date: str, days: str) -> str:
    return "date '0001-01-01' + " + within(f"{date} - date '0001-01-01' + {days}", -1, _SPAN)


def _later(moment: str, days: str, sign: str = "") -> Native:
    """Move a moment by days, to the second; what is outside of the calendar fails."""
    seconds = f"round(least(greatest({days}, -4000000), 4000000) * {sign}86400)"
    return Native(
        f"{{{moment}}} + {_SECOND} * (CASE WHEN extract(epoch FROM {{{moment}}}) + {{seconds}}"
        f" > {_FIRST_SECOND} AND extract(epoch FROM {{{moment}}}) + {{seconds}} < {_LAST_SECOND}"
        " THEN {seconds} END)",
        EMPTY,
        steps={
            "seconds": f"CASE WHEN abs({{{'b' if moment == 'a' else 'a'}}}) <= 4000000 THEN"
            f" {seconds} END"
        },
    )


def _milliseconds(clock: str) -> str:
    return f"trunc(extract(epoch FROM {clock}) * 1000)"


def _turned(clock: str, milliseconds: str, sign: str = "+") -> Native:
    total = f"{_milliseconds(clock)} {sign} trunc({milliseconds})"
    return Native(f"time '00:00' + {_MILLISECOND} * mod({total}, {_DAYS_MS})")


def _gap(later: str, earlier: str) -> str:
    gap = f"{_milliseconds(later)} - {_milliseconds(earlier)}"
    return f"mod({gap} + {_DAYS_MS}, {_DAYS_MS})"


def _day_steps(year: str, month: str, day: str) -> dict[str, str]:
    """Return the steps to a date that exists only where its month is still the one given."""
    return {
        "month": within(month, 0, 13) + "::integer",
        "day": "make_date(" + within(year, 0, 10_000) + "::integer, {month}, 1) + ("
        + within(day, 0, 32) + "::integer - 1)",
    }  # fmt: skip


_EXISTING = "CASE WHEN extract(month FROM {day}) = {month} THEN {day} END"


def _read(shape: str) -> str:
    return f"regexp_match({{a}}, '^{shape}{_BLANKS}')"


def _digits(group: int) -> str:
    return f"{{read}}[{group}]::integer"


def _clock(first: int) -> str:
    """Return the time in the groups of `_CLOCK` from `first` on."""
    parts = (within(_digits(first + i), -1, end) for i, end in enumerate((24, 60, 60)))
    hour, minute, second = parts
    fraction = f"coalesce(rpad({{read}}[{first + 4}], 3, '0')::integer, 0) / 1000.0"
    return f"make_time({hour}, {minute}, ({second} + {fraction})::double precision)"


def _add_months(day: str, text: str, **first: str) -> Native:
    """Move by months; the last day of a month stays the last one."""
    months = f"extract(year FROM {day}) * 12 + extract(month FROM {day}) - 1 + {{count}}"
    return Native(
        text,
        EMPTY,
        steps={
            **first,
            "count": "CASE WHEN abs({b}) <= 120000 THEN trunc({b}) END",
            "months": within(months, 11, 120_000) + "::integer",
            "start": "make_date({months} / 12, {months} % 12 + 1, 1)",
            "last": "extract(day FROM {start} + interval '1 month' - interval '1 day')",
            "moved": f"{{start}} + (CASE WHEN extract(day FROM {day} + 1) = 1 THEN {{last}}"
            f" ELSE least(extract(day FROM {day}), {{last}}) END - 1)::integer",
        },
    )


def _two(number: str) -> str:
    return f"CASE WHEN {number} < 10 THEN '0' ELSE '' END || trim_scale({number})::text"


def _duration(seconds: str, with_days: str) -> Native:
    """Write seconds as hours:minutes:seconds, or with days before them."""
    return Native(
        f"CASE WHEN {with_days} THEN trim_scale(div({{hours}}, 24))::text || ':'"
        " || lpad(trim_scale(mod({hours}, 24))::text, 2, '0')"
        f" ELSE {_two('{hours}')} END || ':'"
        " || lpad(trim_scale(mod(div({total}, 60), 60))::text, 2, '0') || ':'"
        " || lpad(trim_scale(mod({total}, 60))::text, 2, '0')",
        guards="ab",
        steps={"total": f"trunc(abs({seconds}))", "hours": "div({total}, 3600)"},
    )


def _between(kind: str) -> str:
    return f"extract(epoch FROM {{b{kind}}}) - extract(epoch FROM {{a{kind}}})"


_STARTS = "extract(isodow FROM {a})"
_AS_MANY = "CASE WHEN abs({b}) <= 100000 THEN trunc({b}) END"
_OFFSET = (
    "CASE WHEN {count} > 0 THEN least(5 - " + _STARTS + ", 0)"
    " WHEN {count} < 0 AND " + _STARTS + " > 5 THEN 8 - " + _STARTS + " ELSE 0 END"
)


def _worked_days(count: str) -> str:
    """Return by how many days so many working days move from the first one, week by week."""
    left = f"mod({count}, 5)"
    landed = f"mod({_STARTS} + {{offset}} - 1, 7) + 1 + {left}"
    return (
        f"({{offset}} + div({count}, 5) * 7 + {left} + CASE WHEN {landed} > 5 THEN 2"
        f" WHEN {landed} < 1 THEN -2 ELSE 0 END)::integer"
    )


_WORKDAY = Native(
    _moved("{a}", "{moved}"),
    EMPTY,
    steps={
        "count": _AS_MANY,
        "offset": _OFFSET,
        "moved": "CASE WHEN {count} = 0 THEN 0 ELSE " + _worked_days("{count}") + " END",
    },
)
# A holiday in between moves the day by one working day: so many more as there are holidays then.
_WORKDAY_BUT_HOLIDAYS = Native(
    "CASE WHEN {count} = 0 THEN {a} ELSE (SELECT reached FROM"
    " generate_series(0, cardinality({off})) AS more, LATERAL (SELECT "
    + _moved("{a}", _worked_days("({count} + sign({count}) * more)"))
    + " AS reached) AS far WHERE more = (SELECT count(DISTINCT day) FROM unnest({off}) AS day"
    " WHERE extract(isodow FROM day) < 6 AND CASE WHEN {count} > 0"
    " THEN day > {a} AND day <= reached ELSE day < {a} AND day >= reached END)"
    " ORDER BY more LIMIT 1) END",
    EMPTY,
    steps={"count": _AS_MANY, "offset": _OFFSET, "off": "ARRAY[{others}]"},
)
_WORKDAYS_BETWEEN = {
    "first": "least({a}, {b})",
    "last": "greatest({a}, {b})",
    "start": "extract(isodow FROM {first})::integer",
    "days": "{last} - {first} + 1",
    "rest": "{days} % 7",
    "extra": "least({rest}, greatest(6 - {start}, 0)) + greatest({start} + {rest} - 8, 0)",
    "sign": "CASE WHEN {a} <= {b} THEN 1 ELSE -1 END",
}
_WORKED = "{days} / 7 * 5 + {extra}"

DATES: dict[str, Native] = {
    "add_date_days": Native(_moved("{a}", "{b:days}"), EMPTY),
    "add_days_date": Native(_moved("{b}", "{a:days}"), EMPTY),
    "subtract_date_days": Native(_moved("{a}", "-({b:days})"), EMPTY),
    "subtract_dates": Native("({a} - {b})::numeric"),
    "add_datetime_days": _later("a", "{b}"),
    "add_days_datetime": _later("b", "{a}"),
    "subtract_datetime_days": _later("a", "{b}", "-"),
    "subtract_datetimes": Native(
        f"round(extract(epoch FROM {{a}}) - extract(epoch FROM {{b}}), {SMALLEST}) / 86400",
        settles=True,
    ),
    "add_time_milliseconds": _turned("{a}", "{b}"),
    "add_milliseconds_time": _turned("{b}", "{a}"),
    "subtract_time_milliseconds": _turned("{a}", "{b}", "-"),
    "subtract_times": Native(_gap("{a}", "{b}")),
    "date": Native(_EXISTING, EMPTY, steps=_day_steps("trunc({a})", "trunc({b})", "trunc({c})")),
    "datevalue_text": Native(
        _EXISTING,
        _UNREADABLE,
        steps={"read": _read(_DAY), **_day_steps(_digits(1), _digits(2), _digits(3))},
    ),
    "datevalue_datetime": Native(
        "CASE WHEN {local} BETWEEN date '0001-01-01' AND date '9999-12-31' THEN {local} END",
        EMPTY,
        steps={"local": "({a} AT TIME ZONE {zone})::date"},
    ),
    "datevalue_date": Native("{a}"),
    "datetimevalue_text": Native(
        f"({_EXISTING} + {_clock(4)}) AT TIME ZONE 'UTC'",
        _UNREADABLE,
        steps={
            "read": _read(f"{_DAY} {_CLOCK}"),
            **_day_steps(_digits(1), _digits(2), _digits(3)),
        },
    ),
    "datetimevalue_datetime": Native("{a}"),
    "datetimevalue_date": Native("{a}::timestamp AT TIME ZONE 'UTC'"),
    "timevalue_text": Native(_clock(1), _UNREADABLE, steps={"read": _read(_CLOCK)}),
    "timevalue_datetime": Native("({a:utc})::time"),
    "timevalue_time": Native("{a}"),
    "timenow": Native("({now:utc})::time"),
    "year": Native("extract(year FROM {a})"),
    "month": Native("extract(month FROM {a})"),
    "day": Native("extract(day FROM {a})"),
    "hour": Native("extract(hour FROM {a})"),
    "minute": Native("extract(minute FROM {a})"),
    "second": Native("trunc(extract(second FROM {a}))"),
    "millisecond": Native(f"mod({_milliseconds('{a}')}, 1000)"),
    "weekday": Native("extract(dow FROM {a}) + 1"),
    "addmonths_date": _add_months("{a}", "{moved}"),
    "addmonths_datetime": _add_months(
        "{local}", "({moved} + ({a:utc})::time) AT TIME ZONE 'UTC'", local="({a:utc})::date"
    ),
    "dayofyear": Native("extract(doy FROM {a})"),
    "isoweek": Native("extract(week FROM {a:gmt})"),
    "isoyear": Native("extract(isoyear FROM {a:gmt})"),
    "unixtimestamp": Native("floor(extract(epoch FROM {a}))"),
    "unixtimestamp_time": Native("trunc(extract(epoch FROM {a}))"),
    "fromunixtime": Native(
        f"timestamptz 'epoch' + {_SECOND} * " + within("trunc({a})", _FIRST_SECOND, _LAST_SECOND),
        EMPTY,
    ),
    "formatduration_number": _duration("{a}", "{b}"),
    "formatduration_datetime": _duration(_between(""), "true"),
    "formatduration_time": _duration(_between(""), "false"),
    "workday": _WORKDAY,
    "workdays": Native(f"({{sign}} * ({_WORKED}))::numeric", guards="ab", steps=_WORKDAYS_BETWEEN),
}
VARIANTS = {
    ("formatduration_number", 1): _duration("{a}", "false"),
    ("workday", 3): _WORKDAY_BUT_HOLIDAYS,
    ("workdays", 3): Native(
        f"({{sign}} * ({_WORKED} - (SELECT count(DISTINCT day) FROM unnest(ARRAY[{{others}}])"
        " AS day WHERE day BETWEEN {first} AND {last} AND extract(isodow FROM day) < 6)))::numeric",
        guards="ab",
        steps=_WORKDAYS_BETWEEN,
    ),
}
"""Meanings that read otherwise with this number of arguments, or from three on with more."""
