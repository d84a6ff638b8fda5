"""Field types: how a field is stored, seen by formulas, read from JSON and shown.

A type is a value plugged into `FIELD_TYPES`; a `FieldModel` is a field of that type at one
revision. Coercion turns one raw API value into the value a draft holds; it never sees other
fields and never raises: a refusal is a `Finding` with params. The built-in types are in
`metadata.field_types`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

from formula import Formula, Type
from metadata.definition import SOURCE_LANGUAGE, FieldDef, PicklistValueDef
from paas.kernel import ExtensionPoint, Finding

Labels = Mapping[str, str]
Kept = Literal["values", "changed"]
"""Old and new value, or only that there was a change (long or secret content)."""
WrittenBy = Literal["caller", "engine", "capability"]

SearchForm = Literal["text", "long", "digits"]
"""Names and short texts, also by their pinyin; long texts; numbers people write with separators."""


class Storage(enum.Enum):
    """What a column holds; the DDL and the codecs of each database follow from it."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    REFERENCE = "reference"
    SEVERAL = "several"
    """Texts joined by semicolons, an array in JSON."""
    PLACE = "geolocation"
    """Latitude and longitude."""
    DOCUMENT = "document"
    """Any JSON, kept as its text."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a raw value cannot be taken: the finding and the parts of its sentence."""

    finding: Finding
    params: Mapping[str, Any]


Coercer = Callable[[Any], Any]
"""raw JSON value (never None) → draft value (None for an empty text), or a `Refusal`."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """How values stand in a table of texts, such as a CSV file.

    With a `language` choices are written by their labels, else by their API values; either is
    read. Times without an offset are local ones of the `zone`, and written so.
    """

    language: str | None = None
    zone: str = "UTC"


PLAIN_FORM = TextForm()


def _same(_field: FieldModel, text: str, _form: TextForm) -> Any:
    return text


def _plain(_field: FieldModel, value: Any, _form: TextForm) -> str:
    return str(value)


@dataclass(frozen=True, slots=True)
class TextCodec:
    """Values as text and back.

    `read` gives a raw API value for the pipeline, which checks it; what cannot be read stays the
    text it is, so that it is refused there with all else. `write` takes an API value that is not
    None.
    """

    read: Callable[[FieldModel, str, TextForm], Any] = _same
    write: Callable[[FieldModel, Any, TextForm], str] = _plain


PLAIN_CODEC = TextCodec()


@dataclass(frozen=True, slots=True)
class Traits:
    """What is special about a field type.

    `needs` are the attributes a field of it cannot do without, `target` the object that every
    field of it refers to. Values that are not `listed` are only read where they are asked for by
    name, as big ones are. What is not `sortable` has no order. `schema` is its JSON Schema where
    that of the storage says too little. `written_by` tells whose values a field takes: the
    caller's, or the engine's own. Values of a type that is `strict` have a form of their own:
    nothing else becomes one of them later. `history` is what a field's history keeps of a change.
    `search` is how searches read its values; without, they do not.
    """

    needs: frozenset[str] = frozenset()
    target: str | None = None
    listed: bool = True
    sortable: bool = True
    strict: bool = False
    written_by: WrittenBy = "caller"
    schema: Mapping[str, Any] | None = None
    history: Kept = "values"
    search: SearchForm | None = None


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field type as a plug-in value.

    `storage` is None for fields without a column (formulas). `attributes` are the keys of
    `FieldDef` that mean something for the type. `control` tells clients how to show it.
    """

    name: str
    storage: Storage | None
    symbol: Callable[[FieldModel], Type]
    coercer: Callable[[FieldModel], Coercer]
    control: str
    attributes: frozenset[str] = frozenset()
    codec: TextCodec = PLAIN_CODEC
    traits: Traits = Traits()

    @property
    def target(self) -> str | None:
        """Return the object that every field of the type refers to, if there is one."""
        return self.traits.target

    @property
    def history(self) -> Kept:
        """Return what a field's history keeps of a change."""
        return self.traits.history

    @property
    def search(self) -> SearchForm | None:
        """Return how searches read its values; None where they cannot."""
        return self.traits.search


FIELD_TYPES = ExtensionPoint("field_types", FieldType, lambda value: value.name)


DEFAULT_SCALE = 2
"""Decimal places of a decimal field that does not say."""
DECIMALS = frozenset({"decimal", "currency", "percent"})


def _scale(definition: FieldDef, type_: FieldType) -> int:
    if definition.scale is not None:
        return definition.scale
    is_decimal = type_.storage is Storage.DECIMAL or definition.result in DECIMALS
    return DEFAULT_SCALE if is_decimal else 0


class FieldScope(Protocol):
    """What a field asks of the snapshot it stands in."""

    def choices(self, field: FieldDef) -> tuple[PicklistValueDef, ...]:
        """Return the values a field offers."""

    def compile_field(self, field: FieldModel) -> Formula:
        """Compile the formula of a formula field."""

    def compile_default(self, field: FieldModel) -> Formula:
        """Compile the formula that gives a field's value in new records."""


class FieldModel:
    """A field of an object at one revision."""

    def __init__(self, scope: FieldScope, definition: FieldDef, type_: FieldType) -> None:
        self._scope = scope
        self.definition = definition
        self.type = type_
        self.name = definition.name
        self.uid = definition.uid
        self.object = definition.object
        self.label: Labels = definition.label or {SOURCE_LANGUAGE: definition.name}
        self.column = definition.physical if type_.storage else None
        self.target = type_.target or definition.to
        self.required = definition.required
        self.scale = _scale(definition, type_)
        """Digits after the point of a decimal; on SQLite the column holds value × 10^scale."""
        self.written_by: WrittenBy = type_.traits.written_by
        """Whose values the field takes: the caller's, the pipeline's own, or those of holders of
        the pipeline's capability (approval and lock status)."""

    @cached_property
    def values(self) -> tuple[PicklistValueDef, ...]:
        """Return the choices of a picklist field, its own or the shared picklist's."""
        return self._scope.choices(self.definition)

    @cached_property
    def coerce(self) -> Coercer:
        """Return the function that reads one raw API value of this field."""
        return self.type.coercer(self)

    @cached_property
    def formula(self) -> Formula | None:
        """Return the compiled formula of a formula field; raises `FormulaProblem`."""
        return self._scope.compile_field(self) if self.definition.formula is not None else None

    @cached_property
    def default_formula(self) -> Formula | None:
        """Return the compiled formula of the default, if it has one; raises `FormulaProblem`."""
        given = self.definition.default_formula is not None
        return self._scope.compile_default(self) if given else None

    @cached_property
    def symbol_type(self) -> Type:
        """Return the field's type in the formula language."""
        return self.type.symbol(self)

    @cached_property
    def default(self) -> Any:
        """Return the draft value of new records that do not give one, None if there is none."""
        if self.definition.default is not None:
            return self.coerce(self.definition.default)
        return next((each.value for each in self.values if each.default and each.active), None)

    def read_text(self, text: str, form: TextForm = PLAIN_FORM) -> Any:
        """Return the raw API value that `text` stands for; None if it is blank.

        Text that cannot be read comes back as it is: the pipeline refuses it.
        """
        stripped = text.strip()
        if not stripped:
            return None
        codec = self.type.codec
        return codec.read(self, text if codec is PLAIN_CODEC else stripped, form)

    def write_text(self, value: Any, form: TextForm = PLAIN_FORM) -> str:
        """Return an API value as text; '' for None."""
        return "" if value is None else self.type.codec.write(self, value, form)

    @property
    def is_writable(self) -> bool:
        """Tell whether the field has a column at all (formula fields have none)."""
        return self.type.storage is not None

    def __repr__(self) -> str:
        return f"FieldModel({self.object}.{self.name})"
