"""One line of a conformance file, as the environment, the row and the evaluation it describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from formula.compiler import compile
from formula.environment import Context, Environment, FieldSymbol, ObjectSymbol
from formula.evaluation import Evaluation
from formula.types import Kind, PicklistValue, Type

_KINDS = {
    "Double": Kind.NUMBER,
    "Currency": Kind.NUMBER,
    "Percent": Kind.NUMBER,
    "Boolean": Kind.BOOLEAN,
    "DateOnly": Kind.DATE,
    "DateTime": Kind.DATETIME,
    "TimeOnly": Kind.TIME,
    "Picklist": Kind.PICKLIST,
    "MultiPicklist": Kind.MULTIPICKLIST,
    "Geolocation": Kind.GEOLOCATION,
    "Null": Kind.NULL,
}


@dataclass(frozen=True, slots=True)
class Case:
    """A case; `line` is the JSON object."""

    line: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Return the case's identity."""
        return str(self.line["id"])

    @property
    def formula(self) -> str:
        """Return the source."""
        return str(self.line["formula"] or "")

    @property
    def functions(self) -> list[str]:
        """Return the names of the functions used."""
        return [str(name) for name in self.line.get("functions", ())]

    @property
    def expected(self) -> Mapping[str, Any]:
        """Return what is expected."""
        found: Mapping[str, Any] = self.line.get("expected", {})
        return found

    @property
    def expects_error(self) -> bool:
        """Tell whether an error is expected."""
        return "error" in self.expected or "error" in self.line

    @property
    def agreement(self) -> str:
        """Return how far the published back-ends agree."""
        return str(self.line.get("agreement") or "near")

    @property
    def result_type(self) -> str | None:
        """Return the declared type of the result."""
        return self.line.get("result_type")

    @property
    def result_scale(self) -> int | None:
        """Return the scale the result is rounded to."""
        scale = self.line.get("result_scale")
        return None if scale is None else int(scale)

    @property
    def is_foreign(self) -> bool:
        """Tell whether the result was recorded under another locale or time zone."""
        return "locale_note" in self.line

    @property
    def tree(self) -> str | None:
        """Return the expected syntax tree, as an s-expression."""
        return self.line.get("tree")

    @property
    def is_parse_only(self) -> bool:
        """Tell whether only the syntax counts."""
        return "expected" not in self.line

    def is_exact(self, exact: frozenset[str]) -> bool:
        """Tell whether numbers must be equal to the last digit."""
        return bool(self.functions) and set(self.functions) <= exact


def evaluation_of(case: Case) -> Evaluation:
    """Return the evaluation, with the globals the case gives."""
    scopes: dict[str, dict[str, Any]] = {}
    for declared in case.line["fields"]:
        name = declared["name"]
        if name.startswith("$"):
            scope, _dot, rest = name.partition(".")
            raw = case.line["inputs"].get(name)
            scopes.setdefault(scope.casefold(), {})[rest] = _value(declared, raw)
    return Evaluation(now=datetime(2024, 5, 17, 8, 30, tzinfo=UTC), globals=scopes)


def environment_of(case: Case) -> Environment:
    """Return the environment the declared fields make."""
    objects: dict[str, dict[str, FieldSymbol]] = {"": {}}
    scopes: dict[str, dict[str, FieldSymbol]] = {}
    known: dict[str, ObjectSymbol] = {}
    formulas = []
    for declared in case.line["fields"]:
        owner, _dot, name = declared["name"].rpartition(".")
        expression = declared.get("formula") or declared["type"].partition(" = ")[2]
        if declared["type"] == "reference":
            objects[declared["name"]] = {}
        if expression:
            formulas.append((owner, name, declared, expression))
        elif owner.startswith("$"):
            symbol = FieldSymbol(name, _type(declared))
            scopes.setdefault(owner.casefold(), {})[name.casefold()] = symbol
        else:
            objects[owner][name.casefold()] = FieldSymbol(name, _type(declared))
    _share(objects)
    known |= {path: ObjectSymbol(path or "record", fields) for path, fields in objects.items()}
    environment = Environment(
        object=known[""],
        objects=known.get,
        globals={scope: ObjectSymbol(scope, fields) for scope, fields in scopes.items()},
        context=Context(allow_change_functions=True),
        blank="zero" if case.line["mode"] == "blank_as_zero" else "blank",
    )
    for owner, name, declared, expression in formulas:
        compiled = compile(expression, environment)
        objects[owner][name.casefold()] = FieldSymbol(name, _type(declared), formula=compiled)
    return environment


def _share(objects: Mapping[str, dict[str, FieldSymbol]]) -> None:
    """Give related objects the plain fields of the others: the cases mean objects of one kind."""
    plain = {
        key: symbol
        for fields in objects.values()
        for key, symbol in fields.items()
        if symbol.type.kind is not Kind.REFERENCE
    }
    for path, fields in objects.items():
        if path:
            fields.update({key: value for key, value in plain.items() if key not in fields})


def row_of(case: Case, *, prior: bool = False) -> dict[str, Any] | None:
    """Return the row, or with `prior` the one before the change, if the case has one."""
    inputs = case.line.get("prior_inputs") if prior else case.line["inputs"]
    if inputs is None:
        return None
    types = {declared["name"]: declared for declared in case.line["fields"]}
    return _row(inputs, types, "")


def _row(inputs: Mapping[str, Any], types: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, declared in types.items():
        owner, _dot, field = name.rpartition(".")
        if owner != prefix:
            continue
        raw = inputs.get(field)
        if declared["type"] == "reference":
            row["@" + field] = {**_blank(types), **_row(raw, types, name)} if raw else None
            row[field] = raw and raw.get("id")
        else:
            row[field] = _value(declared, raw)
    return row


def _blank(types: Mapping[str, Any]) -> dict[str, Any]:
    return {name.rpartition(".")[2]: None for name in types}


def _type(declared: Mapping[str, Any]) -> Type:
    word = declared["type"].partition(" = ")[0]
    if word == "reference":
        return Type(Kind.REFERENCE, target=declared["name"])
    values: tuple[PicklistValue, ...] = ()
    if isinstance(declared.get("values"), Mapping):
        values = tuple(
            PicklistValue(value, value, {"en-US": label})
            for value, label in declared["values"].items()
        )
    return Type(_KINDS.get(word, Kind.TEXT), percent=word == "Percent", values=values)


def _value(declared: Mapping[str, Any], raw: Any) -> Any:
    if raw is None:
        return None
    kind = _type(declared).kind
    if kind is Kind.NUMBER:
        return Decimal(str(raw))
    if kind is Kind.DATE:
        return date.fromisoformat(raw[:10])
    if kind is Kind.DATETIME:
        return datetime.fromisoformat(raw.replace("Z", "+00:00"))
    if kind is Kind.TIME:
        return time.fromisoformat(raw)
    if kind is Kind.GEOLOCATION:
        return tuple(Decimal(str(part)) for part in raw)
    return raw
