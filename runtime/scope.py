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
    """Records the caller owns, whose department lies below one he leads, or shared with him."""
    NONE = "none"


MANY = -1
"""Instead of a number of departments: they are one list parameter."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a caller reaches beyond his own records, as far as statements differ by it.

    `led` is the number of departments they have parameters for; `is_shared_with` says that some
    records are shared with him one by one.
    """

    led: int = 0
    is_shared_with: bool = False


NO_REACH = Reach()


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows a statement may see."""

    rows: Rows
    reach: Reach = NO_REACH


EVERYTHING = Scope(Rows.ALL)
NOTHING = Scope(Rows.NONE)
