"""One statement of a publish on the tables of records."""

from __future__ import annotations

from dataclasses import dataclass

from metadata.field_type import FieldModel


@dataclass(frozen=True, slots=True)
class Step:
    """A statement, and the field it is for if the data may stand in its way."""

    text: str
    field: FieldModel | None = None
