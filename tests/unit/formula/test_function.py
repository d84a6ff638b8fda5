"""Every function: its examples, its declaration, and what blank arguments do."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from formula import BUILT_IN, FUNCTIONS, Category, declare, function_table, meaning
from formula import register as register_formula
from paas.kernel import Extensions
from tests.unit.formula.world import value_of

EXAMPLES = [example for function in BUILT_IN for example in function.examples]


@pytest.mark.parametrize(("left", "right"), EXAMPLES)
def test_examples_hold(left: str, right: str) -> None:
    assert value_of(left) == value_of(right)


def test_every_function_is_explained_in_two_languages_with_an_example() -> None:
    bare = [f.name for f in BUILT_IN if not (f.zh.endswith("。") and f.en.endswith("."))]
    needs_record = {"ISPICKVAL", "INCLUDES", "PICKLISTCOUNT", "TODAY", "NOW", "TIMENOW"}
    needs_record |= {"EXISTS", "COUNT", "SUM", "AVG", "VLOOKUP"}
    unexampled = {f.name for f in BUILT_IN if not f.examples and not f.needs_change}
    assert bare == []
    assert unexampled == needs_record


def test_keys_are_unique_but_for_meanings_that_are_the_same() -> None:
    names = {(o.key, f.name) for f in BUILT_IN for o in f.overloads}
    shared = {key for key, count in Counter(key for key, _name in names).items() if count > 1}
    assert shared == {"join"}


def test_a_plug_in_adds_a_function_by_one_declaration() -> None:
    twice = declare(
        Category.NUMBER,
        meaning("TWICE(number: number) -> number", lambda number: number * 2),
        zh="两倍。",
        en="Twice the number.",
    )
    extensions = Extensions()
    register_formula(extensions)
    extensions.register(FUNCTIONS, twice)
    known = function_table(extensions.freeze().of(FUNCTIONS).values())
    assert value_of("TWICE(amount) + 1", {"amount": Decimal(4)}, functions=known) == 9


def test_the_same_function_cannot_be_declared_twice() -> None:
    extensions = Extensions()
    register_formula(extensions)
    with pytest.raises(TypeError):
        extensions.register(FUNCTIONS, BUILT_IN[0])


def test_every_function_of_the_first_issue_is_there() -> None:
    wanted = """LEN ISCHANGED PRIORVALUE ISNEW AND OR NOT IF CASE ISBLANK BLANKVALUE TEXT VALUE
    CONTAINS BEGINS LEFT RIGHT MID FIND SUBSTITUTE TRIM UPPER LOWER ROUND ABS MIN MAX MOD FLOOR
    CEILING TODAY NOW DATE DATEVALUE YEAR MONTH DAY ADDMONTHS ISPICKVAL"""
    assert set(wanted.split()) <= {function.name for function in BUILT_IN}


# (formula, null counts as zero, null spreads), on a row where every field is null
BLANKS = [
    ("amount + 1", 1, None),
    ("amount * qty", 0, None),
    ("1 - amount", 1, None),
    ("1 / amount", None, None),
    ("amount ^ 0", 1, None),
    ("-amount", 0, None),
    ("rate + 0.5", Decimal("0.5"), None),
    ("amount = 0", True, False),
    ("amount <> 1", True, False),
    ("amount < 1", True, False),
    ("NOT(amount > 1)", True, False),
    ("amount = NULL", False, False),
    ("ABS(amount)", 0, None),
    ("ROUND(amount, 2)", 0, None),
    ("ROUND(1.25, qty)", 1, None),
    ("TRUNC(amount, 1)", 0, None),
    ("FLOOR(amount)", 0, None),
    ("CEILING(amount)", 0, None),
    ("MCEILING(amount)", 0, None),
    ("MFLOOR(amount)", 0, None),
    ("MAX(amount, 5)", 5, None),
    ("MIN(amount, 5)", 0, None),
    ("MOD(amount, 5)", 0, None),
    ("SQRT(amount)", 0, None),
    ("EXP(amount)", 1, None),
    ("LN(amount)", None, None),
    ("LOG(amount)", None, None),
    ("SIN(amount)", 0, None),
    ("ATAN2(amount, 1)", 0, None),
    ("ISBLANK(amount)", False, True),
    ("ISNULL(amount)", False, True),
    ("BLANKVALUE(amount, 7)", 0, 7),
    ("NULLVALUE(amount, 7)", 0, 7),
    ("IN(amount, 0, 1)", True, False),
    ("CASE(amount, 0, 'zero', 'other')", "zero", "other"),
    ("TEXT(amount)", "0", None),
    ("DATE(2024, 1, qty + 1)", "2024-01-01", None),
    ("TODAY() + amount = TODAY()", True, False),
    ("ADDMONTHS(DATE(2024, 1, 31), qty)", "2024-01-31", None),
    ("FORMATDURATION(amount)", "00:00:00", None),
    ("NUMBERSTRINGRMB(amount)", "零元整", None),
    ("accountId.credit + 1", 1, None),
    ("$User.age + 1", 1, None),
    ("PRIORVALUE(amount) + 1", 1, None),
    ("LEFT('abc', qty)", None, None),
    ("MID('abc', qty, 2)", "ab", None),
    ("LPAD('abc', qty)", None, None),
]
SAME = [
    ("note & 'x'", "x"),
    ("note + note", None),
    ("note = ''", True),
    ("note = NULL", True),
    ("note <> 'x'", True),
    ("note < 'x'", False),
    ("LEN(note)", 0),
    ("ISBLANK(note)", True),
    ("ISNULL(note)", False),
    ("BLANKVALUE(note, 'none')", "none"),
    ("NULLVALUE(note, 'none')", None),
    ("CONTAINS(note, '')", True),
    ("CONTAINS(note, 'x')", False),
    ("BEGINS(note, 'x')", False),
    ("FIND('x', note)", 0),
    ("FIND(note, 'x')", 0),
    ("SUBSTITUTE('abc', note, 'x')", "abc"),
    ("SUBSTITUTE('abc', 'b', note)", "ac"),
    ("LEFT(note, 2)", None),
    ("RIGHT(note, 2)", None),
    ("MID(note, 1, 2)", None),
    ("TRIM(note)", None),
    ("UPPER(note)", None),
    ("LPAD(note, 5, 'x')", None),
    ("VALUE(note)", None),
    ("ISNUMBER(note)", False),
    ("ASCII(note)", None),
    ("REGEX(note, 'x*')", True),
    ("IN(note, 'x', '')", False),
    ("CASE(note, '', 'blank', 'other')", "blank"),
    ("CASE(note, NULL, 'blank', 'other')", "blank"),
    ("CASE(closed, NULL, 'null', 'other')", "other"),
    ("IF(NULL, 'yes', 'no')", "no"),
    ("IFS(won, 'yes', 'no')", "no"),
    ("AND(won, TRUE)", False),
    ("OR(won, TRUE)", True),
    ("NOT(won)", True),
    ("won", False),
    ("won = open", True),
    ("closed = began", False),
    ("closed <> began", False),
    ("NOT(closed > began)", False),
    ("closed + 1", None),
    ("closed - began", None),
    ("called - rang", None),
    ("opens - shuts", None),
    ("ISBLANK(closed)", True),
    ("ISBLANK(level)", True),
    ("level = ''", True),
    ("ISPICKVAL(level, '')", True),
    ("ISPICKVAL(level, 'A')", False),
    ("level <> 'A'", True),
    ("TEXT(level)", None),
    ("YEAR(closed)", None),
    ("WEEKDAY(closed)", None),
    ("DATEVALUE(note)", None),
    ("DATEVALUE(called)", None),
    ("TEXT(called)", None),
    ("UNIXTIMESTAMP(called)", None),
    ("ISOWEEK(closed)", None),
    ("WORKDAY(closed, 1)", None),
    ("WORKDAYS(closed, began)", None),
    ("accountId.accountName = ''", True),
    ("accountId.isActive", False),
    ("ISBLANK(accountId)", True),
    ("accountId = NULL", True),
    ("accountId.ownerId.dimDepart.departName & 'x'", "x"),
]


def shown(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize(("source", "zero", "blank"), BLANKS)
def test_a_blank_number_counts_as_zero_or_spreads(source: str, zero: object, blank: object) -> None:
    assert shown(value_of(source, blank="zero")) == zero
    assert shown(value_of(source, blank="blank")) == blank


@pytest.mark.parametrize(("source", "expected"), SAME)
@pytest.mark.parametrize("blank", ["zero", "blank"])
def test_other_blanks_do_not_depend_on_the_switch(
    source: str, expected: object, blank: str
) -> None:
    assert value_of(source, blank=blank) == expected
