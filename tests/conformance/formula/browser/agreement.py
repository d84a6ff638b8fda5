"""When the browser agrees with Python, and what it leaves to the server."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal
from typing import Any

from formula import Formula
from formula.tree import Call, walk

NEAR = 1e-9
DEFERRED = frozenset({"regex", "vlookup"})
"""Meanings only the server computes: a browser has no RE2, and not the other records."""
THROUGH_DOUBLES = frozenset(
    ("exp", "ln", "log", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "distance")
)


def is_near(formula: Formula) -> bool:
    """Tell whether a formula computes something that has no exact answer."""
    return any(isinstance(n, Call) and n.key in THROUGH_DOUBLES for n in walk(formula.tree))


def agrees(formula: Formula, found: Any, wanted: Any) -> bool:
    """Tell whether the browser's value is what Python computes."""
    if is_near(formula) and isinstance(found, Decimal) and isinstance(wanted, Decimal):
        return math.isclose(float(found), float(wanted), rel_tol=NEAR, abs_tol=1e-15)
    return type(found) is type(wanted) and found == wanted


def storable(value: Any) -> Any:
    """Return a row as the product stores it: moments in milliseconds."""
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return {k: storable(v) for k, v in value.items()} if isinstance(value, dict) else value
