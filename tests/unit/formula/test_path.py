"""Paths: both families name the same fields, and a formula knows what it reads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

import formula
from formula import FieldSymbol, Kind, Type
from tests.unit.formula.world import DEAL, NUMBER, PERCENT, TEXT, environment, thing, value_of

OWNER = {"Name": "李四", "@dimDepart": {"departName": "华东区", "@managerId": {"Name": "王五"}}}
ROW = {"@accountId": {"accountName": "甲", "@ownerId": OWNER}}


@pytest.mark.parametrize(
    "path",
    [
        "accountId.ownerId.Name",
        "accountId.account.ownerId.user.Name",
        "deal.accountId.account.ownerId.user.Name",
        "DEAL.ACCOUNTID.ACCOUNT.OWNERID.USER.NAME",
        "Account.Owner.Name",
        "accountId.account.ownerId.Name",
    ],
)
def test_both_families_of_path_read_the_same_field(path: str) -> None:
    compiled = formula.compile(path, environment())
    assert compiled.reads == {("accountId", "ownerId", "Name")}
    assert compiled.hops == {("accountId",), ("accountId", "ownerId")}
    assert not compiled.is_own_record
    assert value_of(path, ROW) == "李四"


def test_a_missing_record_on_the_way_reads_as_null() -> None:
    path = "accountId.ownerId.user.dimDepart.department.managerId.user.Name"
    assert value_of(path, ROW) == "王五"
    assert value_of(path, {"@accountId": None}) is None
    assert value_of(path, {"@accountId": {"@ownerId": None}}) is None


@pytest.mark.parametrize("path", ["$User.Name", "$user.name", "$CurrentUser.$User.Name"])
def test_the_current_user_has_two_names(path: str) -> None:
    compiled = formula.compile(path, environment())
    assert compiled.globals_read == {("$user", "Name")}
    assert compiled.is_own_record
    assert value_of(path) == "张三"


def test_a_lookup_itself_is_the_id() -> None:
    assert value_of("ownerId = $User.id", {"ownerId": "u1"}) is False
    assert value_of("ownerId = 'u1'", {"ownerId": "u1"}) is True


def test_what_a_formula_reads_is_known() -> None:
    compiled = formula.compile(
        "ISCHANGED(accountId.ownerId.Name) && amount > 1 && closed < TODAY()", environment()
    )
    assert compiled.reads_prior == {("accountId", "ownerId", "Name")}
    assert compiled.reads == {("accountId", "ownerId", "Name"), ("amount",), ("closed",)}
    assert compiled.uses_change
    assert not compiled.is_deterministic


def test_paths_are_bounded() -> None:
    path = ".".join(["accountId", *["parentAccountId"] * 12, "accountName"])
    (found,) = formula.check(path, environment())
    assert found.code == "formula.too_many_hops"


def with_formula_field(source: str, declared: Type, **changes):
    inner = formula.compile(source, environment(**changes))
    fields = {**DEAL.fields, "total": FieldSymbol("total", declared, formula=inner)}
    return thing("deal", **{symbol.name: symbol for symbol in fields.values()})


def test_formula_fields_are_written_out_with_their_own_treatment_of_blanks() -> None:
    own = with_formula_field("amount * 2", NUMBER, blank="blank")
    assert value_of("total + qty", {"amount": None}, object=own, blank="zero") is None
    own = with_formula_field("amount * 2", NUMBER, blank="zero")
    assert value_of("total + 1", {"amount": None}, object=own, blank="blank") == 1
    compiled = formula.compile("total > 1", environment(object=own))
    assert compiled.reads == {("amount",)}


def test_a_formula_field_of_a_related_record_reads_that_record() -> None:
    plain = environment(object=thing("department", departName=TEXT))
    inner = formula.compile("LEFT(departName, 2) & '!'", plain)
    department = thing("department", code=FieldSymbol("code", TEXT, formula=inner))
    user = thing("user", dimDepart=Type(Kind.REFERENCE, target="department"))
    known = {"department": department, "user": user}
    scope = environment(objects=known.get)
    compiled = formula.compile("ownerId.dimDepart.code", scope)
    assert compiled.reads == {("ownerId", "dimDepart", "departName")}
    row = {"@ownerId": {"@dimDepart": {"departName": "华东区"}}}
    assert value_of("ownerId.dimDepart.code", row, objects=known.get) == "华东!"


def test_a_truth_value_of_a_formula_field_is_never_null() -> None:
    own = with_formula_field("closed > began", Type(Kind.BOOLEAN))
    assert value_of("NOT(total)", {}, object=own) is True
    assert value_of("total = FALSE", {}, object=own) is True


def test_percent_is_the_fraction_inside_and_percent_outside() -> None:
    assert value_of("rate * 2", {"rate": Decimal(45)}) == Decimal("0.9")
    assert value_of("rate * 2", {"rate": Decimal(45)}, result=PERCENT) == 90
    assert value_of("rate", {"rate": None}, result=PERCENT, blank="blank") is None


def test_a_declared_scale_rounds_the_result_half_up() -> None:
    wanted = Type(Kind.NUMBER, scale=2)
    assert str(value_of("1.005 * 1", result=wanted)) == "1.01"
    assert str(value_of("-1.005 * 1", result=wanted)) == "-1.01"


def test_names_of_fields_are_found_and_renamed() -> None:
    source = "/* who */ deal.accountId.account.ownerId.user.Name <> $User.NAME"
    compiled = formula.compile(source, environment())
    renamed = formula.rename_field(compiled, "user", "Name", "fullName")
    assert renamed == "/* who */ deal.accountId.account.ownerId.user.fullName <> $User.fullName"


@pytest.mark.parametrize("row", [{}, {"closed": date(2024, 1, 1), **ROW}, ROW])
def test_what_a_key_of_case_reads_is_read_again_after_it(row: dict[str, object]) -> None:
    case = "CASE(closed, accountId.since, accountId.accountName, accountId.ownerId.Name)"
    parts = (value_of(source, row) or "" for source in (case, "accountId.accountName"))
    assert (value_of(f"{case} & accountId.accountName", row) or "") == "".join(parts)


def test_an_operand_computed_before_its_turn_relies_on_nothing() -> None:
    source = "CONTAINS(name & '', PRIORVALUE(name))"
    assert value_of(source, {"name": "ab"}) is True
    assert value_of(source, {"name": "ab"}, {"name": "b"}) is True
    assert value_of(source, {"name": "ab"}, {"name": "c"}) is False
