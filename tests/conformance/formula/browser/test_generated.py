"""Generated formulas and rows: the browser says what the oracle says.

What goes through doubles may differ in the last digit between two mathematical libraries, so
that a comparison or a rounding after it may tip over; alone it is compared within 1e-9.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import formula
from formula.targets.browser import BrowserEvaluator, BrowserUndecided
from formula.tree import Call, walk
from tests.conformance.formula.browser.agreement import DEFERRED, agrees, is_near, storable
from tests.unit.formula import generated, world

UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


@UNHURRIED
@given(
    source=generated.expressions(),
    row=generated.rows,
    old=st.none() | generated.rows,
    zero=st.booleans(),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]),
)
def test_the_browser_agrees_with_the_oracle(
    source: str,
    row: dict[str, Any],
    old: dict[str, Any] | None,
    zero: bool,
    zone: str,
    browser: BrowserEvaluator,
) -> None:
    known = formula.compile(source, world.environment(blank="zero" if zero else "blank"))
    assume(not is_near(known) and is_common(source, row, old))
    row, old = storable(row), storable(old)
    here, there = world.evaluation(zone=zone), world.evaluation(zone=zone)
    wanted = known.walk(row, old, here)
    try:
        found = browser.value(known, row, old, there)
    except BrowserUndecided:
        assert DEFERRED & {node.key for node in walk(known.tree) if isinstance(node, Call)}
        return
    assert agrees(known, found, wanted), (found, wanted)
    assert [each.code for each in there.diagnostics] == [each.code for each in here.diagnostics]


def is_common(*values: object) -> bool:
    """Leave out characters of which one side's edition of Unicode knows nothing."""
    return not any(unicodedata.category(each) == "Cn" for each in repr(values))
