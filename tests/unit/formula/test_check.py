"""What the checker says: every error with its code, place and near names, in two languages."""

from __future__ import annotations

import pytest

import formula
from formula import Context, FormulaProblem, Kind, Type
from tests.unit.formula.world import LEVEL, codes_of, environment

# formula, code, the text the span covers
ERRORS = [
    ("", "formula.empty", ""),
    ("1 +", "formula.unexpected_end", ""),
    ("1 + * 2", "formula.syntax", "*"),
    ("f(1", "formula.unexpected_end", ""),
    ("'abc", "formula.open_text", "'abc"),
    ("1 /* x", "formula.open_comment", "/* x"),
    ("名称 = 'x'", "formula.bad_character", "名称"),
    ("LEN（name）", "formula.bad_character", "（"),
    ("NOSUCH(1)", "formula.unknown_function", "NOSUCH"),
    ("nmae = 'x'", "formula.unknown_field", "nmae"),
    ("accountId.nmae", "formula.unknown_field", "nmae"),
    ("name.first = 'x'", "formula.not_a_lookup", "name"),
    ("accountId.account", "formula.incomplete_path", "accountId.account"),
    ("$Nobody.Name", "formula.unknown_global", "$Nobody"),
    ("$User", "formula.incomplete_path", "$User"),
    ("'a' + 1", "formula.operand_mismatch", "1"),
    ("closed + began", "formula.operand_mismatch", "began"),
    ("closed = called", "formula.unlike_types", "called"),
    ("closed < called", "formula.operand_mismatch", "called"),
    ("1 - called", "formula.operand_mismatch", "called"),
    ("won < open", "formula.operand_mismatch", "open"),
    ("name = 1", "formula.unlike_types", "1"),
    ("LEN(1)", "formula.type_mismatch", "1"),
    ("YEAR(called)", "formula.type_mismatch", "called"),
    ("TEXT(won)", "formula.type_mismatch", "won"),
    ("LEN(level)", "formula.type_mismatch", "level"),
    ("LEN(name, 2)", "formula.argument_count", "LEN(name, 2)"),
    ("CASE(1, 2, 3)", "formula.argument_count", "CASE(1, 2, 3)"),
    ("IF(won, 1, 'x')", "formula.unlike_types", "'x'"),
    ("IF(name, 1, 2)", "formula.type_mismatch", "name"),
    ("NOT(1)", "formula.type_mismatch", "1"),
    ("level = 'Z'", "formula.unknown_picklist_value", "'Z'"),
    ("ISPICKVAL(level, 'Z')", "formula.unknown_picklist_value", "'Z'"),
    ("CASE(level, 'Z', 1, 2)", "formula.unknown_picklist_value", "'Z'"),
    ("level = '同名'", "formula.ambiguous_picklist_value", "'同名'"),
    ("ISCHANGED(LEN(name))", "formula.field_required", "LEN(name)"),
    ("REGEX(name, '(')", "formula.bad_regex", "'('"),
    ("LET(1, 2, 3)", "formula.name_required", "1"),
    ("9" * 400, "formula.number_too_large", "9" * 400),
]


@pytest.mark.parametrize(("source", "code", "covered"), ERRORS)
def test_each_mistake_has_its_code_and_place(source: str, code: str, covered: str) -> None:
    (found,) = formula.check(source, environment())
    assert found.code == code
    assert found.span is not None
    assert source[found.span.start : found.span.end] == covered
    for language in ("zh-CN", "en-US"):
        assert found.detail(language)
        assert "{" not in found.detail(language)


def test_all_errors_are_reported_together_in_the_order_of_the_source() -> None:
    source = "AND(nmae = 'x', LEN(1) > 2, NOSUCH(2), level = 'Z')"
    assert codes_of(source) == [
        "formula.unknown_field",
        "formula.type_mismatch",
        "formula.unknown_function",
        "formula.unknown_picklist_value",
    ]


def test_compile_raises_one_problem_with_every_error() -> None:
    with pytest.raises(FormulaProblem) as caught:
        formula.compile("nmae = nmoe", environment())
    assert [error.extra["suggestions"][0] for error in caught.value.errors] == ["name", "note"]


@pytest.mark.parametrize(
    ("source", "suggestion"),
    [
        ("nmae", "name"),
        ("accountId.creditt", "credit"),
        ("CONTIANS(name, 'x')", "CONTAINS"),
        ("$Usr.Name", "$user"),
        ("level = '重'", "重点"),
    ],
)
def test_near_names_are_suggested(source: str, suggestion: str) -> None:
    (found,) = formula.check(source, environment())
    assert suggestion in found.extra["suggestions"]
    assert suggestion in found.detail("zh-CN")
    assert suggestion in found.detail("en-US")


def test_change_functions_need_a_place_that_sees_the_change() -> None:
    assert codes_of("ISNEW()", context=Context()) == ["formula.not_allowed_here"]
    assert codes_of("ISCHANGED(name)", context=Context()) == ["formula.not_allowed_here"]
    assert codes_of("ISCHANGED(name)") == []


def test_an_unreadable_field_on_the_way_is_an_error() -> None:
    def readable(object_name: str, field: str) -> bool:
        return (object_name, field) not in {("deal", "amount"), ("account", "ownerId")}

    assert codes_of("amount > 1", readable=readable) == ["formula.field_unreadable"]
    assert codes_of("accountId.ownerId.Name = 'x'", readable=readable) == [
        "formula.field_unreadable"
    ]
    assert codes_of("qty > 1", readable=readable) == []


def test_nobody_is_told_the_names_of_fields_he_may_not_read() -> None:
    (told,) = formula.check("amoumt > 1", environment())
    assert "amount" in told.detail("en-US")
    (silent,) = formula.check("amoumt > 1", environment(readable=lambda _, name: name != "amount"))
    assert "amount" not in silent.detail("en-US") + str(silent.extra)


@pytest.mark.parametrize(
    ("source", "wanted", "codes"),
    [
        ("LEN(name)", Kind.BOOLEAN, ["formula.result_type"]),
        ("LEN(name)", Kind.NUMBER, []),
        ("NULL", Kind.BOOLEAN, []),
        ("$User.id", Kind.REFERENCE, []),
        ("'重点'", LEVEL, []),
        ("'Z'", LEVEL, ["formula.unknown_picklist_value"]),
        ("closed", Type(Kind.DATETIME), ["formula.result_type"]),
    ],
)
def test_the_result_must_be_of_the_wanted_type(source, wanted, codes) -> None:
    assert codes_of(source, result=wanted) == codes


def test_mixing_powers_and_products_warns_but_compiles() -> None:
    mixed = formula.compile("2 * 3 ^ 2", environment())
    assert [warning.code for warning in mixed.warnings] == ["formula.mixed_power"]
    assert formula.compile("2 * (3 ^ 2)", environment()).warnings == ()
