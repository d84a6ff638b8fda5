"""Field types: how a field is stored, seen by formulas, read from JSON and shown.

A type is a value plugged into `FIELD_TYPES`. Coercion turns one raw API value into the value a
draft holds; it never sees other fields and never raises: a refusal is a `Finding` with params.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import formula
from paas.kernel import ExtensionPoint, Finding

if TYPE_CHECKING:
    from metadata.model import FieldModel


class Storage(enum.Enum):
    """What a column holds; the DDL and the codecs of each database follow from it."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a raw value cannot be taken: the finding and the parts of its sentence."""

    finding: Finding
    params: Mapping[str, Any]


Coercer = Callable[[Any], Any]
"""raw JSON value (never None) → draft value (None for an empty text), or a `Refusal`."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field type as a plug-in value.

    `storage` is None for fields without a column (formulas). `attributes` are the keys of
    `FieldDef` that mean something for the type, `required_attributes` those it cannot do without.
    """

    name: str
    storage: Storage | None
    symbol: Callable[[FieldModel], formula.Type]
    coercer: Callable[[FieldModel], Coercer]
    control: str
    attributes: frozenset[str] = frozenset()
    required_attributes: frozenset[str] = frozenset()


FIELD_TYPES = ExtensionPoint[FieldType]("field_types", FieldType, lambda value: value.name)
