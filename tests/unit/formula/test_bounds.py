"""No formula hangs, blows up or raises: bounds, failures and their diagnostics."""

from __future__ import annotations

import decimal
import threading
from decimal import Decimal

import pytest

import formula
from formula import FieldSymbol
from formula.limits import MAX_DEPTH, MAX_NODES, MAX_SOURCE
from tests.unit.formula.world import NUMBER, codes_of, environment, evaluation, thing, value_of


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (" " * MAX_SOURCE + "1", "formula.too_long"),
        ("+".join(["1"] * (MAX_DEPTH + 1)), "formula.too_deep"),
        ("-" * MAX_DEPTH + "1", "formula.too_deep"),
        ("MAX(" + ",".join(["1"] * MAX_NODES) + ")", "formula.too_complex"),
        ("(" * 4_000 + "1", "formula.unexpected_end"),
    ],
)
def test_what_is_too_large_is_refused(source: str, code: str) -> None:
    assert codes_of(source) == [code]


DEEP = [
    "IF(amount > 1, 2, " * (MAX_DEPTH - 5) + "0" + ")" * (MAX_DEPTH - 5),
    "ABS(" * (MAX_DEPTH - 2) + "amount" + ")" * (MAX_DEPTH - 2),
    "IF(" * 60 + "won" + ", won, open)" * 60,
    "CASE(amount, 1, 2, qty, 3, " * 90 + "0" + ")" * 90,
    " && ".join(["won"] * 1_000),
    "NOT(won = " * 45 + "open" + ")" * 45,
    "amount + (" * 90 + "1" + ")" * 90,
    "BLANKVALUE(note, name & " * 45 + "'x'" + ")" * 45,
]


@pytest.mark.parametrize("source", DEEP, ids=lambda source: source[:12])
def test_what_is_just_allowed_also_runs(source: str) -> None:
    for row in ({}, {"amount": Decimal(3), "won": True, "open": True}):
        value_of(source, row)


def test_formula_fields_may_not_grow_without_end() -> None:
    known = thing("deal", amount=NUMBER)
    for level in range(30):
        name = f"f{level}"
        source = f"f{level - 1} + f{level - 1}" if level else "amount + amount"
        if formula.check(source, environment(object=known)):
            break
        inner = formula.compile(source, environment(object=known))
        fields = {symbol.name: symbol for symbol in known.fields.values()}
        known = thing("deal", **fields, **{name: FieldSymbol(name, NUMBER, formula=inner)})
    assert codes_of(source, object=known) == ["formula.too_complex"]
    assert level < 15


FAILURES = [
    ("1 / qty", "formula.division_by_zero"),
    ("MOD(5, qty)", "formula.division_by_zero"),
    ("0 ^ -1", "formula.division_by_zero"),
    ("10 ^ 65", "formula.out_of_range"),
    ("9 ^ 9 ^ 9", "formula.out_of_range"),
    ("EXP(100000)", "formula.out_of_range"),
    ("LN(0)", "formula.bad_argument"),
    ("SQRT(-1)", "formula.bad_argument"),
    ("ASIN(2)", "formula.bad_argument"),
    ("(-2) ^ 0.5", "formula.bad_argument"),
    ("DATE(2023, 2, 29)", "formula.bad_date"),
    ("DATE(10 ^ 30, 1, 1)", "formula.bad_date"),
    ("DATEVALUE('2023-13-01')", "formula.bad_date"),
    ("DATETIMEVALUE('2023-01-01 25:00:00')", "formula.bad_date"),
    ("TIMEVALUE('24:00:00')", "formula.bad_date"),
    ("DATE(9999, 12, 31) + 1", "formula.out_of_range"),
    ("ADDMONTHS(DATE(9999, 12, 31), 1)", "formula.out_of_range"),
    ("NOW() + 10 ^ 20", "formula.out_of_range"),
    ("FROMUNIXTIME(10 ^ 30)", "formula.out_of_range"),
    ("VALUE('1e999999999')", "formula.bad_number"),
    ("VALUE('1,000')", "formula.bad_number"),
    ("LPAD('a', 10 ^ 9)", "formula.text_too_long"),
    ("SUBSTITUTE(LPAD('a', 60000, 'a'), 'a', 'aaaa')", "formula.text_too_long"),
    ("REGEX('x', name & '(')", "formula.bad_regex"),
    ("DISTANCE(GEOLOCATION(0,0), GEOLOCATION(1,1), 'ft')", "formula.bad_argument"),
    ("WORKDAY(TODAY(), 10 ^ 9)", "formula.out_of_range"),
    ("NUMBERSTRINGRMB(10 ^ 21)", "formula.out_of_range"),
]


@pytest.mark.parametrize(("source", "code"), FAILURES)
def test_a_failure_is_null_with_a_diagnostic(source: str, code: str) -> None:
    compiled = formula.compile(source, environment())
    for run in (compiled.evaluate, compiled.walk):
        found = evaluation()
        assert not run({}, None, found)
        assert [diagnostic.code for diagnostic in found.diagnostics] == [code]
        assert found.diagnostics[0].span is not None
        assert "{" not in found.diagnostics[0].detail("zh-CN")


def test_only_the_failing_part_is_null() -> None:
    assert value_of("BLANKVALUE(1 / qty, 5)") == 5
    assert value_of("IF(1 / qty > 1, 'a', 'b')") == "b"
    assert value_of("IF(TRUE, 37, 1 / qty)") == 37
    assert value_of("IFERROR(BLANKVALUE(1 / qty, 5), 9)") == 9
    assert value_of("IFERROR(TODAY() + NULL + 1 / qty, DATE(2024, 1, 1))").year == 2024


@pytest.mark.parametrize(
    "source",
    [
        "&".join(["LPAD('a', 65000)"] * 50),
        "LIKE(LPAD('a', 60000, 'a'), '" + "%a" * 500 + "b')",
        "REGEX(LPAD('a', 60000, 'a'), '(a*)*b')",
    ],
)
def test_hostile_text_costs_little(source: str) -> None:
    value_of(source)


def test_arithmetic_does_not_depend_on_the_thread_it_runs_on() -> None:
    compiled = formula.compile("1 / 3 + amount * 1.005", environment())
    found = []

    def run() -> None:
        decimal.getcontext().prec = 5
        found.append(compiled.evaluate({"amount": Decimal(1)}, None, evaluation()))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({str(value) for value in found}) == 1
    assert str(found[0]).startswith("1.33833333333333333333333333333")


def test_missing_fields_read_as_null_and_ints_as_numbers() -> None:
    assert value_of("amount + 1", {}) == 1
    assert value_of("ROUND(amount / 4, 1)", {"amount": 1}) == Decimal("0.3")
