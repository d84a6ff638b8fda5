"""Numbers and operators. Arithmetic is exact in `numeric` and then kept to 39 digits, as in Python.

`settled` is what keeps a number so: rounded to 39 digits, null where it grew beyond 10^250. Sums
and products that provably fit stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from formula.arithmetic import DIGITS, EXACT_DIGITS
from formula.limits import MAX_EXPONENT, MAX_POWER
from formula.targets.sql.postgresql.native import EMPTY, LETTERS, Native, within
from formula.targets.sql.value import Coded, common_width

SMALLEST = MAX_EXPONENT + DIGITS - 1
"""Decimals beyond which nothing is left of a number."""


def _rounded_to(digits: int, text: str) -> str:
    return f"to_char({text}, '9.{'9' * (digits - 1)}EEEE')::numeric"


SETTLED = within(
    _rounded_to(DIGITS, f"round({{a}}, {SMALLEST})"),
    f"-1e{MAX_EXPONENT + 1}",
    f"1e{MAX_EXPONENT + 1}",
)
_WHOLE = _rounded_to(EXACT_DIGITS, "{a}")
QUOTIENT = f"round({{a}}, {SMALLEST}) / nullif({{b}}, 0)"
MOST_ROWS = 12
"""Digits of any number of rows."""


def _double(text: str, guard: str = "{a}", fails: str | None = None) -> Native:
    """Go through doubles; text keeps all of a double's digits, a direct cast only fifteen."""
    value = text.replace("{a}", f"({guard})::double precision")
    return Native(f"({value})::text::numeric", fails, settles=True)


_POWER = Native(
    f"CASE WHEN {{b}} = 0 THEN 1 WHEN {{a}} = 0 AND {{b}} > 0 THEN 0 WHEN {{size}} < -{DIGITS}"
    f" THEN 0 WHEN abs({{power}}) < 1e-{DIGITS} THEN 0"
    f" WHEN abs({{power}}) <= 1e{MAX_POWER} THEN {{power}} END",
    EMPTY,
    guards="a",
    settles=True,
    steps={
        "size": "log(abs(CASE WHEN {a} > 0 OR {b} = trunc({b}) THEN nullif({a}, 0) END)"
        "::double precision) * {b}::double precision",
        "power": f"power(CASE WHEN {{size}} BETWEEN -{DIGITS + 1} AND {MAX_POWER + 1}"
        " THEN round({a}, 80) END, {b})",
    },
)

NUMBERS: dict[str, Native] = {
    "add": Native("{a} + {b}", EMPTY, settles=True),
    "subtract": Native("{a} - {b}", EMPTY, settles=True),
    "multiply": Native("{a} * {b}", EMPTY, settles=True),
    "divide": Native(QUOTIENT, EMPTY, settles=True),
    "negate": Native("-{a}"),
    "power": _POWER,
    "abs": Native("abs({a})"),
    "round": Native("round({a}, {b:digits})", guards="b"),
    "trunc": Native("trunc({a}, {b:digits})", guards="b"),
    "ceiling": Native("sign({a}) * ceil(abs(" + _WHOLE + "))"),
    "floor": Native("trunc(" + _WHOLE + ")"),
    "mceiling": Native("ceil(" + _WHOLE + ")"),
    "mfloor": Native("floor(" + _WHOLE + ")"),
    "max": Native("greatest({*})", guards=LETTERS),
    "min": Native("least({*})", guards=LETTERS),
    "mod": Native("mod({a}, nullif({b}, 0))", EMPTY, settles=True),
    "sqrt": Native(
        f"sqrt(round(CASE WHEN {{a}} >= 0 THEN {{a}} END, {SMALLEST}))", EMPTY, settles=True
    ),
    "exp": _double("exp({a})", "CASE WHEN {a} < 600 THEN greatest({a}, -700) END", fails=EMPTY),
    "ln": _double("ln({a})", "CASE WHEN {a} > 0 THEN {a} END", fails=EMPTY),
    "log": _double("log({a})", "CASE WHEN {a} > 0 THEN {a} END", fails=EMPTY),
    "sin": _double("sin({a})"),
    "cos": _double("cos({a})"),
    "tan": _double("tan({a})"),
    "asin": _double("asin({a})", "CASE WHEN abs({a}) <= 1 THEN {a} END", fails=EMPTY),
    "acos": _double("acos({a})", "CASE WHEN abs({a}) <= 1 THEN {a} END", fails=EMPTY),
    "atan": _double("atan({a})"),
    "atan2": _double("atan2({a}, {b:double})"),
    "pi": Native("3.14159265358979323846264338327950288420"),
}
VARIANTS = {("trunc", 1): Native("trunc({a})")}
EXACT = {
    "ceiling": Native("sign({a}) * ceil(abs({a}))"),
    "floor": Native("trunc({a})"),
    "mceiling": Native("ceil({a})"),
    "mfloor": Native("floor({a})"),
}
"""Meanings that read more simply of a number that has no inexact digits."""


def _of_sum(values: Sequence[Coded]) -> tuple[int | None, int]:
    return common_width(values, 1)


def _of_product(values: Sequence[Coded]) -> tuple[int | None, int]:
    left, right = values
    scale = left.scale + right.scale
    known = left.width is not None and right.width is not None
    return ((left.width or 0) + (right.width or 0) if known else None), scale


def _of_round(values: Sequence[Coded]) -> tuple[int | None, int]:
    value, digits = values
    if value.width is None or not digits.is_constant or digits.constant is None:
        return None, 0
    scale = max(0, min(value.scale, int(digits.constant)))
    return max(value.width - value.scale, 0) + 1 + scale, scale


def _of_whole(values: Sequence[Coded]) -> tuple[int | None, int]:
    (value,) = values
    return None if value.width is None else max(value.width - value.scale, 0) + 1, 0


WIDTHS: dict[str, Callable[[Sequence[Coded]], tuple[int | None, int]]] = {
    "add": _of_sum,
    "subtract": _of_sum,
    "multiply": _of_product,
    "round": _of_round,
    **dict.fromkeys(EXACT, _of_whole),
    **dict.fromkeys(("negate", "abs", "max", "min"), common_width),
    **dict.fromkeys(("len", "find", "picklistcount"), lambda _values: (7, 0)),
    **dict.fromkeys(("year", "month", "day", "weekday", "isoweek", "isoyear"), lambda _v: (4, 0)),
    **dict.fromkeys(("hour", "minute", "second", "millisecond"), lambda _values: (3, 0)),
    **dict.fromkeys(("dayofyear", "subtract_dates", "workdays", "ascii"), lambda _v: (7, 0)),
    "subtract_times": lambda _values: (8, 0),
}
"""Digits and decimals a result can have, where that is known."""
