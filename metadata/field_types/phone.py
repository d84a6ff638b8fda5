"""Telephone numbers: read as people write them, kept as the world dials them (E.164).

`13800138000` in a field whose region is China is kept as `+8613800138000`. An extension follows
as `;ext=801`. Short numbers that only work inside a country (110, 95588) are kept as dialled.
"""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberFormat, shortnumberinfo

import formula
from metadata.field_type import Coercer, FieldModel, FieldType, Refusal, Storage, Traits
from metadata.field_types import finding
from metadata.field_types.finding import refuse
from metadata.field_types.text import coercer

REGION = "CN"
"""The country of numbers without a country code, where the field names none."""
LENGTH = 40
EXTENSION = re.compile(r"\s*(?:转|分机号?|内线)\s*[:：]?\s*")
SHORT = re.compile(r"\d{3,6}", re.ASCII)
REGIONS = phonenumbers.SUPPORTED_REGIONS


def normal(text: str, region: str) -> str | None:
    """Return the number as it is kept, None if it is none."""
    digits = re.sub(r"[\s-]", "", text)
    if SHORT.fullmatch(digits):
        return digits if _is_short(digits, region) else None
    try:
        number = phonenumbers.parse(EXTENSION.sub(" ext. ", text), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    kept = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{kept};ext={number.extension}" if number.extension else kept


def _is_short(digits: str, region: str) -> bool:
    number = phonenumbers.PhoneNumber(
        country_code=phonenumbers.country_code_for_region(region), national_number=int(digits)
    )
    return bool(shortnumberinfo.is_possible_short_number_for_region(number, region))


def _phone(field: FieldModel, raw: str) -> str | Refusal:
    trimmed = raw.strip()
    if not trimmed:
        return ""
    if len(trimmed) > LENGTH * 2:
        return refuse(field, finding.INVALID_PHONE)
    found = normal(trimmed, field.definition.region or REGION)
    return refuse(field, finding.INVALID_PHONE) if found is None else found


def _coercer(field: FieldModel) -> Coercer:
    return coercer(LENGTH, _phone)(field)


def symbol(_field: FieldModel) -> Any:
    """Return how formulas see a number: as text."""
    return formula.Type(formula.Kind.TEXT, precision=LENGTH)


TYPES = (
    FieldType(
        "phone",
        Storage.TEXT,
        symbol,
        _coercer,
        control="phone",
        attributes=frozenset({"region", "length", "required", "unique", "indexed", "default"}),
        traits=Traits(search="digits"),
    ),
)
