"""What formulas see of the description: fields and objects as symbols.

The formula language knows no metadata; this module gives it names and types. Symbols of formula
fields carry the compiled formula, so compiling one formula may compile others first: the mapping
of an object's fields therefore builds its symbols when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import formula
from metadata.field_type import FieldModel, Labels, Storage


def hop_key(field: FieldModel) -> str | None:
    """Return the key under which a formula's row carries the record that `field` refers to."""
    return hop_of(field.name) if field.target else None


def hop_of(name: str) -> str:
    """Return the key under which a row carries what the step called `name` leads to."""
    return f"@{name}"


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
            compiled = self._formula_of(field)
        except formula.FormulaProblem:
            return made
        # A stored formula is read where it is kept, but takes part in circles like any other.
        return made if field.column is not None else replace(made, formula=compiled)

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


class ChildSymbols(Mapping[str, formula.ChildSymbol]):
    """The records that refer to an object, by case-folded name, found when first asked for.

    Each is called `object.lookup`, and `object` alone where that object has only one lookup here.
    """

    def __init__(self, lookups: Callable[[], Iterable[tuple[FieldModel, Labels]]]) -> None:
        self._lookups = lookups

    @cached_property
    def _known(self) -> Mapping[str, formula.ChildSymbol]:
        by_object: dict[str, list[tuple[FieldModel, Labels]]] = {}
        for field, labels in self._lookups():
            by_object.setdefault(field.object, []).append((field, labels))
        known: dict[str, formula.ChildSymbol] = {}
        for name, found in by_object.items():
            for field, labels in found:
                full = f"{name}.{field.name}"
                called = name if len(found) == 1 else full
                symbol = formula.ChildSymbol(called, name, field_symbol(field), labels)
                known[full.casefold()] = known[called.casefold()] = symbol
        return known

    def __getitem__(self, name: str) -> formula.ChildSymbol:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
