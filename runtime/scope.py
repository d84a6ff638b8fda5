"""Which rows of an object a caller may touch, as a value.

`runtime.access` decides it from permissions, `runtime.sql.predicate` writes it into statements.
Get, list, count, lookups and writes all use the same value, so they cannot disagree.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Rows(enum.Enum):
    """The terms a scope is made of."""

    ALL = "all"
    OWN = "own"
    """Records the caller owns, or whose department lies below one the caller leads."""
    NONE = "none"


MANY = -1
"""Instead of a number of departments: they are one list parameter."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows a statement may see. `led` is the number of departments it has parameters for."""

    rows: Rows
    led: int = 0


EVERYTHING = Scope(Rows.ALL)
NOTHING = Scope(Rows.NONE)
