"""Hostile formulas: what they may cost is counted and bounded, whatever they try.

Bounds are asserted as counts and peak memory, not as time; `make bench` measures the time.
"""

from __future__ import annotations

import tracemalloc
from decimal import Decimal

import pytest

import formula
from formula import BUILT_IN, Kind
from formula.functions.text import bounded
from formula.limits import MAX_TEXT, MAX_TEXT_CALLS, MAX_WORK
from formula.meter import metered, spend
from tests.unit.formula.world import codes_of, environment, evaluation

MOST_BYTES = 50_000_000
WIDE = "LPAD('😀', 65000, '😀')"
HOSTILE = {
    "padding": "&".join([WIDE] * 70),
    "nested padding": "LPAD(" * 60 + "'x'" + ", 65000, 'ab')" * 60,
    "doubling": "LET(a0, 'x😀', "
    + ", ".join(f"a{n}, a{n - 1} & a{n - 1}" for n in range(1, 90))
    + ", LEN(a89))",
    "many texts": "LET("
    + ", ".join(f"a{n}, LPAD('{n}', 65000, '😀')" for n in range(140))
    + ", LEN(a0))",
    "members": f"IN('y', {', '.join([WIDE] * 140)})",
    "substitution": "SUBSTITUTE(" * 40 + WIDE + ", '😀', 'ab')" * 40,
    "capitals": "INITCAP(" * 80 + "LPAD('a', 65000, 'a b ')" + ")" * 80,
    "case": "UPPER(LOWER(" * 40 + "LPAD('ß', 65000, 'ß')" + "))" * 40,
    "patterns": " || ".join(f"REGEX(LPAD('a', 20000, 'a'), '(a*)*{n}')" for n in range(70)),
    "wide patterns": " || ".join(f"REGEX('a', '((a{{30}}){{30}})*{n}')" for n in range(70)),
    "wildcards": f"LIKE(LPAD('a', 60000, 'a'), '{'%a' * 30}b')",
    "powers": "9 ^ 9 ^ 9 ^ 9 ^ 9",
    "small powers": "^".join(["1.0000001"] * 80),
    "factors": " * ".join(["(10 ^ 60)"] * 40),
    "digits": "+".join(["1 / 3"] * 80),
    "json": "JSONVALUE(LPAD('[', 65000, '['), 'a')",
    "numbers": "VALUE(LPAD('9', 65000, '9'))",
    "depth": "IF(won, " * 90 + "1" + ", 2)" * 90,
    "rounding": "ROUND(10 ^ 60 / 3, 200) + ROUND(1, -10 ^ 60)",
    "workdays": "WORKDAY(TODAY(), 99999, TODAY()) + WORKDAYS(DATE(1,1,1), DATE(9999,12,31))",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_formula_stays_small(source: str) -> None:
    tracemalloc.start()
    try:
        compiled = formula.compile(source, environment())
        for run in (compiled.evaluate, compiled.walk):
            run({"won": True, "amount": Decimal("1E+200")}, None, evaluation())
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES


def test_how_many_texts_a_formula_may_make_is_bounded() -> None:
    def joined(count: int) -> str:
        terms = [" & ".join(["name"] * 51)] * (count // 50)
        return " || ".join(f"LEN({term}) = 1" for term in terms)

    assert codes_of(joined(MAX_TEXT_CALLS)) == []
    assert codes_of(joined(MAX_TEXT_CALLS + 50)) == ["formula.too_many_texts"]


def test_slow_work_over_texts_is_metered_per_evaluation() -> None:
    source = "UPPER(UPPER(name))"
    compiled = formula.compile(source, environment())
    long = "ä" * (MAX_TEXT - 1)
    for _ in range(MAX_WORK // MAX_TEXT):
        known = evaluation()
        assert compiled.evaluate({"name": long}, None, known) == long.upper()
        assert not known.diagnostics
    deep = formula.compile("UPPER(" * 70 + "name" + ")" * 70, environment())
    known = evaluation()
    assert deep.evaluate({"name": long}, None, known) is None
    assert "formula.too_much_work" in {each.code for each in known.diagnostics}


def test_nothing_is_counted_outside_an_evaluation() -> None:
    spend(10 * MAX_WORK)
    with metered():
        spend(MAX_WORK)
        with pytest.raises(formula.evaluation.Failure):
            spend(1)
    spend(MAX_WORK)


def test_functions_that_take_long_over_long_texts_spend() -> None:
    """Whatever is not metered does one pass over its text, in C."""
    metered_keys = {each.key for f in BUILT_IN for each in f.overloads if each.spends}
    assert metered_keys == {
        "upper", "lower", "initcap", "regex", "like", "jsonvalue", "jsonpathvalue",
    }  # fmt: skip


def test_the_longest_text_is_the_longest() -> None:
    assert bounded("x" * MAX_TEXT)
    assert codes_of("LEN(name) > 0", result=Kind.BOOLEAN) == []
