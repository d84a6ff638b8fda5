"""Fields: their type decides which attributes mean something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metadata import finding
from metadata.definition import FieldDef
from metadata.document import near
from metadata.field_type import FieldType, Refusal
from metadata.field_types.number import DIGITS
from metadata.kind import DefinitionKind, FormulaUse, Reference, Rename
from metadata.kinds.picklist import check_choices
from metadata.snapshot import Snapshot
from metadata.system_field import RESERVED
from paas.kernel import Violation

TYPED = (
    "to",
    "on_delete",
    "length",
    "precision",
    "scale",
    "required",
    "unique",
    "indexed",
    "default",
    "values",
    "picklist",
    "result",
    "formula",
    "blank",
)
"""Attributes that only some types have."""

WORDS = frozenset({"and", "or", "not", "true", "false", "null"})
"""Names that mean something else in formulas."""

MOST_INDEXED = 600
"""Characters of a text in an index: PostgreSQL takes 2,704 bytes."""

SYSTEM_TYPES = frozenset({"id", "version", "record_type"})


def check(definition: FieldDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with a field of a known type."""
    type_ = snapshot.field_types[definition.type]
    yield from _check_name(definition, type_)
    yield from _check_attributes(definition, type_)
    yield from _check_choices(definition)
    if (definition.unique or definition.indexed) and (definition.length or 0) > MOST_INDEXED:
        yield finding.TOO_LONG_FOR_INDEX.at("/length", limit=MOST_INDEXED)
    if definition.on_delete == "set_null" and definition.required:
        yield finding.NULL_NEEDED.at("/on_delete")
    precision = definition.precision or DIGITS
    if definition.scale is not None and definition.scale > precision:
        yield finding.SCALE_TOO_LARGE.at("/scale", precision=precision)
    elif definition.default is not None:
        yield from _check_default(definition, snapshot)


def check_type(definition: FieldDef, types: Mapping[str, FieldType]) -> Iterator[Violation]:
    """Yield a violation if nobody may give a field this type; nothing else can be checked then."""
    if definition.type not in types or definition.type in SYSTEM_TYPES:
        hint = near(definition.type, types.keys() - SYSTEM_TYPES)
        yield finding.TYPE_UNKNOWN.at("/type", type=definition.type, hint=hint)


def _check_name(definition: FieldDef, type_: FieldType) -> Iterator[Violation]:
    folded = definition.name.casefold()
    is_reserved = folded in RESERVED and not definition.protected
    if is_reserved or folded in WORDS:
        yield finding.NAME_RESERVED.at("/name", name=definition.name)
    for name in (definition.object, definition.to or type_.target):
        if name and name.casefold() == folded:
            yield finding.NAME_OF_OBJECT.at("/name", name=name)
            return


def _check_attributes(definition: FieldDef, type_: FieldType) -> Iterator[Violation]:
    for key in TYPED:
        is_given = getattr(definition, key) != FieldDef.model_fields[key].default
        if is_given and key not in type_.attributes:
            yield finding.ATTRIBUTE_UNUSED.at(f"/{key}", key=key, type=type_.name)
        if not is_given and key in type_.required_attributes:
            yield finding.ATTRIBUTE_NEEDED.at("", key=key, type=type_.name)

    if definition.history is not None and type_.storage is None:
        yield finding.ATTRIBUTE_UNUSED.at("/history", key="history", type=type_.name)


def _check_choices(definition: FieldDef) -> Iterator[Violation]:
    if definition.type == "picklist" and bool(definition.values) == bool(definition.picklist):
        yield finding.CHOICES_NEEDED.at("/values")
    yield from check_choices(definition.values)


def _check_default(definition: FieldDef, snapshot: Snapshot) -> Iterator[Violation]:
    model = snapshot.find_object(definition.object)
    field = model.field(definition.name) if model else None
    if field is None or (
        definition.picklist and not snapshot.find("picklist", definition.picklist)
    ):
        return
    value = field.coerce(definition.default)
    if isinstance(value, Refusal):
        sentence = value.finding.at(None, **value.params)
        reason = {tag: sentence.detail(tag) for tag in sentence.texts}
        yield finding.DEFAULT_INVALID.at("/default", reason=reason)


def references(definition: FieldDef) -> Iterator[Reference]:
    """Yield what a field needs."""
    if definition.to:
        yield "object", None, definition.to
    if definition.picklist:
        yield "picklist", None, definition.picklist
    if definition.type in {"user", "department"}:
        yield "object", None, definition.type


def formulas(definition: FieldDef) -> Iterator[FormulaUse]:
    """Yield the formula of a formula field."""
    if definition.formula is not None:
        yield FormulaUse("/formula", definition.formula, definition.object, in_sql=True)


def renamed(definition: FieldDef, rename: Rename) -> FieldDef:
    """Return the field after a rename."""
    if rename.kind == "object" and definition.to == rename.old:
        return definition.model_copy(update={"to": rename.new})
    if rename.kind == "picklist" and definition.picklist == rename.old:
        return definition.model_copy(update={"picklist": rename.new})
    return definition


KIND = DefinitionKind(
    FieldDef,
    listed_as="fields",
    check=check,
    references=references,
    formulas=formulas,
    renamed=renamed,
    label={"zh-CN": "字段", "en-US": "field"},
)
