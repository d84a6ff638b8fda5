"""The built-in kind of action: give a field of the record the value of a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pydantic import Field

import formula
from metadata import (
    SYSTEM_FIELDS,
    ApiName,
    FieldModel,
    ObjectModel,
    Part,
    Reference,
    Rename,
    Snapshot,
)
from paas.kernel import Violation
from runtime import Work
from workflow.extension import ActionKind, Occasion, Source
from workflow.problem import FIELD_NOT_WRITABLE, UNKNOWN_FIELD, VALUE_UNFIT

_NATURAL = frozenset(field.name for field in SYSTEM_FIELDS)
_TEXTY = frozenset({formula.Kind.TEXT, formula.Kind.PICKLIST, formula.Kind.REFERENCE})


class FieldUpdateSettings(Part):
    """`field` is set to the result of the formula `value`; null empties it."""

    field: ApiName
    value: str = Field(min_length=1, max_length=20_000)


def _check(
    settings: FieldUpdateSettings, model: ObjectModel, snapshot: Snapshot
) -> Iterator[Violation]:
    field = model.field(settings.field)
    if field is None:
        yield UNKNOWN_FIELD.at("/field", object=model.label, name=settings.field)
    elif not field.is_writable or field.written_by != "caller":
        yield FIELD_NOT_WRITABLE.at("/field", name=field.label)
    else:
        yield from _check_value(settings, field, snapshot)


def _check_value(
    settings: FieldUpdateSettings, field: FieldModel, snapshot: Snapshot
) -> Iterator[Violation]:
    try:
        compiled = formula.compile(settings.value, snapshot.environment(field.object))
    except formula.FormulaProblem:
        return  # publish reports every formula that does not compile
    if not fits(compiled, field):
        yield VALUE_UNFIT.at("/value", name=field.label)


def fits(compiled: formula.Formula, field: FieldModel) -> bool:
    """Tell whether the formula's result may be a value of `field`."""
    given, wanted = compiled.type, field.symbol_type
    if given.kind is formula.Kind.NULL:
        return True
    if wanted.kind is formula.Kind.PICKLIST:
        literal = getattr(compiled.tree, "value", None)  # only a constant has one
        return given.kind in _TEXTY and (
            not isinstance(literal, str) or _choice(field, literal) is not None
        )
    if wanted.kind is formula.Kind.REFERENCE:
        return given.kind is formula.Kind.TEXT or (
            given.kind is wanted.kind and given.target in (None, wanted.target)
        )
    if wanted.kind is formula.Kind.TEXT:
        return given.kind in _TEXTY
    return given.kind is wanted.kind


def api_value(result: Any, field: FieldModel) -> Any:
    """Return a result as `field` takes it: rounded, percent as entered, choice as value."""
    if isinstance(result, Decimal):
        entered = result * 100 if field.symbol_type.percent else result
        return entered.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP)
    if field.values and isinstance(result, str):
        return _choice(field, result) or result
    return result


def _choice(field: FieldModel, text: str) -> str | None:
    """Return the choice with this value, else the one with this label."""
    by_label = {label: each.value for each in field.values for label in each.label.values()}
    return text if any(each.value == text for each in field.values) else by_label.get(text)


def _update(settings: FieldUpdateSettings, occasions: Sequence[Occasion], work: Work) -> None:
    for occasion in occasions:
        field = work.snapshot.object(occasion.instance.object).field(settings.field)
        if field is not None:
            occasion.changes[field.name] = api_value(occasion.values[0], field)


def _references(settings: FieldUpdateSettings, object_name: str) -> Iterator[Reference]:
    if settings.field not in _NATURAL:
        yield "field", object_name, settings.field


def _renamed(settings: FieldUpdateSettings, rename: Rename) -> FieldUpdateSettings:
    is_ours = rename.kind == "field" and rename.old.casefold() == settings.field.casefold()
    return settings.model_copy(update={"field": rename.new}) if is_ours else settings


FIELD_UPDATE = ActionKind(
    key="field_update",
    settings=FieldUpdateSettings,
    run=_update,
    formulas=lambda settings: (Source("/value", settings.value),),
    references=_references,
    renamed=_renamed,
    check=_check,
)

BUILT_IN_ACTIONS = (FIELD_UPDATE,)
