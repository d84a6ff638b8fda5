"""What a function is: one declaration value that everything else is derived from.

The checker reads the signatures, the oracle and the Python target call `compute`, the SQL target
looks meanings up by `key`, help and reference read the rest. To add a function, add a
declaration to a module of `formula.functions`, or register one on `FUNCTIONS`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from formula.signature import Signature, parse_signature
from paas.kernel import ExtensionPoint


class Category(enum.Enum):
    """Where the editor lists a function."""

    OPERATOR = "operator"
    LOGICAL = "logical"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    CHANGE = "change"
    CHILDREN = "children"
    ADVANCED = "advanced"
    BUSINESS = "business"


class Passing(enum.Enum):
    """How arguments reach `compute`.

    STRICT: null text arrives as "", any other null makes the result null without a call.
    OPEN: null text arrives as "", other nulls as None.
    LAZY: arguments arrive as callables without parameters; each is evaluated when called.
    CHANGE: `compute(is_new, before, after)`, the last two as callables.
    ROWS: `compute(values)`, a list with the value of each child record that counts; such a
    meaning is an `Aggregate` of the typed tree, never a call.
    """

    STRICT = "strict"
    OPEN = "open"
    LAZY = "lazy"
    CHANGE = "change"
    ROWS = "rows"


@dataclass(frozen=True, slots=True, eq=False)
class Overload:
    """One meaning of a function.

    `key` is permanent and unique in the language. `is_total`: non-null arguments always give a
    non-null result (or fail). `takes_evaluation`: `compute` gets the `Evaluation` first.
    `inline` is a Python expression over `{0}`, `{1}` … that equals `compute` where it does not
    raise; with `yields_int` it gives an int where the language has a number.
    `verify` is given the last argument where it is literal text and raises `Failure` if that
    could never work.
    """

    key: str
    signature: Signature
    compute: Callable[..., Any]
    passing: Passing = Passing.STRICT
    is_total: bool = True
    takes_evaluation: bool = False
    inline: str | None = None
    yields_int: bool = False
    verify: Callable[[str], object] | None = None
    spends: bool = False
    """Whether it draws on the meter of the evaluation (`formula.meter`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function or operator of the language.

    `examples` are pairs of formulas that are equal; they run as tests. `needs_change`: only
    where a record is seen before and after. `is_volatile`: not the same at all times.
    """

    name: str
    category: Category
    zh: str
    en: str
    overloads: tuple[Overload, ...]
    examples: tuple[tuple[str, str], ...] = ()
    needs_change: bool = False
    is_volatile: bool = False


FUNCTIONS: ExtensionPoint[Function] = ExtensionPoint(
    "functions", Function, lambda value: value.name
)


def meaning(  # noqa: PLR0913 - a declaration names its facts
    signature: str,
    compute: Callable[..., Any],
    *,
    key: str | None = None,
    passing: Passing = Passing.STRICT,
    is_total: bool = True,
    takes_evaluation: bool = False,
    inline: str | None = None,
    yields_int: bool = False,
    verify: Callable[[str], object] | None = None,
    spends: bool = False,
) -> Overload:
    """Declare one meaning; without `key` it is the name of the function in lower case."""
    parsed = parse_signature(signature)
    return Overload(
        key or parsed.name.lower(),
        parsed,
        compute,
        passing,
        is_total,
        takes_evaluation,
        inline,
        yields_int,
        verify,
        spends,
    )


def declare(
    category: Category,
    *overloads: Overload,
    zh: str,
    en: str,
    examples: tuple[tuple[str, str], ...] = (),
    needs_change: bool = False,
    is_volatile: bool = False,
) -> Function:
    """Declare a function; its name is that of its meanings."""
    name = overloads[0].signature.name
    assert all(overload.signature.name == name for overload in overloads)
    return Function(name, category, zh, en, overloads, examples, needs_change, is_volatile)
