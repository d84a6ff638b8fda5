"""What can be wrong with one value. Every sentence names the field by its `label`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata.field_type import FieldModel, Refusal
from paas.kernel import Finding

TYPE_MISMATCH = Finding(
    "field.type_mismatch",
    "“{label}”应为{expected}。",
    "“{label}” must be {expected}.",
)
TOO_LONG = Finding(
    "field.too_long",
    "“{label}”最多 {limit} 个字，现有 {length} 个。",
    "“{label}” takes at most {limit} characters; this has {length}.",
)
BAD_CHARACTER = Finding(
    "field.bad_character",
    "“{label}”包含无法保存的字符（位置 {position}）。",
    "“{label}” contains a character that cannot be stored (at {position}).",
)
OUT_OF_RANGE = Finding(
    "field.out_of_range",
    "“{label}”应在 {minimum} 与 {maximum} 之间。",
    "“{label}” must be between {minimum} and {maximum}.",
)
TOO_PRECISE = Finding(
    "field.too_precise",
    "“{label}”最多 {scale} 位小数。",
    "“{label}” takes at most {scale} decimal places.",
)
INEXACT = Finding(
    "field.inexact_number",
    "“{label}”的有效数字过多，无法精确读取。",
    "“{label}” has more digits than could be read exactly.",
)
NOT_AN_OPTION = Finding(
    "field.not_an_option",
    "“{label}”没有选项“{value}”。",
    "“{label}” has no option “{value}”.",
)
OPTION_INACTIVE = Finding(
    "field.option_inactive",
    "“{label}”的选项“{value}”已停用。",
    "The option “{value}” of “{label}” is no longer in use.",
)
INVALID_EMAIL = Finding(
    "field.invalid_email",
    "“{label}”不是有效的电子邮件地址。",
    "“{label}” is not a valid e-mail address.",
)
INVALID_PHONE = Finding(
    "field.invalid_phone",
    "“{label}”不是有效的电话号码。",
    "“{label}” is not a valid telephone number.",
)
INVALID_URL = Finding(
    "field.invalid_url",
    "“{label}”不是有效的网址。",
    "“{label}” is not a valid web address.",
)
INVALID_DATE = Finding(
    "field.invalid_date",
    "“{label}”不是有效的日期，格式为 YYYY-MM-DD。",
    "“{label}” is not a valid date; the form is YYYY-MM-DD.",
)
INVALID_DATETIME = Finding(
    "field.invalid_datetime",
    "“{label}”不是有效的时间，格式为 YYYY-MM-DDThh:mm:ss 加时区（Z 或 +08:00）。",
    "“{label}” is not a valid time; the form is YYYY-MM-DDThh:mm:ss with an offset (Z or +08:00).",
)
INVALID_TIME = Finding(
    "field.invalid_time",
    "“{label}”不是有效的时刻，格式为 HH:MM 或 HH:MM:SS。",
    "“{label}” is not a valid time of day; the form is HH:MM or HH:MM:SS.",
)
INVALID_FORM = Finding(
    "field.invalid_form",
    "“{label}”的格式不正确，应为{expected}。",
    "“{label}” does not have the right form; it must be {expected}.",
)
TOO_MANY = Finding(
    "field.too_many",
    "“{label}”最多 {limit} 项，现有 {count} 项。",
    "“{label}” takes at most {limit} items; there are {count}.",
)
TOO_DEEP = Finding(
    "field.too_deep",
    "“{label}”嵌套超过 {limit} 层。",
    "“{label}” is nested more than {limit} levels deep.",
)
INVALID_REFERENCE = Finding(
    "field.invalid_reference",
    "“{label}”应为记录的编号。",
    "“{label}” must be the id of a record.",
)
READ_ONLY = Finding(
    "field.read_only",
    "“{label}”由系统计算，不能写入。",
    "“{label}” is computed and cannot be written.",
)


def refuse(field: FieldModel, finding: Finding, **params: Any) -> Refusal:
    """Return the refusal of a value of `field`."""
    return Refusal(finding, {"label": field.label, **params})


def mismatch(field: FieldModel, expected: Mapping[str, str]) -> Refusal:
    """Return the refusal of a value of another JSON type."""
    return Refusal(TYPE_MISMATCH, {"label": field.label, "expected": expected})
