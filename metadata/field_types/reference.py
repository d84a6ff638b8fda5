"""Types that name records, and those without values of their own to give.

Whether the record named exists is asked by the pipeline, for a whole batch at once.
"""

from __future__ import annotations

import re
from typing import Any

import formula
from metadata.field_type import (
    PLAIN_CODEC,
    Coercer,
    FieldModel,
    FieldType,
    Storage,
    TextCodec,
    TextForm,
    Traits,
)
from metadata.field_types import codec, finding
from metadata.field_types.finding import mismatch, refuse
from metadata.field_types.number import DIGITS

EXPECTED = {"zh-CN": "记录编号（文本）", "en-US": "the id of a record (text)"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ATTRIBUTES = frozenset({"on_delete", "hierarchy", "required", "unique", "indexed"})

_NUMBERS = {"integer", "decimal", "currency", "percent"}
_KINDS = {
    "text": formula.Kind.TEXT,
    "boolean": formula.Kind.BOOLEAN,
    "date": formula.Kind.DATE,
    "datetime": formula.Kind.DATETIME,
}


def coercer(field: FieldModel) -> Coercer:
    """Return the coercer of a lookup: a UUID in canonical form, in any case."""
    wrong_type, invalid = mismatch(field, EXPECTED), refuse(field, finding.INVALID_REFERENCE)

    def coerce(raw: Any) -> Any:
        if raw.__class__ is not str:
            return wrong_type
        lowered = raw.lower()
        if UUID.fullmatch(lowered):
            return lowered
        return invalid if raw else None

    return coerce


def symbol(field: FieldModel) -> formula.Type:
    """Return how formulas see a lookup."""
    return formula.Type(formula.Kind.REFERENCE, target=field.target)


def own_id(field: FieldModel) -> formula.Type:
    """Return how formulas see a record's own id."""
    return formula.Type(formula.Kind.REFERENCE, target=field.object)


def read_only(field: FieldModel) -> Coercer:
    """Return the coercer of a field nobody writes."""
    refused = refuse(field, finding.READ_ONLY)
    return lambda _raw: refused


def result_type(field: FieldModel) -> formula.Type:
    """Return the declared type of a formula field's result."""
    definition = field.definition
    result = definition.result or "text"
    if result in _NUMBERS:
        precision = definition.precision or DIGITS
        scale = 0 if result == "integer" else field.scale
        return formula.Type(formula.Kind.NUMBER, precision, scale, percent=result == "percent")
    return formula.Type(_KINDS[result])


def _write_result(field: FieldModel, value: Any, form: TextForm) -> str:
    return _RESULTS.get(field.definition.result or "text", PLAIN_CODEC).write(field, value, form)


_RESULTS = {
    **dict.fromkeys(_NUMBERS, codec.NUMBERS),
    "boolean": codec.FLAGS,
    "datetime": codec.MOMENTS,
}
RESULTS = TextCodec(write=_write_result)
"""Results of formulas are written like fields of their type, and never read."""

TYPES = (
    FieldType(
        "lookup",
        Storage.REFERENCE,
        symbol,
        coercer,
        control="lookup",
        attributes=ATTRIBUTES | {"to"},
        traits=Traits(needs=frozenset({"to"})),
    ),
    FieldType(
        "user",
        Storage.REFERENCE,
        symbol,
        coercer,
        control="user",
        attributes=ATTRIBUTES,
        traits=Traits(target="user"),
    ),
    FieldType(
        "department",
        Storage.REFERENCE,
        symbol,
        coercer,
        "department",
        attributes=ATTRIBUTES,
        traits=Traits(target="department"),
    ),
    FieldType(
        "formula",
        None,
        result_type,
        read_only,
        control="formula",
        attributes=frozenset(
            {"formula", "result", "blank", "precision", "scale", "stored", "indexed"}
        ),
        codec=RESULTS,
        traits=Traits(needs=frozenset({"formula", "result"})),
    ),
    FieldType("id", Storage.REFERENCE, own_id, read_only, control="id"),
    FieldType(
        "version",
        Storage.INTEGER,
        lambda _field: formula.Type(formula.Kind.NUMBER, DIGITS, 0),
        read_only,
        control="version",
        codec=codec.NUMBERS,
    ),
)
