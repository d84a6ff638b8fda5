"""Types that hold text: plain, long, e-mail, telephone, web address.

Empty text is null. Text is stored as given, except that e-mail addresses are normalised (domain in
lower case, NFC) and e-mail, telephone and web addresses lose the space around them. Telephone
numbers are checked for their shape only: digits with `+ - . / ( )`, spaces and an extension.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from email_validator import EmailNotValidError, validate_email

import formula
from metadata.field_type import Coercer, FieldModel, FieldType, Refusal, Storage
from metadata.field_types import finding
from metadata.field_types.finding import mismatch, refuse
from paas.kernel import Finding

EXPECTED = {"zh-CN": "文本", "en-US": "text"}
ATTRIBUTES = frozenset({"length", "required", "unique", "indexed", "default"})

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
PHONE = re.compile(r"\+?[\d\s\-./()]+((转|分机|ext\.?|x|#)\s*\d{1,8})?", re.IGNORECASE | re.ASCII)
URL = re.compile(
    r"(https?://[^\s/?#:@\\]+|[^\s/?#:@\\.]+(\.[^\s/?#:@\\.]+)+)(:\d{1,5})?([/?#]\S*)?",
    re.IGNORECASE,
)
MOST_PHONE_DIGITS = 24
LEAST_PHONE_DIGITS = 3

Check = Callable[[FieldModel, str], "str | Refusal"]


def symbol(field: FieldModel) -> formula.Type:
    """Return the type of any text field in formulas."""
    return formula.Type(formula.Kind.TEXT, precision=field.definition.length)


def coercer(default_length: int, check: Check | None = None) -> Callable[[FieldModel], Coercer]:
    """Return a coercer for text of limited length, with an optional `check` of its form."""

    def make(field: FieldModel) -> Coercer:
        limit = field.definition.length or default_length
        wrong_type = mismatch(field, EXPECTED)

        def coerce(raw: Any) -> Any:
            if raw.__class__ is not str:
                return wrong_type
            if not raw:
                return None
            if not raw.isascii() or "\x00" in raw:
                bad = UNSTORABLE.search(raw)
                if bad:
                    return refuse(field, finding.BAD_CHARACTER, position=bad.start() + 1)
            value = check(field, raw) if check else raw
            if value.__class__ is str and len(value) > limit:
                return refuse(field, finding.TOO_LONG, limit=limit, length=len(value))
            return value or None

        return coerce

    return make


def _email(field: FieldModel, raw: str) -> str | Refusal:
    trimmed = raw.strip()
    if not trimmed:
        return ""
    try:
        return validate_email(trimmed, check_deliverability=False).normalized
    except EmailNotValidError:
        return refuse(field, finding.INVALID_EMAIL)


def _phone(field: FieldModel, raw: str) -> str | Refusal:
    trimmed = raw.strip()
    digits = sum(map(str.isdigit, trimmed))
    if trimmed and not (
        LEAST_PHONE_DIGITS <= digits <= MOST_PHONE_DIGITS and PHONE.fullmatch(trimmed)
    ):
        return refuse(field, finding.INVALID_PHONE)
    return trimmed


def _shaped(pattern: re.Pattern[str], wrong: Finding) -> Check:
    def check(field: FieldModel, raw: str) -> str | Refusal:
        trimmed = raw.strip()
        return trimmed if not trimmed or pattern.fullmatch(trimmed) else refuse(field, wrong)

    return check


def _type(name: str, length: int, check: Check | None = None) -> FieldType:
    return FieldType(
        name, Storage.TEXT, symbol, coercer(length, check), control=name, attributes=ATTRIBUTES
    )


TYPES = (
    _type("text", 255),
    FieldType(
        "long_text",
        Storage.TEXT,
        symbol,
        coercer(32_768),
        control="long_text",
        attributes=frozenset({"length", "required", "default"}),
        history="changed",
    ),
    _type("email", 254, _email),
    _type("phone", 40, _phone),
    _type("url", 500, _shaped(URL, finding.INVALID_URL)),
)
