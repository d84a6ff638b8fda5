"""Types whose values are chosen from a list: picklists, one value or several, and the record type.

Records hold the API value of a choice; of several, all of them in the order of the list, joined by
semicolons. A choice that is no longer active stays valid where records hold it; whether a record
may take a value now (active, offered by its record type and by what the field depends on) is
decided by `runtime`, which knows what the record held before.
"""

from __future__ import annotations

from typing import Any

import formula
from metadata.definition import SOURCE_LANGUAGE, PicklistValueDef
from metadata.field_type import Coercer, FieldModel, FieldType, Storage, Traits
from metadata.field_types import codec, finding
from metadata.field_types.finding import mismatch, refuse
from metadata.field_types.text import UNSTORABLE

EXPECTED = {"zh-CN": "选项的 API 值（文本）", "en-US": "the API value of an option (text)"}
EXPECTED_SEVERAL = {
    "zh-CN": "选项 API 值的列表",
    "en-US": "a list of API values of options",
}
LISTED = {"type": ["array", "null"], "items": {"type": "string"}}
ATTRIBUTES = frozenset({"values", "picklist", "required", "default", "controlled_by", "offers"})


def coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a picklist field."""
    known = frozenset(each.value for each in field.values)
    wrong_type = mismatch(field, EXPECTED)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is not str:
            return wrong_type
        if raw in known or not raw:
            return raw or None
        return refuse(field, finding.NOT_AN_OPTION, value=raw[:80])

    return coerce


def several_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a field with several choices: a list, or its text."""
    places = {each.value: place for place, each in enumerate(field.values)}
    wrong_type = mismatch(field, EXPECTED_SEVERAL)

    def coerce(raw: Any) -> Any:
        parts = raw.split(codec.JOINER) if raw.__class__ is str else raw
        if parts.__class__ not in (list, tuple):
            return wrong_type
        chosen: set[str] = set()
        for part in parts:
            if part.__class__ is not str:
                return wrong_type
            if part and part not in places:
                return refuse(field, finding.NOT_AN_OPTION, value=part[:80])
            chosen.add(part)
        return codec.JOINER.join(sorted(chosen - {""}, key=places.__getitem__)) or None

    return coerce


def tag_coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a tag field: short words of anybody's choice, each once."""
    most, longest = field.definition.most or MOST_TAGS, LONGEST_TAG
    wrong_type = mismatch(field, EXPECTED_TAGS)

    def coerce(raw: Any) -> Any:
        parts = raw.split(codec.JOINER) if raw.__class__ is str else raw
        if parts.__class__ not in (list, tuple) or any(each.__class__ is not str for each in parts):
            return wrong_type
        tags: dict[str, str] = {}
        for part in parts:
            tag = " ".join(part.split())
            if UNSTORABLE.search(part) or codec.JOINER in part:
                return refuse(field, finding.INVALID_FORM, expected=EXPECTED_TAGS)
            if len(tag) > longest:
                return refuse(field, finding.TOO_LONG, limit=longest, length=len(tag))
            if tag:
                tags.setdefault(tag.casefold(), tag)
        if len(tags) > most:
            return refuse(field, finding.TOO_MANY, limit=most, count=len(tags))
        return codec.JOINER.join(tags.values()) or None

    return coerce


def several_symbol(field: FieldModel) -> formula.Type:
    """Return how formulas see a field with several choices."""
    values = tuple(_choice(value) for value in field.values)
    return formula.Type(formula.Kind.MULTIPICKLIST, values=values)


def symbol(field: FieldModel) -> formula.Type:
    """Return how formulas see the field; literals are resolved against these values."""
    return formula.Type(
        formula.Kind.PICKLIST, values=tuple(_choice(value) for value in field.values)
    )


def _choice(value: PicklistValueDef) -> formula.PicklistValue:
    return formula.PicklistValue(value.uid, value.value, ordered_labels(value))


def ordered_labels(value: PicklistValueDef) -> dict[str, str]:
    """Return the labels of a choice, the source language's first; the value stands in for it."""
    source = {SOURCE_LANGUAGE: value.label.get(SOURCE_LANGUAGE, value.value)}
    return source | {tag: text for tag, text in value.label.items() if tag != SOURCE_LANGUAGE}


EXPECTED_TAGS = {
    "zh-CN": "标签的列表（文本，不含分号）",
    "en-US": "a list of tags (text without semicolons)",
}
MOST_TAGS = 50
LONGEST_TAG = 60

TYPES = (
    FieldType(
        "picklist",
        Storage.TEXT,
        symbol,
        coercer,
        control="picklist",
        attributes=ATTRIBUTES | {"indexed"},
        codec=codec.CHOICES,
        traits=Traits(strict=True),
    ),
    FieldType(
        "multi_picklist",
        Storage.SEVERAL,
        several_symbol,
        several_coercer,
        control="multi_picklist",
        attributes=ATTRIBUTES,
        codec=codec.SEVERAL,
        traits=Traits(strict=True, schema=LISTED),
    ),
    FieldType(
        "tag",
        Storage.SEVERAL,
        several_symbol,
        tag_coercer,
        control="tag",
        attributes=frozenset({"most", "required", "default"}),
        codec=codec.SEVERAL,
        traits=Traits(schema=LISTED),
    ),
    FieldType(
        "record_type",
        Storage.TEXT,
        symbol,
        coercer,
        control="record_type",
        codec=codec.CHOICES,
        traits=Traits(strict=True),
    ),
)
