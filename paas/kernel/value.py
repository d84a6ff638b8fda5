"""Values made by the thousand, such as the nodes of a formula's trees.

To the type checker they are frozen dataclasses. At run time nothing keeps them from being
changed, because setting the fields of a frozen dataclass takes most of the time of making one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_class(cls: type[T]) -> type[T]:
    """Make a class a value: compared and hashed by its fields, never to be changed."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
