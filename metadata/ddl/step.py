"""One statement of a publish on the tables of records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A statement, and the name of what it is for if the data may stand in its way."""

    text: str
    subject: str | None = None
