"""Fields: their type decides which attributes mean something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import formula
from metadata import finding
from metadata.definition import FieldDef
from metadata.document import near, pointer_of
from metadata.field_type import FieldModel, FieldType, Refusal, Storage
from metadata.field_types.codec import JOINER
from metadata.field_types.finding import OPTION_INACTIVE, refuse
from metadata.field_types.number import DIGITS
from metadata.field_types.phone import REGIONS
from metadata.field_types.sequence import lack_of
from metadata.kind import DefinitionKind, FormulaUse, Reference, Rename
from metadata.kinds.picklist import check_choices
from metadata.model import controllers_of
from metadata.snapshot import Snapshot
from metadata.system_field import RESERVED
from paas.kernel import Problem, Violation

TYPED = (
    "to",
    "on_delete",
    "hierarchy",
    "length",
    "precision",
    "scale",
    "required",
    "unique",
    "indexed",
    "default",
    "values",
    "picklist",
    "controlled_by",
    "offers",
    "default_formula",
    "pattern",
    "patterns",
    "start",
    "reset",
    "most",
    "region",
    "result",
    "formula",
    "blank",
    "stored",
)
"""Attributes that only some types have."""

WORDS = frozenset({"and", "or", "not", "true", "false", "null"})
"""Names that mean something else in formulas."""

MOST_INDEXED = 600
"""Characters of a text in an index: PostgreSQL takes 2,704 bytes."""

COMPUTABLE = frozenset(Storage) - {Storage.DOCUMENT}
"""Storages whose values formulas can give."""
RECORD_TYPES = {"zh-CN": "业务类型", "en-US": "record type"}

SYSTEM_TYPES = frozenset({"id", "version", "record_type"})


def check(definition: FieldDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with a field of a known type."""
    type_ = snapshot.field_types[definition.type]
    yield from _check_name(definition, type_)
    yield from _check_attributes(definition, type_)
    yield from _check_choices(definition, type_)
    yield from _check_dependency(definition, snapshot)
    yield from _check_stored(definition, snapshot)
    yield from _check_patterns(definition, snapshot)
    if definition.region and definition.region not in REGIONS:
        yield finding.REGION_UNKNOWN.at("/region", region=definition.region)
    if (definition.unique or definition.indexed) and (definition.length or 0) > MOST_INDEXED:
        yield finding.TOO_LONG_FOR_INDEX.at("/length", limit=MOST_INDEXED)
    target = definition.to or type_.target
    if definition.hierarchy and (target or "").casefold() != definition.object.casefold():
        yield finding.HIERARCHY_ELSEWHERE.at("/hierarchy")
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
        if is_given and key not in type_.attributes and not _takes_formula(key, type_):
            yield finding.ATTRIBUTE_UNUSED.at(f"/{key}", key=key, type=type_.name)
        if not is_given and key in type_.traits.needs:
            yield finding.ATTRIBUTE_NEEDED.at("", key=key, type=type_.name)

    if definition.history is not None and type_.storage is None:
        yield finding.ATTRIBUTE_UNUSED.at("/history", key="history", type=type_.name)
    if definition.searchable and type_.search is None:
        yield finding.ATTRIBUTE_UNUSED.at("/searchable", key="searchable", type=type_.name)


def _check_stored(definition: FieldDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield why a formula's value cannot be kept: every write must know what it moves."""
    if definition.indexed and definition.formula is not None and not definition.stored:
        yield finding.STORED_FIRST.at("/indexed")
    if not definition.stored or definition.formula is None:
        return
    model = snapshot.find_object(definition.object)
    field = model.field(definition.name) if model else None
    try:
        made = field.formula if field else None
    except Problem:
        return  # told where formulas are checked
    if made is not None and not is_keepable(made):
        yield finding.NOT_STORABLE.at("/formula")


def is_keepable(made: formula.Formula) -> bool:
    """Tell whether a formula reads nothing but its record and that record's child records."""
    is_apart = made.globals_read or made.lookups or not made.is_deterministic
    return (
        not is_apart
        and all(len(path) == 1 for path in made.reads)
        and all(
            read.path == () and not read.hops and not read.children for read in made.child_reads
        )
    )


def _takes_formula(key: str, type_: FieldType) -> bool:
    """Tell whether the value of a new record may come from a formula."""
    is_given = type_.traits.written_by == "caller" and type_.name not in SYSTEM_TYPES
    return key == "default_formula" and is_given and type_.storage in COMPUTABLE


def _check_patterns(definition: FieldDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with the patterns of automatic numbers."""
    places = [("/pattern", definition.pattern or "")] if definition.pattern else []
    model = snapshot.find_object(definition.object)
    known = {each.name for each in model.record_types} if model else set(definition.patterns)
    for name, text in definition.patterns.items():
        place = pointer_of(("patterns", name))
        places.append((place, text))
        if name not in known:
            hint = near(name, known)
            yield finding.REFERENCE_UNKNOWN.at(place, kind=RECORD_TYPES, name=name, hint=hint)
    for place, text in places:
        reason = lack_of(text, definition.reset)
        if reason is not None:
            yield finding.PATTERN_INVALID.at(place, reason=reason)


def _check_choices(definition: FieldDef, type_: FieldType) -> Iterator[Violation]:
    takes_values = "values" in type_.attributes
    if takes_values and bool(definition.values) == bool(definition.picklist):
        yield finding.CHOICES_NEEDED.at("/values")
    yield from check_choices(definition.values)
    if type_.storage is Storage.SEVERAL:
        for index, choice in enumerate(definition.values):
            if JOINER in choice.value:
                yield finding.SEMICOLON_IN_CHOICE.at(f"/values/{index}/value", value=choice.value)


def _check_dependency(definition: FieldDef, snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with the field's dependence on another."""
    if bool(definition.offers) != bool(definition.controlled_by):
        key = "offers" if definition.controlled_by else "controlled_by"
        yield finding.ATTRIBUTE_NEEDED.at("", key=key, type=definition.type)
        return
    model = snapshot.find_object(definition.object)
    field = model.field(definition.name) if model else None
    controller = model.field(definition.controlled_by or "") if model else None
    if model is None or field is None or controller is None or not _has_choices(field, snapshot):
        return
    if not _has_choices(controller, snapshot):
        return
    if not _can_control(controller):
        yield finding.NOT_CONTROLLING.at("/controlled_by", name=controller.name)
        return
    if field in controllers_of(model, field):
        yield finding.DEPENDENCY_CYCLE.at("/controlled_by", name=field.name)
    steering = {each.value for each in controller.values} or {"true", "false"}
    offered = {each.value for each in field.values}
    for value, choices in definition.offers.items():
        place = pointer_of(("offers", value))
        if value not in steering:
            yield finding.CHOICE_UNKNOWN.at(place, field=controller.name, value=value)
        for index, choice in enumerate(choices):
            if choice not in offered:
                yield finding.CHOICE_UNKNOWN.at(f"{place}/{index}", field=field.name, value=choice)


def _can_control(field: FieldModel) -> bool:
    """Tell whether the values of a field are few and told one by one."""
    is_choice = "values" in field.type.attributes or field.type.name == "record_type"
    return field.type.storage is Storage.BOOLEAN or (
        is_choice and field.type.storage is Storage.TEXT
    )


def _has_choices(field: FieldModel, snapshot: Snapshot) -> bool:
    """Tell whether the choices of a field are known; a missing picklist is reported elsewhere."""
    named = field.definition.picklist
    return named is None or snapshot.find("picklist", named) is not None


def _check_default(definition: FieldDef, snapshot: Snapshot) -> Iterator[Violation]:
    model = snapshot.find_object(definition.object)
    field = model.field(definition.name) if model else None
    if field is None or (
        definition.picklist and not snapshot.find("picklist", definition.picklist)
    ):
        return
    value = field.coerce(definition.default)
    inactive = [each.value for each in field.values if not each.active]
    if value in inactive:
        value = refuse(field, OPTION_INACTIVE, value=value)
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
    if definition.controlled_by:
        yield "field", definition.object, definition.controlled_by
    if definition.type in {"user", "department"}:
        yield "object", None, definition.type


def formulas(definition: FieldDef) -> Iterator[FormulaUse]:
    """Yield the formulas of a field: that of its values, and that of its default."""
    if definition.formula is not None:
        yield FormulaUse("/formula", definition.formula, definition.object, in_sql=True)
    if definition.default_formula is not None:
        yield FormulaUse("/default_formula", definition.default_formula, definition.object)


def renamed(definition: FieldDef, rename: Rename) -> FieldDef:
    """Return the field after a rename."""
    if rename.kind == "object" and definition.to == rename.old:
        return definition.model_copy(update={"to": rename.new})
    if rename.kind == "picklist" and definition.picklist == rename.old:
        return definition.model_copy(update={"picklist": rename.new})
    is_sibling = rename.kind == "field" and rename.object == definition.object
    if is_sibling and definition.controlled_by == rename.old:
        return definition.model_copy(update={"controlled_by": rename.new})
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
