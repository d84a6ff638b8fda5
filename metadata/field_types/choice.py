"""Types whose values are chosen from a list: picklists and the record type.

Records hold the API value of a choice. A choice that is no longer active is refused for new
values; what records already hold stays.
"""

from __future__ import annotations

from typing import Any

import formula
from metadata.definition import SOURCE_LANGUAGE, PicklistValueDef
from metadata.field_type import Coercer, FieldModel, FieldType, Storage
from metadata.field_types import finding
from metadata.field_types.finding import mismatch, refuse

EXPECTED = {"zh-CN": "选项的 API 值（文本）", "en-US": "the API value of an option (text)"}


def coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a picklist field."""
    offered = frozenset(each.value for each in field.values if each.active)
    wrong_type = mismatch(field, EXPECTED)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is not str:
            return wrong_type
        if raw in offered or not raw:
            return raw or None
        return refuse(field, finding.NOT_AN_OPTION, value=raw[:80])

    return coerce


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


TYPES = (
    FieldType(
        "picklist",
        Storage.TEXT,
        symbol,
        coercer,
        control="picklist",
        attributes=frozenset({"values", "picklist", "required", "indexed", "default"}),
    ),
    FieldType("record_type", Storage.TEXT, symbol, coercer, control="record_type"),
)
