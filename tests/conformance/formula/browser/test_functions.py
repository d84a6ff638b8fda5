"""Every meaning of the language in the browser, over telling rows and both blank modes."""

from __future__ import annotations

import pytest

import formula
from formula import BUILT_IN, Context, Kind, Type
from formula.targets.browser import BrowserEvaluator, BrowserUndecided
from tests.conformance.formula.browser.agreement import DEFERRED, agrees
from tests.conformance.formula.sql import world
from tests.conformance.formula.sql.functions import CASES

RESULTS = (
    None,
    Type(Kind.NUMBER, 18, 2),
    Type(Kind.NUMBER, 18, 1, percent=True),
)


def compiled(source: str, blank: str, result: Type | None = None) -> formula.Formula:
    known = world.environment(blank)
    allowed = formula.Environment(
        known.object, known.objects, {}, Context(allow_change_functions=True), known.blank
    )
    return formula.compile(source, allowed, result=result)


@pytest.mark.parametrize("blank", ["zero", "blank"])
@pytest.mark.parametrize("key", sorted(CASES))
def test_the_browser_agrees_with_python(browser: BrowserEvaluator, key: str, blank: str) -> None:
    for source in CASES[key]:
        plain = compiled(source, blank)
        for result in RESULTS if plain.type.kind is Kind.NUMBER else (None,):
            check(browser, compiled(source, blank, result), key)


def check(browser: BrowserEvaluator, known: formula.Formula, key: str) -> None:
    olds = (*world.ROWS[1:], None)
    for row, old in zip(world.ROWS, olds, strict=True):
        here, there = world.evaluation(), world.evaluation()
        wanted = known.walk(row, old, here)
        try:
            found = browser.value(known, row, old, there)
        except BrowserUndecided:
            assert key in DEFERRED
            continue
        assert agrees(known, found, wanted), (known.source, row, found, wanted)
        assert [d.code for d in there.diagnostics] == [d.code for d in here.diagnostics]


@pytest.mark.parametrize("key", sorted(DEFERRED & CASES.keys()))
def test_what_only_the_server_computes_is_left_undecided(
    browser: BrowserEvaluator, key: str
) -> None:
    with pytest.raises(BrowserUndecided):
        browser.value(compiled(CASES[key][0], "zero"), world.ROWS[1], None, world.evaluation())


EXAMPLES = [example for function in BUILT_IN for example in function.examples]


@pytest.mark.parametrize(("left", "right"), EXAMPLES)
def test_examples_hold(browser: BrowserEvaluator, left: str, right: str) -> None:
    values = [
        browser.value(compiled(source, "zero"), {}, None, world.evaluation())
        for source in (left, right)
        if not left.startswith("REGEX")
    ]
    assert len(set(values)) <= 1
