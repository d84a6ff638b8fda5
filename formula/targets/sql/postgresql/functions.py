"""Every function PostgreSQL computes, and every one it does not, with the reason.

To lower a function, add a line to the room of its category; one that cannot be lowered is named
in `NOT_IN_SQL`. A test holds that each meaning of the language is in one of the tables.
"""

from __future__ import annotations

from formula.targets.sql.postgresql import date, number, text
from formula.targets.sql.postgresql.native import Native
from formula.targets.sql.postgresql.place import PLACES

FUNCTIONS: dict[str, Native] = {**number.NUMBERS, **text.TEXTS, **date.DATES, **PLACES}
_VARIANTS: dict[tuple[str, int], Native] = {**number.VARIANTS, **text.VARIANTS, **date.VARIANTS}
_MOST_COUNTED = 3
_AT_MOST = {"workday": 2}
"""Arguments beyond which there is no text: holidays would need a search day by day."""

NOT_IN_SQL: dict[str, str] = {
    "regex": "PostgreSQL's regular expressions are another language and may take any time.",
    "jsonvalue": "Reading text that is no JSON is an error in PostgreSQL 15, not null.",
    "jsonpathvalue": "Reading text that is no JSON is an error in PostgreSQL 15, not null.",
    "formatcurrency": "Writes for people, where a value is shown.",
    "numberstringrmb": "Writes for people, where a value is shown.",
    "hyperlink": "Markup is made safe in one place only.",
    "image": "Markup is made safe in one place only.",
    "casesafeid": "Identifiers of this product are safe in any case.",
    **dict.fromkeys(
        ("exists", "count", "sum", "avg", "max_children", "min_children"),
        "Child records are not columns of the record.",
    ),
    "vlookup": "Records found by value are not columns of the record.",
    "isnew": "A query sees no change.",
    "isclone": "A query sees no change.",
    "ischanged": "A query sees no change.",
    "priorvalue": "A query sees no change.",
}


def native_of(key: str, count: int) -> Native | None:
    """Return how a meaning is written with so many arguments, None if it is not in SQL."""
    if count > _AT_MOST.get(key, count):
        return None
    return _VARIANTS.get((key, min(count, _MOST_COUNTED)), FUNCTIONS.get(key))
