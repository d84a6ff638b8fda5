"""Coercion: raw API values → draft values, with every violation of a row collected.

For each object, operation and set of writable fields one function is generated as Python source:
known keys are read one after the other without a loop or a lookup of what they mean. Whether a
value is right for its type is the business of the field type; what a whole record needs is
decided later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from metadata import FieldModel, ObjectModel, Refusal
from paas.kernel import Violation
from runtime.problem import FIELD_NOT_WRITABLE, FIELD_UNKNOWN

Wrong = list[tuple[Violation, str | None]]
"""Violations, each with the field whose value cannot be used."""
Coercion = Callable[[Mapping[str, Any]], tuple[dict[str, Any], Wrong | None]]

_ABSENT = object()
SHOWN = 80
"""Characters of a strange key that are shown back."""


def pointer_to(name: str) -> str:
    """Return the JSON pointer of a member."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def coercion(model: ObjectModel, writable: Collection[str], reserved: Collection[str]) -> Coercion:
    """Return the function that reads one raw row.

    `reserved` are keys that mean something to the command itself and are passed over.
    """
    names: dict[str, Any] = {
        "ABSENT": _ABSENT,
        "Refusal": Refusal,
        "refused": _refused,
        "strange": _strange(model, frozenset(writable), frozenset(reserved)),
    }
    lines = ["def coerce(raw):", " given = {}", " wrong = None", " seen = 0", " get = raw.get"]
    for index, name in enumerate(_ordered(model, writable)):
        names[f"c{index}"] = model.fields[name].coerce
        lines += _reading(name, index)
    lines += [f" seen += {key!r} in raw" for key in sorted(reserved)]
    lines += [" if seen != len(raw):", "  wrong = strange(raw, wrong)", " return given, wrong"]
    exec(compile("\n".join(lines), f"<coerce {model.name}>", "exec"), names)  # noqa: S102
    made: Coercion = names["coerce"]
    return made


def _ordered(model: ObjectModel, writable: Collection[str]) -> list[str]:
    return [name for name in model.fields if name in writable]


def _reading(name: str, index: int) -> list[str]:
    return [
        f" x = get({name!r}, ABSENT)",
        " if x is not ABSENT:",
        "  seen += 1",
        "  if x is not None:",
        f"   x = c{index}(x)",
        "   if x.__class__ is Refusal:",
        f"    wrong = refused(wrong, {name!r}, x)",
        "    x = ABSENT",
        "  if x is not ABSENT:",
        f"   given[{name!r}] = x",
    ]


def _refused(wrong: Wrong | None, name: str, refusal: Refusal) -> Wrong:
    violation = refusal.finding.at(pointer_to(name), **refusal.params)
    return [*(wrong or ()), (violation, name)]


def _strange(
    model: ObjectModel, writable: frozenset[str], reserved: frozenset[str]
) -> Callable[[Mapping[str, Any], Wrong | None], Wrong]:
    """Return the function that explains keys that are unknown or must not be written."""

    def explain(raw: Mapping[str, Any], wrong: Wrong | None) -> Wrong:
        found = list(wrong or ())
        for name in raw:
            if name in writable or name in reserved:
                continue
            field = model.fields.get(name)
            found.append((_explained(model, name, field), None))
        return found

    return explain


def _explained(model: ObjectModel, name: str, field: FieldModel | None) -> Violation:
    if field is None:
        shown = name[:SHOWN]
        return FIELD_UNKNOWN.at(pointer_to(shown), object=model.label, name=shown)
    return FIELD_NOT_WRITABLE.at(pointer_to(name), label=field.label)
