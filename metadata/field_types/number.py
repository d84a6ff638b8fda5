"""Types that hold numbers, exactly, and yes or no.

JSON numbers and `Decimal` are taken, never text. A float stands for its shortest decimal form; one
with more than fifteen digits cannot be told from its neighbours and is refused. A number with more
decimal places than declared is refused, not rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

import formula
from metadata.field_type import Coercer, FieldModel, FieldType, Refusal, Storage, Traits
from metadata.field_types import codec, finding
from metadata.field_types.finding import mismatch, refuse

NUMBER = {"zh-CN": "数字", "en-US": "a number"}
WHOLE = {"zh-CN": "整数", "en-US": "a whole number"}
YES_NO = {"zh-CN": "是或否（true/false）", "en-US": "true or false"}

DIGITS = 18
"""The most digits a stored number has."""
EXACT_FLOAT_DIGITS = 15

ATTRIBUTES = frozenset({"precision", "scale", "required", "unique", "indexed", "default"})


WIDE = Context(prec=400, Emin=-400, Emax=400)
"""Reading is exact whatever the running thread's context is; formulas bound that one."""


def read_number(field: FieldModel, raw: Any, wrong_type: Refusal) -> Decimal | Refusal:
    """Return the exact value of a JSON number."""
    if raw.__class__ is int:
        return Decimal(raw)
    if raw.__class__ is float:
        value = Decimal(repr(raw))
        if value.is_finite() and len(value.normalize(WIDE).as_tuple().digits) > EXACT_FLOAT_DIGITS:
            return refuse(field, finding.INEXACT)
    elif isinstance(raw, Decimal):
        value = raw
    else:
        return wrong_type
    return value if value.is_finite() else wrong_type


def decimal_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a decimal field: within precision and scale, else refused."""
    precision, scale = field.definition.precision or DIGITS, field.scale
    limit = Decimal(10) ** (precision - scale)
    step = Decimal(1).scaleb(-scale)
    largest = limit - step
    wrong_type = mismatch(field, NUMBER)

    def coerce(raw: Any) -> Any:
        value = read_number(field, raw, wrong_type)
        if isinstance(value, Refusal):
            return value
        if not -limit < value < limit:
            return refuse(field, finding.OUT_OF_RANGE, minimum=-largest, maximum=largest)
        kept = value.quantize(step, context=WIDE)
        if kept != value:
            return refuse(field, finding.TOO_PRECISE, scale=scale)
        return kept if kept else kept.copy_abs()  # there is one zero

    return coerce


def integer_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of an integer field; drafts hold `int`."""
    largest = 10 ** (field.definition.precision or DIGITS) - 1
    wrong_type = mismatch(field, WHOLE)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is not int:
            value = read_number(field, raw, wrong_type)
            if isinstance(value, Refusal):
                return value
            if value.copy_abs() <= largest and value != value.to_integral_value():
                return wrong_type
            raw = value
        if not -largest <= raw <= largest:
            return refuse(field, finding.OUT_OF_RANGE, minimum=-largest, maximum=largest)
        return int(raw)

    return coerce


def boolean_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a yes/no field."""
    wrong_type = mismatch(field, YES_NO)
    return lambda raw: raw if raw.__class__ is bool else wrong_type


def number_symbol(percent: bool) -> Callable[[FieldModel], formula.Type]:
    """Return how formulas see a number; a percent field's 45 means 45 %."""

    def symbol(field: FieldModel) -> formula.Type:
        precision, scale = field.definition.precision or DIGITS, field.scale
        return formula.Type(formula.Kind.NUMBER, precision, scale, percent=percent)

    return symbol


MOST_STARS = 5


def rating_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a rating: 0 stars to the field's most."""
    return _within(integer_coercer(field), field, field.definition.most or MOST_STARS)


def progress_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a progress: 0 to 100."""
    return _within(decimal_coercer(field), field, 100)


def _within(coerce: Coercer, field: FieldModel, most: int) -> Coercer:
    outside = refuse(field, finding.OUT_OF_RANGE, minimum=0, maximum=most)

    def coerce_within(raw: Any) -> Any:
        value = coerce(raw)
        if isinstance(value, Refusal) or 0 <= value <= most:
            return value
        return outside

    return coerce_within


def _decimal(name: str, *, percent: bool = False) -> FieldType:
    return FieldType(
        name,
        Storage.DECIMAL,
        number_symbol(percent),
        decimal_coercer,
        control=name,
        attributes=ATTRIBUTES,
        codec=codec.PERCENTS if percent else codec.NUMBERS,
    )


TYPES = (
    FieldType(
        "integer",
        Storage.INTEGER,
        number_symbol(percent=False),
        integer_coercer,
        control="integer",
        attributes=ATTRIBUTES - {"scale"},
        codec=codec.NUMBERS,
    ),
    _decimal("decimal"),
    _decimal("currency"),
    _decimal("percent", percent=True),
    FieldType(
        "rating",
        Storage.INTEGER,
        number_symbol(percent=False),
        rating_coercer,
        control="rating",
        attributes=frozenset({"most", "required", "indexed", "default"}),
        codec=codec.NUMBERS,
        traits=Traits(strict=True),
    ),
    FieldType(
        "progress",
        Storage.DECIMAL,
        number_symbol(percent=True),
        progress_coercer,
        control="progress",
        attributes=frozenset({"scale", "required", "indexed", "default"}),
        codec=codec.PERCENTS,
        traits=Traits(strict=True),
    ),
    FieldType(
        "boolean",
        Storage.BOOLEAN,
        lambda _field: formula.Type(formula.Kind.BOOLEAN),
        boolean_coercer,
        control="boolean",
        attributes=frozenset({"required", "indexed", "default"}),
        codec=codec.FLAGS,
    ),
)
