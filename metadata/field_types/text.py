"""Types that hold text: plain, long, Markdown, rich, e-mail, web address, colour, bar code, UUID.

Empty text is null. Text is stored as given, except that e-mail addresses are normalised (domain in
lower case, NFC), rich text is stripped of all markup that could do harm, and what has a form of
its own loses the space around it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import nh3
from email_validator import EmailNotValidError, validate_email

import formula
from metadata.field_type import Coercer, FieldModel, FieldType, Refusal, Storage, Traits
from metadata.field_types import finding
from metadata.field_types.finding import mismatch, refuse
from paas.kernel import Finding

EXPECTED = {"zh-CN": "文本", "en-US": "text"}
ATTRIBUTES = frozenset({"length", "required", "unique", "indexed", "default"})
LONG_ATTRIBUTES = frozenset({"length", "required", "default"})

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
URL = re.compile(
    r"(https?://[^\s/?#:@\\]+|[^\s/?#:@\\.]+(\.[^\s/?#:@\\.]+)+)(:\d{1,5})?([/?#]\S*)?",
    re.IGNORECASE,
)
COLOR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
BAR_CODE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
RICH_TAGS = frozenset(
    {"a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup", "table"}
    | {"tbody", "td", "th", "thead", "tr", "u", "ul"}
)
RICH_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}

MOST_RAW = 1_000_000
"""Characters looked at at all."""

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
            if len(raw) > MOST_RAW:
                return refuse(field, finding.TOO_LONG, limit=limit, length=len(raw))
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


def _rich(_field: FieldModel, raw: str) -> str:
    """Return HTML that can do no harm; '' if nothing would be seen of it."""
    kept = nh3.clean(
        raw, tags=set(RICH_TAGS), attributes=RICH_ATTRIBUTES, url_schemes=SCHEMES
    ).strip()
    shown = "<img" in kept or nh3.clean(kept, tags=set()).replace("&nbsp;", " ").strip()
    return kept if shown else ""


def _color(field: FieldModel, raw: str) -> str | Refusal:
    trimmed = raw.strip().lower()
    if not trimmed or not COLOR.fullmatch(trimmed):
        return refuse(field, finding.INVALID_FORM, expected=COLOR_FORM) if trimmed else ""
    digits = trimmed[1:]
    return "#" + ("".join(each * 2 for each in digits) if len(digits) == 3 else digits)


def _bar_code(field: FieldModel, raw: str) -> str | Refusal:
    trimmed = raw.strip()
    if not trimmed or BAR_CODE.fullmatch(trimmed):
        return trimmed
    return refuse(field, finding.INVALID_FORM, expected=BAR_CODE_FORM)


def _uuid(field: FieldModel, raw: str) -> str | Refusal:
    trimmed = raw.strip()
    if not trimmed:
        return ""
    try:
        return str(uuid.UUID(trimmed))
    except ValueError:
        return refuse(field, finding.INVALID_FORM, expected=UUID_FORM)


def _shaped(pattern: re.Pattern[str], wrong: Finding) -> Check:
    def check(field: FieldModel, raw: str) -> str | Refusal:
        trimmed = raw.strip()
        return trimmed if not trimmed or pattern.fullmatch(trimmed) else refuse(field, wrong)

    return check


COLOR_FORM = {"zh-CN": "#RRGGBB", "en-US": "#RRGGBB"}
BAR_CODE_FORM = {"zh-CN": "可打印的 ASCII 字符", "en-US": "printable ASCII characters"}
UUID_FORM = {"zh-CN": "UUID（32 位十六进制数字）", "en-US": "a UUID (32 hexadecimal digits)"}
BIG = Traits(listed=False, history="changed", search="long")
"""Values that lists read only where they ask for them by name."""


def _type(
    name: str, length: int, check: Check | None = None, traits: Traits | None = None
) -> FieldType:
    return FieldType(
        name,
        Storage.TEXT,
        symbol,
        coercer(length, check),
        control=name,
        attributes=ATTRIBUTES if traits is not BIG else LONG_ATTRIBUTES,
        traits=traits or Traits(search="text"),
    )


TYPES = (
    _type("text", 255),
    _type("long_text", 32_768, traits=BIG),
    _type("markdown", 32_768, traits=BIG),
    FieldType(
        "rich_text",
        Storage.TEXT,
        symbol,
        coercer(65_536, _rich),
        control="rich_text",
        attributes=LONG_ATTRIBUTES,
        traits=Traits(listed=False, strict=True, history="changed"),
    ),
    _type("email", 254, _email),
    _type("url", 500, _shaped(URL, finding.INVALID_URL)),
    FieldType(
        "color",
        Storage.TEXT,
        symbol,
        coercer(7, _color),
        control="color",
        attributes=frozenset({"required", "default"}),
        traits=Traits(strict=True),
    ),
    _type("barcode", 80, _bar_code, Traits(strict=True, search="text")),
    FieldType(
        "uuid",
        Storage.TEXT,
        symbol,
        coercer(36, _uuid),
        control="uuid",
        attributes=ATTRIBUTES - {"length"},
        traits=Traits(strict=True),
    ),
)
