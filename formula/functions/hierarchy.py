"""Above and below in a hierarchy of records. Only a database can tell, so only queries may ask.

They are not among the built-in functions: whoever makes an `Environment` for queries adds them.
"""

from __future__ import annotations

from typing import Any

from formula.evaluation import NO_LOOKUP, Failure
from formula.function import Category, Function, Passing, declare, meaning


def _nowhere(*_arguments: Any) -> bool:
    raise Failure(NO_LOOKUP)


HIERARCHY: tuple[Function, ...] = (
    declare(
        Category.CHILDREN,
        meaning(
            "UNDER(field: reference!, id: text|reference) -> boolean",
            _nowhere,
            passing=Passing.OPEN,
        ),
        zh="记录沿层级字段向上，能走到给出的记录时返回 TRUE。",
        en="TRUE if walking up by the hierarchy from the record leads to the one with the id.",
    ),
    declare(
        Category.CHILDREN,
        meaning(
            "ABOVE(field: reference!, id: text|reference) -> boolean",
            _nowhere,
            passing=Passing.OPEN,
        ),
        zh="从给出的记录沿层级字段向上，能走到本记录时返回 TRUE。",
        en="TRUE if walking up by the hierarchy from the one with the id leads to the record.",
    ),
)
