"""Every function PostgreSQL computes.

To lower a function, add a line to the room of its category; one that cannot be lowered is named
in `formula.targets.sql.missing`. A test holds that each meaning of the language is in one of the
tables.
"""

from __future__ import annotations

from formula.targets.sql.postgresql import date, markup, number, text
from formula.targets.sql.postgresql.amount import AMOUNTS
from formula.targets.sql.postgresql.json_text import JSON_TEXTS
from formula.targets.sql.postgresql.native import Native
from formula.targets.sql.postgresql.place import PLACES

FUNCTIONS: dict[str, Native] = {
    **number.NUMBERS,
    **text.TEXTS,
    **date.DATES,
    **PLACES,
    **AMOUNTS,
    **JSON_TEXTS,
    **markup.MARKUP,
}
_VARIANTS: dict[tuple[str, int], Native] = {
    **number.VARIANTS,
    **text.VARIANTS,
    **date.VARIANTS,
    **markup.VARIANTS,
}
_MOST_COUNTED = 3


def native_of(key: str, count: int) -> Native | None:
    """Return how a meaning is written with so many arguments, None if it is not in SQL."""
    counted = (key, count), (key, min(count, _MOST_COUNTED))
    return next((_VARIANTS[each] for each in counted if each in _VARIANTS), FUNCTIONS.get(key))
