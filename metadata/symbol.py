"""What formulas see of the description: fields, objects and globals as symbols.

The formula language knows no metadata; this module gives it names and types. Symbols of formula
fields carry the compiled formula, so compiling one formula may compile others first: the mapping
of an object's fields therefore builds its symbols when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import formula
from metadata.field_type import FieldModel, Storage

USER_OBJECT = "user"
GLOBALS = {"$user": USER_OBJECT}
"""Names that formulas may use anywhere, and the object whose fields they offer."""


def hop_key(field: FieldModel) -> str | None:
    """Return the key under which a formula's row carries the record that `field` refers to."""
    return f"@{field.name}" if field.target else None


def field_symbol(field: FieldModel) -> formula.FieldSymbol:
    """Return `field` as the formula language sees it, without the formula behind it."""
    return formula.FieldSymbol(
        name=field.name,
        type=field.symbol_type,
        labels=field.label,
        hop=hop_key(field),
        formula=None,
        physical_scale=_physical_scale(field),
    )


def _physical_scale(field: FieldModel) -> int | None:
    if field.type.storage is Storage.INTEGER:
        return 0
    return field.scale if field.type.storage is Storage.DECIMAL else None


class FieldSymbols(Mapping[str, formula.FieldSymbol]):
    """Symbols of an object's fields by case-folded name, made when looked up.

    Looking a formula field up compiles its formula; walking over all of them (to suggest near
    names) does not. A formula that does not compile is reported where it stands, not where it is
    read: readers get its declared type.
    """

    def __init__(
        self,
        fields: Mapping[str, FieldModel],
        formula_of: Callable[[FieldModel], formula.Formula],
    ) -> None:
        self._fields = {name.casefold(): field for name, field in fields.items()}
        self._formula_of = formula_of
        self._made: dict[str, formula.FieldSymbol] = {}

    def __getitem__(self, name: str) -> formula.FieldSymbol:
        field = self._fields[name]
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = field_symbol(field)
        if field.definition.formula is None:
            return made
        try:
            return replace(made, formula=self._formula_of(field))
        except formula.FormulaProblem:
            return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def values(self) -> list[formula.FieldSymbol]:  # type: ignore[override]
        """Return every symbol, formulas not compiled."""
        return [field_symbol(field) for field in self._fields.values()]

    def items(self) -> list[tuple[str, formula.FieldSymbol]]:  # type: ignore[override]
        """Return every name and symbol, formulas not compiled."""
        return [(name, field_symbol(field)) for name, field in self._fields.items()]


def environment_of(
    objects: Callable[[str], formula.ObjectSymbol | None],
    object_name: str | None,
    *,
    blank: formula.Blank,
    change_functions: bool,
    readable: Callable[[str, str], bool] | None,
) -> formula.Environment:
    """Return what names mean inside the object called `object_name`."""
    globals_ = {name: objects(target) for name, target in GLOBALS.items()}
    return formula.Environment(
        object=objects(object_name) if object_name else None,
        objects=objects,
        globals={name: symbol for name, symbol in globals_.items() if symbol is not None},
        context=formula.Context(allow_change_functions=change_functions),
        blank=blank,
        readable=readable,
    )
