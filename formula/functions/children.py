"""Child records: how many there are, sums and extremes over them, and looking a record up.

`compute` of an aggregate is given the values of the child records that count: those for which the
condition is true and whose value is not null.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from formula.arithmetic import CONTEXT, ZERO
from formula.evaluation import NO_LOOKUP, Evaluation, Failure
from formula.function import Category, Function, Overload, Passing, declare, meaning


def _sum(values: Sequence[Decimal]) -> Decimal:
    return sum(values, ZERO)


def _average(values: Sequence[Decimal]) -> Decimal | None:
    return CONTEXT.divide(sum(values, ZERO), Decimal(len(values))) if values else None


def _look_up(evaluation: Evaluation, name: str, wanted: str, key: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    if evaluation.lookup is None:
        raise Failure(NO_LOOKUP)
    return evaluation.lookup(name, wanted, key, value)


def over_rows(signature: str, compute: Any, *, key: str, is_total: bool = True) -> Overload:
    """Declare a meaning that takes child records."""
    return meaning(signature, compute, key=key, passing=Passing.ROWS, is_total=is_total)


LEAST = over_rows(
    "MIN(field: number|date|datetime|time!, condition?: boolean) -> same",
    lambda values: min(values, default=None),
    key="min_children",
    is_total=False,
)
GREATEST = over_rows(
    "MAX(field: number|date|datetime|time!, condition?: boolean) -> same",
    lambda values: max(values, default=None),
    key="max_children",
    is_total=False,
)

CHILDREN: tuple[Function, ...] = (
    declare(
        Category.CHILDREN,
        over_rows("EXISTS(children: any!, condition?: boolean) -> boolean", bool, key="exists"),
        zh="有符合条件的子记录时返回 TRUE；条件里的字段是子记录的字段。",
        en="TRUE if there is a child record for which the condition is true; "
        "fields in the condition are those of the child record.",
    ),
    declare(
        Category.CHILDREN,
        over_rows(
            "COUNT(children: any!, condition?: boolean) -> number",
            lambda values: Decimal(len(values)),
            key="count",
        ),
        zh="符合条件的子记录的个数。",
        en="How many child records there are for which the condition is true.",
    ),
    declare(
        Category.CHILDREN,
        over_rows("SUM(field: number!, condition?: boolean) -> number", _sum, key="sum"),
        zh="符合条件的子记录中一个字段的合计；空值不计，没有子记录时为 0。",
        en="The sum of a field over the child records for which the condition is true; "
        "blank values do not count, and without child records it is 0.",
    ),
    declare(
        Category.CHILDREN,
        over_rows(
            "AVG(field: number!, condition?: boolean) -> number",
            _average,
            key="avg",
            is_total=False,
        ),
        zh="符合条件的子记录中一个字段的平均值；空值不计，没有值时为空。",
        en="The mean of a field over the child records for which the condition is true; "
        "blank values do not count, and without any value it is null.",
    ),
    declare(
        Category.ADVANCED,
        meaning(
            "VLOOKUP(field: same!, key: key!, value: key) -> same",
            _look_up,
            passing=Passing.OPEN,
            is_total=False,
            takes_evaluation=True,
        ),
        zh="在另一个对象中找到 key 字段等于给出值的第一条记录，返回它的一个字段；"
        "两个字段都写作 对象.字段。",
        en="Finds the first record of another object whose key field has the value and gives one "
        "of its fields; both fields are written object.field.",
    ),
)
