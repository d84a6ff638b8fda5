"""Literal defaults: what the description says a field holds where nobody said anything.

New records get them; a setting nobody set for anybody reads as them, so its records do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata import ObjectModel, Refusal


def literal_defaults(model: ObjectModel) -> Mapping[str, Any]:
    """Return the literal values new records get where the field is absent."""
    found: dict[str, Any] = {}
    for name, field in model.fields.items():
        if field.column is None:
            continue
        raw = field.definition.default
        if raw is None:
            raw = next((each.value for each in field.values if each.default and each.active), None)
        value = field.coerce(raw) if raw is not None else None
        if value is not None and not isinstance(value, Refusal):
            found[name] = value
    return found
