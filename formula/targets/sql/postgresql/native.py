"""How a function is written in PostgreSQL: a text with places for its arguments.

`{a}`, `{b}` … are the arguments in order, `{*}` all of them, `{others}` those from the third on,
`{zone}` the caller's time zone; `{a:size}` converts (see `CONVERSIONS`), and `{name}` is a step
computed before. A value used more than once is bound to a name, whatever it is.

No text may ever raise, whatever the arguments are: a guard turns an argument to NULL instead of
choosing whether to compute, for PostgreSQL computes constants while it plans.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from formula.limits import MAX_EXPONENT
from formula.targets.sql.value import Expression

LETTERS = "abcdefghijklmnopqrstuvwxyz"
MOST_PLACES = 1_000_000
MOST_DAYS = 4_000_000
_PLACE = re.compile(r"\{(\*|[a-z][a-z_]*)(?::([a-z]+))?\}")
_ARGUMENT = re.compile(r"[a-z]|z_[0-9]+")
_MANY = {"*": 0, "others": 2}
_ATOM = re.compile(r"[a-z_]+\([^()]*\)|[\w.]+")


@dataclass(frozen=True, slots=True)
class Native:
    """A function of PostgreSQL.

    `fails` is a condition over the arguments and `{value}`: where they are not null and it is
    true, computing failed. `guards` are the arguments whose null the text alone would not turn to
    null. `settles`: the number may have more digits than the language keeps.
    """

    text: str
    fails: str | None = None
    guards: str = ""
    settles: bool = False
    steps: Mapping[str, str] = field(default_factory=dict)

    def uses(self, name: str) -> int:
        """Count the places of an argument or step."""
        found = [place for text in (self.text, *self.steps.values()) for place in _places(text)]
        return found.count(name) + sum(map(found.count, _MANY))

    def optional(self, names: Iterable[str]) -> list[str]:
        """Return which of the arguments may be null without the value being so."""
        return (
            list(names)[_MANY["others"] :]
            if "others" in names_in([self.text, *self.steps.values()])
            else []
        )


EMPTY = "{value} IS NULL"


def within(text: str, lowest: int | str, highest: int | str) -> str:
    """Return a text that is null below and above two bounds that are themselves outside."""
    bounded = f"least(greatest({text}, {lowest}), {highest})"
    return f"nullif(nullif({bounded}, {lowest}), {highest})"


def _clamped(lowest: int, highest: int) -> tuple[str, Callable[[Decimal], int]]:
    text = f"trunc(least(greatest({{}}, {lowest}), {highest}))::integer"
    return text, lambda value: int(max(lowest, min(highest, value)))


CLAMPS = {
    "size": _clamped(0, MOST_PLACES),
    "place": _clamped(1, MOST_PLACES),
    "offset": _clamped(-MOST_PLACES, MOST_PLACES),
    "digits": _clamped(-MAX_EXPONENT, MAX_EXPONENT),
    "days": _clamped(-MOST_DAYS, MOST_DAYS),
}
CONVERSIONS = {
    **{name: text for name, (text, _constant) in CLAMPS.items()},
    "double": "{}::double precision",
    "utc": "{} AT TIME ZONE 'UTC'",
    "gmt": "{}",
}
"""What a place may ask for; `gmt` is `utc` for a moment and nothing for a date."""


class Sql(FunctionElement[Any]):
    """A text with SQL in its places, in brackets where it needs them."""

    inherit_cache = False

    def __init__(
        self,
        text: str,
        values: Mapping[str, Expression],
        kind: sa.types.TypeEngine[Any],
        convert: Callable[[str, str], str | None] = lambda _name, _conversion: None,
    ) -> None:
        self.type = kind
        self.pieces, arguments = _taken_apart(text, values, convert)
        super().__init__(*(each.self_group(against=operators.getitem) for each in arguments))

    def self_group(self, against: Any = None) -> Sql:  # noqa: ARG002
        """Stay as it is: brackets are written where they are needed."""
        return self


def _taken_apart(
    text: str, values: Mapping[str, Expression], convert: Callable[[str, str], str | None]
) -> tuple[list[str], list[Expression]]:
    """Return the text between the places, and what stands in them."""
    pieces, arguments, done = [""], [], 0
    for place in _PLACE.finditer(text):
        pieces[-1] += text[done : place.start()]
        done = place.end()
        name, conversion = place[1], place[2]
        if name in _MANY:
            many = [values[each] for each in values if _ARGUMENT.fullmatch(each)][_MANY[name] :]
            arguments += many
            pieces += [", "] * (len(many) - 1) + [""]
            continue
        before, after = "", ""
        if conversion is not None:
            constant = convert(name, conversion)
            if constant is not None:
                pieces[-1] += constant
                continue
            before, _, after = CONVERSIONS[conversion].partition("{}")
        pieces[-1] += before
        arguments.append(values[name])
        pieces.append(after)
    pieces[-1] += text[done:]
    return pieces, arguments


def _places(text: str) -> list[str]:
    return [place[1] for place in _PLACE.finditer(text)]


def names_in(texts: Sequence[str]) -> set[str]:
    """Return the names of the places in some texts."""
    return {name for text in texts for name in _places(text)}


@compiles(Sql)
def _written(element: Sql, compiler: SQLCompiler, **kwargs: Any) -> str:
    first, *pieces = (piece.replace("%", "%%") for piece in element.pieces)
    texts = (compiler.process(clause, **kwargs) for clause in element.clauses)
    text = first + "".join(value + piece for value, piece in zip(texts, pieces, strict=True))
    return text if _is_atom(element.pieces) else f"({text})"


def _is_atom(pieces: Sequence[str]) -> bool:
    """Tell whether a text is one call, as far as its own pieces tell."""
    return _ATOM.fullmatch("x".join(pieces)) is not None
