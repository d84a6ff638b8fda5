"""What editors and administrators are served: layout, explanation, completion, trees."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

import formula
from formula.printer import quote
from formula.syntax import Constant
from tests.unit.formula.world import environment, evaluation


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a  AND b", "a && b"),
        ("NOT a = b", "NOT(a) = b"),
        ("! (a or b)", "NOT(a || b)"),
        ("\"x\" & 'y'", "'x' & 'y'"),
        ("(a + b) + c - (d - e)", "a + b + c - (d - e)"),
        ("(2 ^ 3) ^ 2", "(2 ^ 3) ^ 2"),
        ("2 ^ (3 ^ 2)", "2 ^ 3 ^ 2"),
        ("-(a + b) * 2.50", "-(a + b) * 2.5"),
        ("a == b != c", "a = b <> c"),
        ("true", "TRUE"),
        ("f( )", "f()"),
        ("'it''s'", None),
        ("'it\\'s \\n \\\\'", "'it\\'s \\n \\\\'"),
    ],
)
def test_there_is_one_spelling(source: str, expected: str | None) -> None:
    if expected is None:
        assert formula.check(source, environment())
    else:
        assert formula.print_formula(formula.parse(source)) == expected


def test_long_formulas_are_broken_and_comments_kept() -> None:
    source = (
        "/* first */ AND(name = 'a long enough name', LEN(note) < 20, /* then */ "
        "amount > 100000 || CONTAINS(name, 'x')) /* last */"
    )
    laid_out = formula.format_source(source)
    assert laid_out == (
        "/* first */ AND(\n"
        "  name = 'a long enough name',\n"
        "  LEN(note) < 20,\n"
        "  /* then */ amount > 100000 || CONTAINS(name, 'x')\n"
        ") /* last */"
    )
    assert formula.parse(laid_out) == formula.parse(source)
    assert formula.format_source(laid_out) == laid_out


def test_text_that_looks_like_a_comment_is_no_comment() -> None:
    assert formula.format_source("'/* a */' & name") == "'/* a */' & name"


def test_quotes_survive() -> None:
    for text in ("it's", 'a "b"', "\\n", "\n\t", "北京"):
        tree = formula.parse(quote(text))
        assert tree == Constant(text)


def test_an_explanation_gives_every_part_that_was_computed() -> None:
    compiled = formula.compile("IF(amount > 10, 'big', note) & name", environment())
    told = formula.explain(compiled, {"amount": Decimal(12), "name": "!"}, None, evaluation())
    assert [(part.text, part.value) for part in told.parts] == [
        ("IF(amount > 10, 'big', note) & name", "big!"),
        ("IF(amount > 10, 'big', note)", "big"),
        ("amount > 10", True),
        ("amount", Decimal(12)),
        ("10", Decimal(10)),
        ("'big'", "big"),
        ("name", "!"),
    ]


def test_an_explanation_names_what_failed() -> None:
    compiled = formula.compile("1 / qty > 0", environment())
    told = formula.explain(compiled, {"qty": Decimal(0)}, None, evaluation())
    assert [each.code for each in told.diagnostics] == ["formula.division_by_zero"]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("nam", ["name"]),
        ("accountId.acc", ["accountName", "parentAccountId"]),
        ("accountId.account.ownerId.user.Na", ["Name"]),
        ("deal.acc", ["accountId"]),
        ("$User.Na", ["Name"]),
        ("$CurrentUser.$User.Na", ["Name"]),
        ("1 + ISCH", ["ISCHANGED"]),
        ("level = '重", ["'A'"]),
        ("ISPICKVAL(level, 'Nor", ["'B'"]),
        ("nowhere.x", []),
        ("$us", ["$user"]),
    ],
)
def test_completions_fit_the_place(source: str, texts: list[str]) -> None:
    found = formula.complete(source, len(source), environment())
    assert [each.text for each in found] == texts
    for each in found:
        assert 0 <= each.start <= len(source)


def test_completions_leave_out_what_may_not_be_used() -> None:
    hidden = environment(readable=lambda _object, field: field != "name", context=formula.Context())
    assert formula.complete("nam", 3, hidden) == []
    assert formula.complete("ISCHAN", 6, hidden) == []


def test_the_tree_for_the_browser_is_plain_json() -> None:
    compiled = formula.compile("amount > 1.50 && level = '重点' && rate < $User.age", environment())
    tree = formula.tree_json(compiled)
    assert json.loads(json.dumps(tree)) == tree
    assert tree["key"] == "and"
    first, second, third = tree["arguments"]
    assert first["arguments"] == [
        {"node": "field", "type": "number", "path": ["amount"], "zero": True},
        {"node": "literal", "type": "number", "value": "1.5"},
    ]
    assert second["arguments"][1] == {"node": "literal", "type": "picklist", "value": "A"}
    assert third["arguments"][0]["percent"] is True
    assert third["arguments"][1]["path"] == ["$user", "age"]


def test_a_let_is_computed_once_and_reaches_the_browser() -> None:
    source = "LET(total, amount * qty, half, total / 2, IF(total > 10, half, total))"
    compiled = formula.compile(source, environment())
    row = {"amount": Decimal(6), "qty": Decimal(2)}
    assert compiled.evaluate(row, None, evaluation()) == 6
    assert compiled.walk(row, None, evaluation()) == 6
    tree = formula.tree_json(compiled)
    assert [name for name, _bound in tree["bindings"]] == ["total_1", "half_2"]
    assert formula.check("LET(total, 1, total) + total", environment())
