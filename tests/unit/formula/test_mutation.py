"""Breaking any one function is noticed by its own examples.

Each meaning is broken on purpose, so that it computes something else of the same kind: first for
the oracle, then in the Python the other target writes for it. Its examples, or for what needs a
record the probes below, must then give another answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

import formula
from formula import BUILT_IN, Function, Kind, Overload, function_table
from formula.tree import Aggregate, Call, walk
from tests.unit.formula import world

D = Decimal
Row = Mapping[str, Any]
CHILDREN = [{"age": D(3), "born": date(2020, 1, 1)}, {"age": D(5), "born": date(2021, 1, 1)}]
ROW: Row = {
    "name": "x",
    "amount": D(5),
    "level": "A",
    "closed": date(2024, 3, 1),
    "called": datetime(2024, 3, 1, 8, tzinfo=world.NOW.tzinfo),
    "opens": time(8),
    "@accountId": {"#contact.accountId": CHILDREN},
}
OLD: Row = {**ROW, "name": "y"}
PROBES: Mapping[str, tuple[str, ...]] = {
    "add_days_date": ("2 + DATE(2024, 2, 28)",),
    "add_datetime_days": ("called + 1",),
    "add_days_datetime": ("1 + called",),
    "add_time_milliseconds": ("opens + 1000",),
    "add_milliseconds_time": ("1000 + opens",),
    "subtract_date_days": ("closed - 1",),
    "subtract_datetime_days": ("called - 1",),
    "subtract_datetimes": ("NOW() - called",),
    "subtract_time_milliseconds": ("opens - 1000",),
    "subtract_times": ("opens - TIMEVALUE('07:00:00')",),
    "positive": ("+amount + 1",),
    "negate": ("-amount",),
    **{
        key: tuple(
            f"{left} {sign} {right}"
            for left, right in (
                ("amount", "9"),
                ("closed", "DATE(2025, 1, 1)"),
                ("called", "NOW()"),
                ("opens", "TIMEVALUE('09:00:00')"),
            )
        )
        for key, sign in (
            ("less", "<"),
            ("less_equal", "<="),
            ("greater", ">"),
            ("greater_equal", ">="),
        )
    },
    "text_time": ("TEXT(opens)",),
    "text_picklist": ("TEXT(level)",),
    "less_text": ("name < 'z'",),
    "less_equal_text": ("name <= 'x'",),
    "greater_text": ("name > 'a'",),
    "greater_equal_text": ("name >= 'x'",),
    "ispickval": ("ISPICKVAL(level, 'A')",),
    "today": ("TODAY()",),
    "now": ("NOW()",),
    "timenow": ("TIMENOW()",),
    "isnew": ("ISNEW()",),
    "isclone": ("ISCLONE()",),
    "ischanged": ("ISCHANGED(name)", "ISCHANGED(amount)"),
    "priorvalue": ("PRIORVALUE(name)",),
    "datevalue_datetime": ("DATEVALUE(called)",),
    "datevalue_date": ("DATEVALUE(closed)",),
    "datetimevalue_datetime": ("DATETIMEVALUE(called)",),
    "datetimevalue_date": ("DATETIMEVALUE(closed)",),
    "timevalue_datetime": ("TIMEVALUE(called)",),
    "timevalue_time": ("TIMEVALUE(opens)",),
    "addmonths_datetime": ("ADDMONTHS(called, 1)",),
    "unixtimestamp_time": ("UNIXTIMESTAMP(opens)",),
    "formatduration_datetime": ("FORMATDURATION(called, NOW())",),
    "formatduration_time": ("FORMATDURATION(opens, TIMEVALUE('09:30:00'))",),
    "geolocation": ("GEOLOCATION(1, 2)",),
    "exists": ("EXISTS(accountId.contact, age > 4)",),
    "count": ("COUNT(accountId.contact, age > 4)", "COUNT(accountId.contact)"),
    "sum": ("SUM(accountId.contact.age)",),
    "avg": ("AVG(accountId.contact.age)",),
    "min_children": ("MIN(accountId.contact.age)",),
    "max_children": ("MAX(accountId.contact.age)",),
    "vlookup": ("VLOOKUP(account.credit, account.accountName, 'x')",),
}
MEANINGS = [(function, meaning) for function in BUILT_IN for meaning in function.overloads]
ELSEWHERE = {"let", "includes", "picklistcount", "positive"}
"""LET is no call and a positive sign nothing at all; the others need another object."""
SHIFTED = (Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT)
"""Kinds of which generated source can write another value."""
MULTIPLE = world.thing("shop", tags=formula.Type(Kind.MULTIPICKLIST))


def other(value: Any) -> Any:
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Decimal):
        return value + 1
    if isinstance(value, str):
        return value + "!"
    if isinstance(value, time):
        return time((value.hour + 1) % 24)
    if isinstance(value, date):
        return value + timedelta(1)
    return (value[0] + 1, value[1]) if isinstance(value, tuple) else value


def broken(meaning: Overload) -> Overload:
    compute = meaning.compute
    return replace(meaning, compute=lambda *values: other(compute(*values)))


def written_wrong(meaning: Overload) -> Overload:
    """Let the Python target write something else."""
    wrong = {"max": "min", "min": "max"}.get(meaning.inline or "")
    kind = meaning.signature.result
    if kind is Kind.BOOLEAN:
        wrong = f"not ({meaning.inline})"
    elif kind is Kind.NUMBER and wrong is None:
        wrong = f"({meaning.inline} + 1)"
    elif kind is Kind.TEXT:
        wrong = f"({meaning.inline} + '!')"
    assert wrong is not None
    return replace(meaning, inline=wrong)


def table_with(function: Function, meaning: Overload, changed: Overload) -> Mapping[str, Function]:
    overloads = tuple(changed if each is meaning else each for each in function.overloads)
    mutant = replace(function, overloads=overloads)
    return function_table(mutant if each is function else each for each in BUILT_IN)


def sources(function: Function, meaning: Overload) -> Iterator[str]:
    yield from PROBES.get(meaning.key, ())
    for left, _right in function.examples:
        yield left


def uses(source: str, key: str) -> bool:
    tree = formula.compile(source, world.environment()).tree
    return any(isinstance(node, Call | Aggregate) and node.key == key for node in walk(tree))


def answers(source: str, functions: Mapping[str, Function] | None, *, walked: bool) -> Any:
    compiled = formula.compile(source, world.environment(functions=functions))
    run: Callable[..., Any] = compiled.walk if walked else compiled.evaluate
    known = world.evaluation(lookup=lambda *_names: D(1))
    return [run(ROW, old, known) for old in (None, OLD)]


def test_every_probe_is_about_a_meaning() -> None:
    keys = {meaning.key for _function, meaning in MEANINGS}
    assert set(PROBES) <= keys
    for key, probes in PROBES.items():
        assert key == "positive" or all(uses(source, key) for source in probes), key


@pytest.mark.parametrize(
    ("function", "meaning"),
    [pair for pair in MEANINGS if pair[1].key not in ELSEWHERE],
    ids=lambda value: getattr(value, "key", None) or value.name,
)
def test_breaking_a_meaning_is_noticed(function: Function, meaning: Overload) -> None:
    functions = table_with(function, meaning, broken(meaning))
    own = [source for source in sources(function, meaning) if uses(source, meaning.key)]
    assert own, f"{meaning.signature.text} has neither an example nor a probe"
    assert any(
        answers(source, functions, walked=True) != answers(source, None, walked=True)
        for source in own
    )


@pytest.mark.parametrize(
    ("function", "meaning"),
    [
        pair
        for pair in MEANINGS
        if pair[1].inline and pair[1].key != "positive" and pair[1].signature.result in SHIFTED
    ],
    ids=lambda value: getattr(value, "key", None) or value.name,
)
def test_writing_a_meaning_wrong_is_noticed(function: Function, meaning: Overload) -> None:
    functions = table_with(function, meaning, written_wrong(meaning))
    own = [source for source in sources(function, meaning) if uses(source, meaning.key)]
    assert any(
        answers(source, functions, walked=False) != answers(source, None, walked=False)
        for source in own
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [("INCLUDES(tags, 'a')", True), ("INCLUDES(tags, 'x')", False), ("PICKLISTCOUNT(tags)", 2)],
)
def test_functions_of_multiple_choices(source: str, expected: object) -> None:
    row = {"tags": "a;b"}
    assert world.value_of(source, row, object=MULTIPLE) == expected
    key = source.partition("(")[0]
    function = next(each for each in BUILT_IN if each.name == key)
    functions = table_with(function, function.overloads[0], broken(function.overloads[0]))
    mutant = formula.compile(source, world.environment(object=MULTIPLE, functions=functions))
    assert mutant.walk(row, None, world.evaluation()) != expected


def test_breaking_let_is_noticed() -> None:
    assert world.value_of("LET(x, 3, y, x * x, x + y)") == 12
