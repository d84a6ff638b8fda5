"""Dates, moments and times of day. Moments are UTC inside; only DATEVALUE looks at a zone."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from formula.arithmetic import whole
from formula.evaluation import BAD_DATE, OUT_OF_RANGE, Evaluation, Failure
from formula.function import Category, Function, declare, meaning
from formula.functions.operators import DAY_MILLISECONDS, milliseconds_of
from paas.kernel import zone_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FURTHEST = Decimal(400_000_000_000)
_MOST_MONTHS = Decimal(120_000)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\s*", re.ASCII)
_DATETIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,3}))?\s*", re.ASCII
)
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,3}))?\s*", re.ASCII)


def make_date(year: Decimal, month: Decimal, day: Decimal) -> date:
    """Return the date, which must exist."""
    parts = (year, month, day)
    if any(abs(part) > 9999 for part in parts):
        raise Failure(BAD_DATE, value="-".join(str(part) for part in parts)[:40])
    try:
        return date(*map(whole, parts))
    except ValueError as error:
        raise Failure(BAD_DATE, value="-".join(str(whole(part)) for part in parts)) from error


def _parse(shape: re.Pattern[str], text: str) -> tuple[int, ...]:
    match = shape.fullmatch(text)
    if match is None:
        raise Failure(BAD_DATE, value=text[:40])
    numbers = [int(part or "0") for part in match.groups("0")]
    if shape is _DATE:
        return tuple(numbers)
    return (*numbers[:-1], int((match.groups()[-1] or "0").ljust(3, "0")) * 1000)


def _date_of_text(text: str) -> date | None:
    if not text:
        return None
    try:
        return date(*_parse(_DATE, text))
    except ValueError as error:
        raise Failure(BAD_DATE, value=text[:40]) from error


def _datetime_of_text(text: str) -> datetime | None:
    if not text:
        return None
    try:
        year, month, day, hour, minute, second, micro = _parse(_DATETIME, text)
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
    except ValueError as error:
        raise Failure(BAD_DATE, value=text[:40]) from error


def _time_of_text(text: str) -> time | None:
    if not text:
        return None
    try:
        hour, minute, second, micro = _parse(_TIME, text)
        return time(hour, minute, second, micro)
    except ValueError as error:
        raise Failure(BAD_DATE, value=text[:40]) from error


def local_date(evaluation: Evaluation, moment: datetime) -> date:
    """Return the date of a moment at the caller."""
    try:
        return moment.astimezone(zone_of(evaluation.zone)).date()
    except OverflowError as error:
        raise Failure(OUT_OF_RANGE) from error


def add_months(day: date, months: Decimal) -> date:
    """Move by months; the last day of a month stays the last day. Takes a datetime as well."""
    if abs(months) > _MOST_MONTHS:
        raise Failure(OUT_OF_RANGE)
    years, month = divmod(day.year * 12 + day.month - 1 + whole(months), 12)
    if not 1 <= years <= 9999:
        raise Failure(OUT_OF_RANGE)
    last = calendar.monthrange(years, month + 1)[1]
    was_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return day.replace(year=years, month=month + 1, day=last if was_last else min(day.day, last))


def _seconds_of(value: date) -> Decimal:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
    gap = moment - _EPOCH
    return Decimal(gap.days * 86_400 + gap.seconds)


def _from_seconds(seconds: Decimal) -> datetime:
    if abs(seconds) > _FURTHEST:
        raise Failure(OUT_OF_RANGE)
    try:
        return _EPOCH + timedelta(seconds=whole(seconds))
    except OverflowError as error:
        raise Failure(OUT_OF_RANGE) from error


def _duration(seconds: Decimal, with_days: bool = False) -> str:
    total = whole(abs(seconds))
    minutes, second = divmod(total, 60)
    hours, minute = divmod(minutes, 60)
    tail = f"{minute:02d}:{second:02d}"
    if not with_days:
        return f"{hours:02d}:{tail}"
    return f"{hours // 24}:{hours % 24:02d}:{tail}"


def _between_moments(start: datetime, end: datetime) -> str:
    gap = abs(end - start)
    return _duration(Decimal(gap.days * 86_400 + gap.seconds), True)


def _between_times(start: time, end: time) -> str:
    gap = abs(milliseconds_of(end) - milliseconds_of(start)) % DAY_MILLISECONDS
    return _duration(Decimal(gap // 1000))


def _weekday(day: date) -> Decimal:
    return Decimal(day.isoweekday() % 7 + 1)


def _part(
    name: str, kinds: str, zh: str, en: str, attribute: str, *examples: tuple[str, str]
) -> Function:
    return declare(
        Category.DATE,
        meaning(
            f"{name}(value: {kinds}) -> number",
            lambda value: Decimal(getattr(value, attribute)),
            inline="{0}." + attribute,
            yields_int=True,
        ),
        zh=zh,
        en=en,
        examples=examples,
    )


DATE: tuple[Function, ...] = (
    declare(
        Category.DATE,
        meaning(
            "TODAY() -> date",
            lambda evaluation: evaluation.today,
            takes_evaluation=True,
            inline="{evaluation}.today",
        ),
        zh="今天的日期，按用户的时区。",
        en="Today's date in the user's time zone.",
        is_volatile=True,
    ),
    declare(
        Category.DATE,
        meaning(
            "NOW() -> datetime",
            lambda evaluation: evaluation.now,
            takes_evaluation=True,
            inline="{evaluation}.now",
        ),
        zh="此刻的日期时间；一次计算中不变。",
        en="The present moment, the same throughout one evaluation.",
        is_volatile=True,
    ),
    declare(
        Category.DATE,
        meaning(
            "TIMENOW() -> time",
            lambda evaluation: evaluation.now.astimezone(UTC).time(),
            takes_evaluation=True,
        ),
        zh="此刻的时间（GMT）。",
        en="The present time of day (GMT).",
        is_volatile=True,
    ),
    declare(
        Category.DATE,
        meaning("DATE(year: number, month: number, day: number) -> date", make_date),
        zh="由年、月、日组成的日期；不存在的日期结果为空。",
        en="The date of year, month and day; null if there is none.",
        examples=(
            ("DATE(2024, 2, 29) + 1", "DATE(2024, 3, 1)"),
            ("ISBLANK(DATE(2023, 2, 29))", "TRUE"),
        ),
    ),
    declare(
        Category.DATE,
        meaning(
            "DATEVALUE(text: text) -> date", _date_of_text, key="datevalue_text", is_total=False
        ),
        meaning(
            "DATEVALUE(moment: datetime) -> date",
            local_date,
            key="datevalue_datetime",
            takes_evaluation=True,
        ),
        meaning(
            "DATEVALUE(date: date) -> date", lambda day: day, key="datevalue_date", inline="{0}"
        ),
        zh="把 YYYY-MM-DD 文本或日期时间转换为日期；日期时间按用户的时区。",
        en="Turns YYYY-MM-DD text, or a date and time in the user's zone, into a date.",
        examples=(("DATEVALUE('2024-3-1')", "DATE(2024, 3, 1)"),),
    ),
    declare(
        Category.DATE,
        meaning(
            "DATETIMEVALUE(text: text) -> datetime",
            _datetime_of_text,
            key="datetimevalue_text",
            is_total=False,
        ),
        meaning(
            "DATETIMEVALUE(moment: datetime) -> datetime",
            lambda moment: moment,
            key="datetimevalue_datetime",
            inline="{0}",
        ),
        meaning(
            "DATETIMEVALUE(date: date) -> datetime",
            lambda day: datetime.combine(day, time(), UTC),
            key="datetimevalue_date",
        ),
        zh="把 YYYY-MM-DD hh:mm:ss 文本（GMT）转换为日期时间。",
        en="Turns YYYY-MM-DD hh:mm:ss text (GMT) into a date and time.",
        examples=(("TEXT(DATETIMEVALUE('2016-3-1 13:15:10'))", "'2016-03-01 13:15:10Z'"),),
    ),
    declare(
        Category.DATE,
        meaning(
            "TIMEVALUE(text: text) -> time", _time_of_text, key="timevalue_text", is_total=False
        ),
        meaning(
            "TIMEVALUE(moment: datetime) -> time",
            lambda moment: moment.astimezone(UTC).time(),
            key="timevalue_datetime",
        ),
        meaning(
            "TIMEVALUE(time: time) -> time", lambda clock: clock, key="timevalue_time", inline="{0}"
        ),
        zh="把 HH:mm:ss.SSS 文本或日期时间转换为时间。",
        en="Turns HH:mm:ss.SSS text, or a date and time, into a time of day.",
        examples=(("TEXT(TIMEVALUE('12:34:56.789'))", "'12:34:56.789'"),),
    ),
    _part(
        "YEAR",
        "date",
        "日期的年。",
        "The year of a date.",
        "year",
        ("YEAR(DATE(2024,3,1))", "2024"),
    ),
    _part(
        "MONTH",
        "date",
        "日期的月。",
        "The month of a date.",
        "month",
        ("MONTH(DATE(2024,3,1))", "3"),
    ),
    _part("DAY", "date", "日期的日。", "The day of a date.", "day", ("DAY(DATE(2024,3,1))", "1")),
    _part(
        "HOUR",
        "time",
        "时间的时。",
        "The hour of a time.",
        "hour",
        ("HOUR(TIMEVALUE('10:40:55'))", "10"),
    ),
    _part(
        "MINUTE",
        "time",
        "时间的分。",
        "The minute of a time.",
        "minute",
        ("MINUTE(TIMEVALUE('10:40:55'))", "40"),
    ),
    _part(
        "SECOND",
        "time",
        "时间的秒。",
        "The second of a time.",
        "second",
        ("SECOND(TIMEVALUE('10:40:55'))", "55"),
    ),
    declare(
        Category.DATE,
        meaning(
            "MILLISECOND(value: time) -> number",
            lambda clock: Decimal(clock.microsecond // 1000),
            inline="({0}.microsecond // 1000)",
            yields_int=True,
        ),
        zh="时间的毫秒。",
        en="The millisecond of a time.",
        examples=(("MILLISECOND(TIMEVALUE('10:40:55.666'))", "666"),),
    ),
    declare(
        Category.DATE,
        meaning("WEEKDAY(value: date) -> number", _weekday),
        zh="星期几：星期日为 1，星期六为 7。",
        en="The day of the week: 1 is Sunday, 7 is Saturday.",
        examples=(("WEEKDAY(DATE(2020, 3, 15))", "1"),),
    ),
    declare(
        Category.DATE,
        meaning("ADDMONTHS(value: date, months: number) -> date", add_months, key="addmonths_date"),
        meaning(
            "ADDMONTHS(value: datetime, months: number) -> datetime",
            add_months,
            key="addmonths_datetime",
        ),
        zh="加若干个月；月末仍为月末。",
        en="So many months later; the last day of a month stays the last day.",
        examples=(
            ("ADDMONTHS(DATE(2020, 1, 31), 1)", "DATE(2020, 2, 29)"),
            ("ADDMONTHS(DATE(2023, 2, 28), 1)", "DATE(2023, 3, 31)"),
        ),
    ),
    declare(
        Category.DATE,
        meaning("DAYOFYEAR(value: date) -> number", lambda day: Decimal(day.timetuple().tm_yday)),
        zh="一年中的第几天。",
        en="The day of the year.",
        examples=(("DAYOFYEAR(DATE(2024, 12, 31))", "366"),),
    ),
    declare(
        Category.DATE,
        meaning(
            "ISOWEEK(value: date|datetime) -> number", lambda day: Decimal(day.isocalendar()[1])
        ),
        zh="ISO 周数。",
        en="The ISO week.",
        examples=(("ISOWEEK(DATE(2006, 1, 1))", "52"),),
    ),
    declare(
        Category.DATE,
        meaning(
            "ISOYEAR(value: date|datetime) -> number", lambda day: Decimal(day.isocalendar()[0])
        ),
        zh="ISO 周所属的年。",
        en="The year the ISO week belongs to.",
        examples=(("ISOYEAR(DATE(2006, 1, 1))", "2005"),),
    ),
    declare(
        Category.DATE,
        meaning("UNIXTIMESTAMP(value: date|datetime) -> number", _seconds_of),
        meaning(
            "UNIXTIMESTAMP(value: time) -> number",
            lambda clock: Decimal(milliseconds_of(clock) // 1000),
            key="unixtimestamp_time",
        ),
        zh="自 1970-01-01 起的秒数；时间则为自零点起的秒数。",
        en="Seconds since 1970-01-01; for a time, since midnight.",
        examples=(("UNIXTIMESTAMP(DATE(2005, 4, 5))", "1112659200"),),
    ),
    declare(
        Category.DATE,
        meaning("FROMUNIXTIME(seconds: number) -> datetime", _from_seconds),
        zh="1970-01-01 之后若干秒的日期时间。",
        en="The moment so many seconds after 1970-01-01.",
        examples=(("TEXT(FROMUNIXTIME(1132074000))", "'2005-11-15 17:00:00Z'"),),
    ),
    declare(
        Category.DATE,
        meaning(
            "FORMATDURATION(seconds: number, days?: boolean) -> text",
            _duration,
            key="formatduration_number",
        ),
        meaning(
            "FORMATDURATION(start: datetime, end: datetime) -> text",
            _between_moments,
            key="formatduration_datetime",
        ),
        meaning(
            "FORMATDURATION(start: time, end: time) -> text",
            _between_times,
            key="formatduration_time",
        ),
        zh="把秒数或两个时刻之差写成 时:分:秒，可以带天数。",
        en="Writes seconds, or what lies between two moments, as hours:minutes:seconds.",
        examples=(
            ("FORMATDURATION(3661)", "'01:01:01'"),
            ("FORMATDURATION(1000001, TRUE)", "'11:13:46:41'"),
        ),
    ),
)
