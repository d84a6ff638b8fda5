"""Automatic numbers: text that the engine counts up, such as `202611-0042`.

A pattern is text around the date of creation (`{YYYY}`, `{YY}`, `{MM}`, `{DD}`) and one number
with at least so many digits (`{0000}`). Where numbers begin again, the part of the date that says
when must stand in the pattern, so that no two are alike. Counting itself is the business of
`runtime`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from metadata.definition import FieldDef
from metadata.field_type import FieldType, Storage, Traits
from metadata.field_types.text import coercer, symbol

LENGTH = 120
TOKEN = re.compile(r"\{([^{}]*)\}")
NUMBER = re.compile(r"\{(0{1,15})\}")
DATES = {"YYYY": "{:%Y}", "YY": "{:%y}", "MM": "{:%m}", "DD": "{:%d}"}
PARTS: Mapping[str, tuple[frozenset[str], ...]] = {
    "year": (frozenset({"YYYY", "YY"}),),
    "month": (frozenset({"YYYY", "YY"}), frozenset({"MM"})),
    "day": (frozenset({"YYYY", "YY"}), frozenset({"MM"}), frozenset({"DD"})),
}
"""What a pattern must have of the date where numbers begin again."""


def lack_of(pattern: str, reset: str | None) -> Mapping[str, str] | None:
    """Return what is wrong with a pattern, in each language; None if nothing is."""
    tokens = TOKEN.findall(pattern)
    numbers = [each for each in tokens if NUMBER.fullmatch("{" + each + "}")]
    strange = [each for each in tokens if each not in DATES and each not in numbers]
    if strange or "{" in TOKEN.sub("", pattern) or "}" in TOKEN.sub("", pattern):
        return {
            "zh-CN": "花括号内只能是 YYYY、YY、MM、DD 或若干个 0。",
            "en-US": "only YYYY, YY, MM, DD or zeros may stand in braces.",
        }
    if len(numbers) != 1:
        return {
            "zh-CN": "必须恰好有一个数字位（若干个 0）。",
            "en-US": "it needs exactly one number (zeros in braces).",
        }
    if reset and not all(any(each in part for each in tokens) for part in PARTS[reset]):
        return {
            "zh-CN": "按年、月或日重新计数时，格式中必须有相应的日期部分。",
            "en-US": "where numbers begin again, it must have that part of the date.",
        }
    return None


def scope_of(definition: FieldDef, pattern: str, day: date) -> str:
    """Return what a number is counted within: the pattern, and the period that has its own."""
    parts = PARTS[definition.reset] if definition.reset else ()
    return TOKEN.sub(lambda found: _dated(found, day, parts), pattern)


def _dated(found: re.Match[str], day: date, parts: tuple[frozenset[str], ...]) -> str:
    is_counted = any(found[1] in part for part in parts)
    return DATES[found[1]].format(day) if is_counted else found[0]


def written(pattern: str, day: date, number: int) -> str:
    """Return the automatic number `number`."""

    def fill(found: re.Match[str]) -> str:
        form = DATES.get(found[1])
        return form.format(day) if form else str(number).rjust(len(found[1]), "0")

    return TOKEN.sub(fill, pattern)


TYPES = (
    FieldType(
        "auto_number",
        Storage.TEXT,
        symbol,
        coercer(LENGTH),
        control="auto_number",
        attributes=frozenset({"pattern", "patterns", "start", "reset", "unique", "indexed"}),
        traits=Traits(needs=frozenset({"pattern"}), written_by="engine"),
    ),
)
