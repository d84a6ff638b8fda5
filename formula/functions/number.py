"""Numbers: rounding, comparison, roots, logarithms, trigonometry.

Rounding and arithmetic are exact decimals; what has no exact answer goes through doubles.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_UP, Decimal
from typing import Any

from formula.arithmetic import CONTEXT, from_float, plain, remainder, rounded, settled, whole
from formula.evaluation import BAD_ARGUMENT, OUT_OF_RANGE, Failure
from formula.function import Category, Function, declare, meaning
from formula.functions.children import GREATEST, LEAST


def _whole_by(mode: str) -> Callable[[Decimal], Decimal]:
    return lambda value: settled(value).to_integral_value(mode)


def _round(value: Decimal, digits: Decimal) -> Decimal:
    return rounded(value, whole(digits))


def _truncate(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return rounded(value, whole(digits), ROUND_DOWN)


def _square_root(value: Decimal) -> Decimal:
    if value < 0:
        raise Failure(BAD_ARGUMENT, name="SQRT", value=plain(value))
    return value.sqrt(CONTEXT)


def _through_double(name: str, compute: Callable[..., float]) -> Callable[..., Decimal]:
    def call(*values: Decimal) -> Decimal:
        try:
            return from_float(compute(*map(float, values)))
        except ValueError as error:
            raise Failure(BAD_ARGUMENT, name=name, value=plain(values[0])) from error
        except (OverflowError, ArithmeticError) as error:
            raise Failure(OUT_OF_RANGE) from error

    return call


def _floating(
    name: str, compute: Callable[..., float], zh: str, en: str, *examples: Any
) -> Function:
    return declare(
        Category.NUMBER,
        meaning(f"{name}(number: number) -> number", _through_double(name, compute)),
        zh=zh,
        en=en,
        examples=examples,
    )


_PI = Decimal("3.14159265358979323846264338327950288420")

NUMBER: tuple[Function, ...] = (
    declare(
        Category.NUMBER,
        meaning("ABS(number: number) -> number", CONTEXT.abs, inline="abs({0})"),
        zh="绝对值。",
        en="The absolute value.",
        examples=(("ABS(-3.5)", "3.5"),),
    ),
    declare(
        Category.NUMBER,
        meaning("ROUND(number: number, digits: number) -> number", _round),
        zh="四舍五入到指定的小数位；位数可以为负。",
        en="Rounds half up to so many places, which may be negative.",
        examples=(("ROUND(-1.15, 1)", "-1.2"), ("ROUND(1250, -2)", "1300")),
    ),
    declare(
        Category.NUMBER,
        meaning("TRUNC(number: number, digits?: number) -> number", _truncate),
        zh="截断到指定的小数位。",
        en="Cuts off after so many places.",
        examples=(("TRUNC(-4.47, 1)", "-4.4"), ("TRUNC(8.9)", "8")),
    ),
    declare(
        Category.NUMBER,
        meaning("CEILING(number: number) -> number", _whole_by(ROUND_UP)),
        zh="向远离零的方向取整。",
        en="Rounds to a whole number away from zero.",
        examples=(("CEILING(1.1)", "2"), ("CEILING(-1.1)", "-2")),
    ),
    declare(
        Category.NUMBER,
        meaning("FLOOR(number: number) -> number", _whole_by(ROUND_DOWN)),
        zh="向零的方向取整。",
        en="Rounds to a whole number toward zero.",
        examples=(("FLOOR(1.9)", "1"), ("FLOOR(-1.9)", "-1"), ("FLOOR(6 / 11 * 11)", "6")),
    ),
    declare(
        Category.NUMBER,
        meaning("MCEILING(number: number) -> number", _whole_by(ROUND_CEILING)),
        zh="数学上的向上取整。",
        en="The smallest whole number not below.",
        examples=(("MCEILING(-1.1)", "-1"),),
    ),
    declare(
        Category.NUMBER,
        meaning("MFLOOR(number: number) -> number", _whole_by(ROUND_FLOOR)),
        zh="数学上的向下取整。",
        en="The largest whole number not above.",
        examples=(("MFLOOR(-1.1)", "-2"),),
    ),
    declare(
        Category.NUMBER,
        meaning("MAX([number: number]+) -> number", lambda *values: max(values), inline="max"),
        GREATEST,
        zh="最大的数，任何一个为空则结果为空；或者子记录中一个字段的最大值，空值不计。",
        en="The largest number, null if any is null; or the largest value of a field over child "
        "records, where blank values do not count.",
        examples=(("MAX(3, 7, 5)", "7"),),
    ),
    declare(
        Category.NUMBER,
        meaning("MIN([number: number]+) -> number", lambda *values: min(values), inline="min"),
        LEAST,
        zh="最小的数，任何一个为空则结果为空；或者子记录中一个字段的最小值，空值不计。",
        en="The smallest number, null if any is null; or the smallest value of a field over child "
        "records, where blank values do not count.",
        examples=(("MIN(3, 7, 5)", "3"),),
    ),
    declare(
        Category.NUMBER,
        meaning("MOD(number: number, divisor: number) -> number", remainder),
        zh="余数，符号与被除数相同。",
        en="The remainder, with the sign of the dividend.",
        examples=(("MOD(-7, 3)", "-1"), ("MOD(7.5, 2)", "1.5")),
    ),
    declare(
        Category.NUMBER,
        meaning("SQRT(number: number) -> number", _square_root),
        zh="平方根。",
        en="The square root.",
        examples=(("SQRT(9)", "3"),),
    ),
    _floating("EXP", math.exp, "e 的乘方。", "e raised to the number.", ("EXP(0)", "1")),
    _floating("LN", math.log, "自然对数。", "The natural logarithm.", ("LN(1)", "0")),
    _floating(
        "LOG", math.log10, "以 10 为底的对数。", "The logarithm to base 10.", ("LOG(100)", "2")
    ),
    _floating("SIN", math.sin, "正弦（弧度）。", "The sine, in radians.", ("SIN(0)", "0")),
    _floating("COS", math.cos, "余弦（弧度）。", "The cosine, in radians.", ("COS(0)", "1")),
    _floating("TAN", math.tan, "正切（弧度）。", "The tangent, in radians.", ("TAN(0)", "0")),
    _floating("ASIN", math.asin, "反正弦。", "The arc sine.", ("ASIN(0)", "0")),
    _floating("ACOS", math.acos, "反余弦。", "The arc cosine.", ("ACOS(1)", "0")),
    _floating("ATAN", math.atan, "反正切。", "The arc tangent.", ("ATAN(0)", "0")),
    declare(
        Category.NUMBER,
        meaning("ATAN2(y: number, x: number) -> number", _through_double("ATAN2", math.atan2)),
        zh="点 (x, y) 的方位角。",
        en="The angle of the point (x, y).",
        examples=(("ATAN2(0, 1)", "0"),),
    ),
    declare(
        Category.NUMBER,
        meaning("PI() -> number", lambda: _PI),
        zh="圆周率。",
        en="The number pi.",
        examples=(("ROUND(PI(), 4)", "3.1416"),),
    ),
)
