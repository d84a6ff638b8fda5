"""Decimal arithmetic of the language: 39 digits, half up, bounded exponents.

Python's operators compute in the decimal context of the running thread. Evaluating a formula
installs `CONTEXT` on the thread, once, and leaves it there: it is a superset of the standard
context, and switching back and forth would cost more than most formulas.
"""

from __future__ import annotations

import decimal
from decimal import Decimal

from formula.evaluation import BAD_ARGUMENT, DIVISION_BY_ZERO, OUT_OF_RANGE, Failure
from formula.limits import MAX_EXPONENT, MAX_POWER

DIGITS = 39
EXACT_DIGITS = 33

CONTEXT = decimal.Context(
    prec=DIGITS,
    rounding=decimal.ROUND_HALF_UP,
    Emin=-MAX_EXPONENT,
    Emax=MAX_EXPONENT,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
_EXACT = decimal.Context(prec=EXACT_DIGITS, rounding=decimal.ROUND_HALF_UP)
_POWER = decimal.Context(prec=DIGITS, rounding=decimal.ROUND_HALF_UP)
_WIDE = decimal.Context(prec=3 * MAX_EXPONENT)

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
HUNDREDTH = Decimal("0.01")
_SMALLEST_POWER = Decimal("1E-39")
_LARGEST_POWER = Decimal(f"1E+{MAX_POWER}")


def settle() -> None:
    """Make the running thread compute as the language does."""
    if decimal.getcontext() is not CONTEXT:
        decimal.setcontext(CONTEXT)


def number(value: object) -> Decimal:
    """Return a row's number as a Decimal within bounds."""
    if isinstance(value, Decimal):
        return value
    return CONTEXT.create_decimal(repr(value) if isinstance(value, float) else str(value))


def settled(value: Decimal) -> Decimal:
    """Drop the noise of inexact digits before a value becomes whole: 6/11*11 is 6, not 5.99…"""
    return _EXACT.plus(value) if len(value.as_tuple().digits) > EXACT_DIGITS else value


def whole(value: Decimal) -> int:
    """Cut the fraction off."""
    return int(value)


def rounded(value: Decimal, digits: int, rounding: str = decimal.ROUND_HALF_UP) -> Decimal:
    """Round to `digits` places, which may be negative."""
    exponent = -max(-MAX_EXPONENT, min(MAX_EXPONENT, digits))
    if _exponent(value) >= exponent:
        return value
    if value.adjusted() < exponent - 1:
        return ZERO if rounding in (decimal.ROUND_HALF_UP, decimal.ROUND_DOWN) else value
    return value.quantize(Decimal((0, (1,), exponent)), rounding, _WIDE)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Divide, failing on zero."""
    if not right:
        raise Failure(DIVISION_BY_ZERO)
    return CONTEXT.divide(left, right)


def remainder(left: Decimal, right: Decimal) -> Decimal:
    """Return what division leaves, with the sign of the dividend."""
    if not right:
        raise Failure(DIVISION_BY_ZERO)
    return CONTEXT.plus(_WIDE.remainder(left, right))


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a power, refusing giants; a fractional exponent needs a positive base."""
    if not exponent:
        return ONE
    if not base:
        if exponent < 0:
            raise Failure(DIVISION_BY_ZERO)
        return ZERO
    fractional = exponent != exponent.to_integral_value()
    if fractional and base < 0:
        raise Failure(BAD_ARGUMENT, name="^", value=plain(base))
    estimate = float(base.copy_abs().log10(_POWER)) * float(exponent)
    if estimate > MAX_POWER:
        raise Failure(OUT_OF_RANGE)
    if estimate < -DIGITS:
        return ZERO
    result = _POWER.power(base, exponent)
    if abs(result) > _LARGEST_POWER:
        raise Failure(OUT_OF_RANGE)
    return ZERO if abs(result) < _SMALLEST_POWER else result


def from_float(value: float) -> Decimal:
    """Return the shortest decimal that names a double."""
    return CONTEXT.create_decimal(repr(value))


def plain(value: Decimal) -> str:
    """Write a number without exponent or trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
