"""The built-in field types, in rooms by what they hold. `BUILT_IN` is what a tenant starts with."""

from metadata.field_types import (
    choice,
    moment,
    number,
    phone,
    reference,
    sequence,
    structure,
    text,
)

BUILT_IN = (
    *text.TYPES,
    *phone.TYPES,
    *number.TYPES,
    *moment.TYPES,
    *choice.TYPES,
    *structure.TYPES,
    *sequence.TYPES,
    *reference.TYPES,
)

__all__ = ["BUILT_IN"]
