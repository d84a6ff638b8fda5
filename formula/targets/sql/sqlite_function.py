"""Every function of the language as a deterministic SQLite function, from its own `compute`.

What SQLite does not compute exactly (division, rounding, dates, zones, case folding) runs in the
Python runtime, so the two targets cannot disagree. Each function takes a shape first, for example
`i2,t>n`: how each argument is written and the result shall be.

    n  number as decimal text     iS integer, value × 10^S     t  text
    b  boolean 0/1                d  date      m  datetime     c  time     g  geolocation

Nothing raises into SQLite: a failure is null, and `<name>_fails` tells whether it was one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal
from functools import cache
from typing import Any

from formula.arithmetic import number, plain, rounded, settle
from formula.evaluation import Evaluation, Failure
from formula.function import Function, Overload, Passing
from formula.functions import BUILT_IN
from formula.types import Kind

SqlFunction = tuple[str, int, Callable[..., Any]]
"""Name, number of arguments (-1: any), implementation; a class is an aggregate with `step` and
`finalize`."""

LETTERS = {
    Kind.NUMBER: "n",
    Kind.TEXT: "t",
    Kind.PICKLIST: "t",
    Kind.MULTIPICKLIST: "t",
    Kind.REFERENCE: "t",
    Kind.BOOLEAN: "b",
    Kind.DATE: "d",
    Kind.DATETIME: "m",
    Kind.TIME: "c",
    Kind.GEOLOCATION: "g",
    Kind.NULL: "t",
}
_FAILED = object()
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def sql_name(key: str) -> str:
    """Return the SQLite name of the meaning `key`."""
    return f"formula_{key}"


def write_moment(moment: datetime) -> str:
    """Write a moment as it is stored."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _read_place(text: str) -> tuple[Decimal, Decimal]:
    latitude, longitude = text.split(" ")
    return Decimal(latitude), Decimal(longitude)


_READERS: dict[str, Callable[[Any], Any]] = {
    "n": lambda value: Decimal(value) if isinstance(value, str) else number(value),
    "t": lambda value: value if isinstance(value, str) else str(value),
    "b": bool,
    "d": date.fromisoformat,
    "m": datetime.fromisoformat,
    "c": time.fromisoformat,
    "g": _read_place,
}
_WRITERS: dict[str, Callable[[Any], Any]] = {
    "n": lambda value: plain(number(value)),
    "t": lambda value: value or None,
    "b": int,
    "d": date.isoformat,
    "m": write_moment,
    "c": lambda value: value.isoformat(timespec="milliseconds"),
    "g": lambda value: f"{value[0]} {value[1]}",
}


def _reader(code: str) -> Callable[[Any], Any]:
    if code[0] == "i":
        scale = -int(code[1:] or "0")
        return lambda value: Decimal(value).scaleb(scale)
    return _READERS[code]


@dataclass(frozen=True, slots=True)
class _Shape:
    readers: tuple[Callable[[Any], Any], ...]
    are_text: tuple[bool, ...]
    write: Callable[[Any], Any]


@cache
def _shape(text: str) -> _Shape:
    arguments, _, result = text.partition(">")
    codes = arguments.split(",") if arguments else []
    return _Shape(
        tuple(map(_reader, codes)), tuple(code == "t" for code in codes), _WRITERS[result]
    )


def sqlite_functions(functions: Iterable[Function] | None = None) -> list[SqlFunction]:
    """Return what must be registered on every SQLite connection, all deterministic."""
    meanings = {
        overload.key: overload
        for function in (BUILT_IN if functions is None else functions)
        for overload in function.overloads
        if overload.passing in (Passing.STRICT, Passing.OPEN)
    }
    found: list[SqlFunction] = [
        (sql_name("compare"), 2, _compare),
        (sql_name("decimal"), 2, _decimal),
        (sql_name("result"), 3, _result),
        (sql_name("sort_key"), 1, _sort_key),
        (sql_name("rescaled"), 3, _rescaled),
        (sql_name("halves"), 3, _halves),
        (sql_name("sum"), 1, _Sum),
        (sql_name("least"), 1, _Least),
        (sql_name("greatest"), 1, _Greatest),
    ]
    for key, overload in meanings.items():
        call = _caller(overload)
        found.append((sql_name(key), -1, _valued(call)))
        found.append((sql_name(key) + "_fails", -1, _failing(call)))
    return found


def _valued(call: Callable[..., Any]) -> Callable[..., Any]:
    def value(shape: str, *arguments: Any) -> Any:
        result = call(shape, arguments)
        return None if result is _FAILED else result

    return value


def _failing(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda shape, *arguments: int(call(shape, arguments) is _FAILED)


def _caller(overload: Overload) -> Callable[[str, tuple[Any, ...]], Any]:
    """Return `compute` behind the passing rule, between the encodings of a shape."""
    compute = overload.compute
    is_strict = overload.passing is Passing.STRICT

    def call(shape_text: str, raw: tuple[Any, ...]) -> Any:
        shape = _shape(shape_text)
        settle()
        first: list[Any] = []
        if overload.takes_evaluation:
            today, now, zone, *rest = raw
            raw = tuple(rest)
            first.append(_evaluation(today, now, zone))
        try:
            for value, read, is_text in zip(raw, shape.readers, shape.are_text, strict=True):
                if value is not None:
                    first.append(read(value))
                elif is_text:
                    first.append("")
                elif is_strict:
                    return None
                else:
                    first.append(None)
            result = compute(*first)
            return None if result is None else shape.write(result)
        except (Failure, ArithmeticError, ValueError):
            return _FAILED

    return call


def _evaluation(today: str, now: str, zone: str) -> Evaluation:
    return Evaluation(now=datetime.fromisoformat(now), today=date.fromisoformat(today), zone=zone)


def _compare(left: str | None, right: str | None) -> int | None:
    """Order two numbers in decimal text: -1, 0 or 1."""
    if left is None or right is None:
        return None
    first, second = Decimal(left), Decimal(right)
    return (first > second) - (first < second)


def _decimal(value: int | None, scale: int) -> str | None:
    """Write a scaled integer as decimal text."""
    return None if value is None else plain(Decimal(value).scaleb(-scale))


def _result(value: str | None, scale: int | None, shift: int) -> str | None:
    """Multiply decimal text by 10^shift and round it half up to a scale, if there is one."""
    if value is None:
        return None
    settle()
    shifted = Decimal(value).scaleb(shift)
    return plain(shifted if scale is None else rounded(shifted, scale))


def _sort_key(value: str | None) -> str | None:
    """Return text that sorts by code point as the numbers in decimal text sort by value."""
    if value is None:
        return None
    settle()
    exact = Decimal(value).normalize()
    sign, digits, _exponent = exact.as_tuple()
    if not exact:
        return "1"
    text = f"{exact.adjusted() + 5000:04d}" + "".join(map(str, digits))
    return "0" + text.translate(_COMPLEMENT) + "~" if sign else "2" + text


def _rescaled(value: int | None, old: int, new: int) -> int | None:
    """Round a scaled integer half up to a smaller scale."""
    if value is None:
        return None
    half = 10 ** (old - new)
    quotient, rest = divmod(abs(value), half)
    rounded_up: int = quotient + (2 * rest >= half)
    return rounded_up if value >= 0 else -rounded_up


def _halves(high: int | None, low: int | None, scale: int) -> str:
    """Put a sum of scaled integers together that was made in two halves of 32 bits."""
    return plain(Decimal(((high or 0) << 32) + (low or 0)).scaleb(-scale, _WIDE))


_WIDE = Context(prec=60)
"""Any sum of 64-bit integers is exact in it."""


class _Sum:
    """The sum of numbers in decimal text; without any it is 0."""

    def __init__(self) -> None:
        settle()
        self._total = Decimal(0)

    def step(self, value: str | None) -> None:
        """Add a number."""
        if value is not None:
            self._total += Decimal(value)

    def finalize(self) -> str:
        """Return the sum as decimal text."""
        return plain(self._total)


class _Extreme:
    """The least or greatest of numbers in decimal text; null without any."""

    sign = 1

    def __init__(self) -> None:
        self._found: Decimal | None = None

    def step(self, value: str | None) -> None:
        """Look at a number."""
        if value is None:
            return
        number_ = Decimal(value)
        if self._found is None or (number_ - self._found) * self.sign > 0:
            self._found = number_

    def finalize(self) -> str | None:
        """Return the number found as decimal text."""
        return None if self._found is None else plain(self._found)


class _Least(_Extreme):
    sign = -1


class _Greatest(_Extreme):
    sign = 1
