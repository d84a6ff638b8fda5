"""Functions that queries know by other names: parts of dates to group by, and aggregates."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from formula import Apply, Chain, Constant, Name
from formula import Syntax as Node

_PARTS = {
    "CALENDAR_YEAR": "YEAR",
    "FISCAL_YEAR": "YEAR",
    "CALENDAR_MONTH": "MONTH",
    "FISCAL_MONTH": "MONTH",
    "DAY_IN_YEAR": "DAYOFYEAR",
    "DAY_IN_MONTH": "DAY",
    "DAY_IN_WEEK": "WEEKDAY",
    "WEEK_IN_YEAR": "ISOWEEK",
}
_QUARTERS = frozenset({"CALENDAR_QUARTER", "FISCAL_QUARTER"})
_DAY = "DAY_ONLY"
CALENDAR = frozenset(_PARTS) | _QUARTERS | {_DAY}
"""What parts of a date or moment are called in queries. Fiscal years are calendar years."""

AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
GROUPING = "GROUPING"
EVERY_ROW = Name("*")


def calendar(node: Apply, *, is_moment: bool) -> Node:
    """Return a part of a date by the functions of the formula language, in the caller's zone."""
    name, (value,) = node.name.upper(), node.arguments
    day = _call("DATEVALUE", value, node) if is_moment else value
    if name == _DAY:
        return day if is_moment else _call("DATEVALUE", value, node)
    if name in _QUARTERS:
        month = _call("MONTH", day, node)
        third = Chain("/", (month, Constant(Decimal(3), node.span)), node.span)
        return _call("CEILING", third, node)
    return _call(_PARTS[name], day, node)


def _call(name: str, argument: Node, at: Apply) -> Apply:
    return replace(at, name=name, arguments=(argument,))
