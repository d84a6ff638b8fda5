"""When two targets agree: after half-up rounding to the declared scale, 18 if there is none."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from formula import Formula
from formula.arithmetic import rounded
from formula.tree import Call, walk
from formula.types import Kind

SCALE = 18
NEAR = 1e-9
THROUGH_DOUBLES = frozenset(
    ("EXP", "LN", "LOG", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "DISTANCE", "^")
)


def is_near(formula: Formula) -> bool:
    """Tell whether a formula computes something that has no exact answer."""
    calls = (node for node in walk(formula.tree) if isinstance(node, Call))
    return any(call.function.name in THROUGH_DOUBLES for call in calls)


def agrees(formula: Formula, found: Any, wanted: Any) -> bool:
    """Tell whether a database's value is what Python computes."""
    if formula.type.kind is Kind.BOOLEAN:
        return bool(found) is bool(wanted)
    if not isinstance(found, Decimal) or not isinstance(wanted, Decimal):
        return (found or None) == (wanted or None) if isinstance(found, str) else found == wanted
    if is_near(formula):
        return math.isclose(float(found), float(wanted), rel_tol=NEAR, abs_tol=1e-15)
    scale = SCALE if formula.type.scale is None else formula.type.scale
    return rounded(found, scale) == rounded(wanted, scale)
