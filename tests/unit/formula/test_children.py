"""Aggregates over child records, VLOOKUP, and globals that stand for something else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

import formula
from formula import FieldSymbol
from tests.unit.formula import world
from tests.unit.formula.world import ACCOUNT, NUMBER, codes_of, environment, evaluation, value_of


def contact(name: str | None, age: int | None, *tasks: int, **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "name": name,
        "age": None if age is None else D(age),
        "share": D(25),
        "active": True,
    }
    known |= {"born": date(1990, 1, len(name or "") + 1), "met": None, "level": "A"}
    known |= {"#task.contactId": [{"hours": D(hours)} for hours in tasks], **more}
    return known


def account(*contacts: dict[str, Any], **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"credit": D(30), "#contact.accountId": list(contacts), **more}
    for each in contacts:
        each["@accountId"] = row
    return row


ROW = account(contact("Ann", 20, 1, 2), contact("Bo", 40), contact(None, None, 5, active=None))

VALUES = [
    ("COUNT(contact)", 3),
    ("count( Contact )", 3),
    ("COUNT(account.contact)", 3),
    ("COUNT(contact.accountId)", 3),
    ("COUNT(contact, age > 20)", 1),
    ("COUNT(contact, age >= 0)", 3),
    ("COUNT(contact, NULL)", 0),
    ("COUNT(contact, name = 'Ann' || name = '')", 2),
    ("COUNT(contact, level = '重点')", 3),
    ("EXISTS(contact)", True),
    ("EXISTS(contact, age > 40)", False),
    ("EXISTS(contact, active && age = 40)", True),
    ("NOT(EXISTS(contact, age > 40))", True),
    ("IF(EXISTS(contact, name = 'Bo'), 'yes', 'no')", "yes"),
    ("SUM(contact.age)", 60),
    ("SUM(contact.age, age > 100)", 0),
    ("SUM(contact.accountId.age)", 60),
    ("SUM(contact.share)", D("0.75")),
    ("AVG(contact.age)", 30),
    ("AVG(contact.age, age > 100)", None),
    ("MIN(contact.age)", 20),
    ("MAX(contact.age)", 40),
    ("MAX(contact.born)", date(1990, 1, 4)),
    ("MIN(contact.born, age > 20)", date(1990, 1, 3)),
    ("MAX(contact.age, name = 'Ann') + 1", 21),
    ("COUNT(contact, age > accountId.credit)", 1),
    ("COUNT(contact, age > accountId.account.credit)", 1),
    ("LET(limit, credit - 15, COUNT(contact, age > limit))", 2),
    ("COUNT(contact, COUNT(task) > 0)", 2),
    ("COUNT(contact, SUM(task.hours, hours < 5) = 3)", 1),
    ("SUM(contact.age, 100 / age > 4)", 20),
    ("COUNT(contact, $User.Name = '张三')", 3),
    ("MAX(credit, 5)", 30),
    ("MAX(account.credit, 5)", 30),
    ("COUNT(account, credit > 1)", 2),
    ("MAX(account.credit)", 9),
    ("MAX(account.credit, credit < 5)", 2),
]
PARENT = {**ROW, "#account.parentAccountId": [{"credit": D(2)}, {"credit": D(9)}]}


@pytest.mark.parametrize(("source", "expected"), VALUES)
def test_aggregates(source: str, expected: object) -> None:
    assert value_of(source, PARENT, object=ACCOUNT) == expected


@pytest.mark.parametrize("empty", [(), [], None])
def test_without_child_records(empty: object) -> None:
    row = {"#contact.accountId": empty}
    wanted = {"COUNT(contact)": 0, "SUM(contact.age)": 0, "EXISTS(contact)": False}
    for source, expected in {**wanted, "AVG(contact.age)": None, "MIN(contact.age)": None}.items():
        assert value_of(source, row, object=ACCOUNT) == expected


def test_child_records_nobody_fetched_are_not_taken_for_none() -> None:
    compiled = formula.compile("COUNT(contact) = 0", environment(object=ACCOUNT))
    for run in (compiled.evaluate, compiled.walk):
        found = evaluation()
        assert run({}, None, found) is False
        assert [each.code for each in found.diagnostics] == ["formula.no_children"]


def test_child_records_of_a_related_record() -> None:
    row = {"@accountId": ROW, "amount": D(1)}
    assert value_of("COUNT(accountId.contact, age > 20) + amount", row) == 2
    assert value_of("SUM(account.contact.age)", row) == 60
    assert value_of("COUNT(accountId.contact)", {"@accountId": None}) == 0
    assert value_of("AVG(accountId.contact.age)", {"@accountId": None}) is None
    assert value_of("EXISTS(accountId.contact)", {"@accountId": None}) is False


def test_a_formula_field_may_aggregate_and_be_read_through_lookups() -> None:
    size = formula.compile("COUNT(contact, age > accountId.credit)", environment(object=ACCOUNT))
    symbol = FieldSymbol("size", NUMBER, formula=size)
    known = formula.ObjectSymbol(
        "account", {**ACCOUNT.fields, "size": symbol}, children=ACCOUNT.children
    )
    objects = {**world.OBJECTS, "account": known}
    row = {"@accountId": ROW}
    assert value_of("accountId.size + 1", row, objects=objects.get) == 2
    assert value_of("PRIORVALUE(accountId.size)", row, row, objects=objects.get) == 1
    assert codes_of("COUNT(contact, accountId.size > 1)", objects=objects.get, object=known) == [
        "formula.children_too_far"
    ]
    known_globals = {"$client": known}
    assert codes_of("$Client.size > 1", objects=objects.get, globals=known_globals) == [
        "formula.children_of_global"
    ]


def test_what_fails_for_one_child_is_null_there_with_a_diagnostic() -> None:
    compiled = formula.compile("COUNT(contact, 60 / age > 2)", environment(object=ACCOUNT))
    for run in (compiled.evaluate, compiled.walk):
        found = evaluation()
        assert run(ROW, None, found) == 1
        assert [each.code for each in found.diagnostics] == ["formula.division_by_zero"]


@pytest.mark.parametrize("turn", [1, -1])
def test_one_child_that_counts_decides_whatever_fails_for_others(turn: int) -> None:
    record = account(*[contact("zero", 0), contact("five", 5)][::turn])
    for source, expected, failing in (
        ("EXISTS(contact, 10 / age = 2)", True, False),
        ("EXISTS(contact, 10 / age = 3)", False, True),
    ):
        compiled = formula.compile(source, environment(object=ACCOUNT))
        for run in (compiled.evaluate, compiled.walk):
            found = evaluation()
            assert run(record, None, found) is expected
            assert bool(found.diagnostics) is failing


WRONG = [
    ("COUNT(kontact)", "formula.unknown_children"),
    ("COUNT(1)", "formula.unknown_children"),
    ("COUNT(task)", "formula.unknown_children"),
    ("COUNT(contact.age)", "formula.children_required"),
    ("SUM(contact)", "formula.child_field_required"),
    ("SUM(contact.agee)", "formula.unknown_field"),
    ("SUM(contact.name)", "formula.type_mismatch"),
    ("MIN(contact.name)", "formula.type_mismatch"),
    ("COUNT(contact, age)", "formula.type_mismatch"),
    ("COUNT(contact, credit > 1)", "formula.unknown_field"),
    ("COUNT(contact, ISNEW())", "formula.not_allowed_here"),
    ("COUNT()", "formula.argument_count"),
    ("COUNT(contact, active, active)", "formula.argument_count"),
    ("EXISTS($User.task)", "formula.unknown_children"),
    ("COUNT(contact, EXISTS(ownerId.task))", "formula.children_too_far"),
    ("MAX(credit, name = 'x')", "formula.unknown_field"),
    ("MAX(credit, TRUE)", "formula.type_mismatch"),
]


@pytest.mark.parametrize(("source", "code"), WRONG)
def test_what_is_wrong_is_told(source: str, code: str) -> None:
    assert codes_of(source, object=ACCOUNT) == [code]
    for violation in formula.check(source, environment(object=ACCOUNT)):
        for language in ("zh-CN", "en-US"):
            assert "{" not in violation.detail(language)


def test_near_names_of_child_records() -> None:
    (found,) = formula.check("COUNT(contakt)", environment(object=ACCOUNT))
    assert found.extra["suggestions"] == ["contact"]


def test_what_an_aggregate_reads() -> None:
    made = formula.compile(
        "SUM(contact.age, active && ownerId.age > accountId.ownerId.age) > credit"
        " && EXISTS(contact, EXISTS(task, done) && $User.Name = name)",
        environment(object=ACCOUNT),
    )
    (read,) = made.child_reads
    assert (read.path, read.child.object, read.child.lookup.name) == ((), "contact", "accountId")
    assert read.reads == {("age",), ("active",), ("ownerId", "age"), ("name",), ("accountId",)}
    assert read.hops == {("ownerId",)}
    (inner,) = read.children
    assert inner.child.row_key == "#task.contactId"
    assert inner.reads == {("done",), ("contactId",)}
    assert made.reads == {("credit",), ("ownerId", "age")}
    assert made.hops == {("ownerId",)}
    assert made.globals_read == {("$user", "Name")}
    assert not made.is_own_record


def test_child_records_behind_a_lookup_are_reached_through_it() -> None:
    made = formula.compile("COUNT(accountId.contact)", environment())
    assert made.hops == {("accountId",)}
    assert [read.path for read in made.child_reads] == [("accountId",)]


def test_a_rename_rewrites_fields_of_child_records() -> None:
    made = formula.compile(
        "SUM(contact.age, age > 1) + COUNT(task.accountId)", environment(object=ACCOUNT)
    )
    renamed = formula.rename_field(made, "contact", "age", "years")
    assert renamed == "SUM(contact.years, years > 1) + COUNT(task.accountId)"
    assert formula.rename_field(made, "task", "accountId", "clientId").endswith("task.clientId)")


def test_what_may_not_be_read_is_refused() -> None:
    def readable(owner: str, field: str) -> bool:
        return (owner, field) != ("contact", "age")

    wanted = ["formula.field_unreadable"]
    assert codes_of("SUM(contact.age)", object=ACCOUNT, readable=readable) == wanted
    assert codes_of("COUNT(contact, age > 1)", object=ACCOUNT, readable=readable) == wanted
    assert codes_of("COUNT(contact)", object=ACCOUNT, readable=readable) == []


def test_completion_offers_child_records() -> None:
    found = formula.complete("COUNT(cont", 10, environment(object=ACCOUNT))
    assert ("contact", "children") in {(each.text, each.kind) for each in found}


def test_the_browser_gets_aggregates_as_a_node_of_their_own() -> None:
    made = formula.compile("COUNT(contact, active)", environment(object=ACCOUNT))
    shape = formula.tree_json(made)
    assert (shape["node"], shape["key"]) == ("aggregate", "count")
    assert shape["path"] == ["#contact.accountId"]


# ---------------------------------------------------------------- VLOOKUP


def looked_up(source: str, answer: Any, row: dict[str, Any] | None = None) -> Any:
    asked = []

    def look_up(name: str, wanted: str, key: str, value: Any) -> Any:
        asked.append((name, wanted, key, value))
        return answer

    made = formula.compile(source, environment())
    known = evaluation(lookup=look_up)
    found = made.evaluate(row or {}, None, known)
    assert made.walk(row or {}, None, known) == found
    assert not known.diagnostics
    return found, asked[0] if asked else None


def test_vlookup_asks_the_evaluation() -> None:
    question = ("account", "credit", "accountName", "x")
    assert looked_up("VLOOKUP(account.credit, account.accountName, 'x')", D(5)) == (D(5), question)
    assert looked_up(
        "VLOOKUP($ObjectType.Account.Fields.credit, $ObjectType.Account.Fields.accountName, 'x')",
        D(5),
    ) == (D(5), question)
    assert looked_up("VLOOKUP(account.credit, account.accountName, name)", D(5)) == (None, None)
    assert looked_up("VLOOKUP(account.isActive, account.accountName, 'x')", None)[0] is False
    assert looked_up("VLOOKUP(contact.share, contact.name, 'x') = 0.25", D(25))[0] is True
    found, asked = looked_up("VLOOKUP(contact.name, contact.share, rate)", "y", {"rate": D(50)})
    assert (found, asked) == ("y", ("contact", "name", "share", D(50)))


def test_vlookup_without_anybody_to_ask_fails() -> None:
    known = evaluation()
    made = formula.compile("VLOOKUP(account.credit, account.accountName, 'x')", environment())
    assert made.evaluate({}, None, known) is None
    assert [each.code for each in known.diagnostics] == ["formula.no_lookup"]
    assert made.lookups == {("account", "credit", "accountName")}
    assert not made.is_own_record
    assert formula.rename_field(made, "account", "credit", "limit").startswith(
        "VLOOKUP(account.limit,"
    )


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("VLOOKUP(credit, account.accountName, 'x')", "formula.lookup_field_required"),
        ("VLOOKUP(account.credit, user.Name, 'x')", "formula.lookup_field_required"),
        ("VLOOKUP(account.kredit, account.accountName, 'x')", "formula.unknown_field"),
        ("VLOOKUP(account.credit, account.accountName, 1)", "formula.type_mismatch"),
        ("VLOOKUP(account.credit, account.accountName)", "formula.argument_count"),
    ],
)
def test_a_wrong_vlookup_is_told(source: str, code: str) -> None:
    assert codes_of(source) == [code]


# ---------------------------------------------------------------- globals


def test_a_global_may_stand_for_a_path_from_another() -> None:
    caller = {"Name": "张三", "@dimDepart": {"departName": "销售部"}}
    made = formula.compile("$Department.departName = '销售部'", environment())
    assert made.evaluate({}, None, evaluation(globals={"$user": caller})) is True
    assert made.globals_read == {("$user", "dimDepart", "departName")}


def test_an_unknown_global_is_told_with_near_names() -> None:
    (found,) = formula.check("$Departmnt.departName = ''", environment())
    assert found.code == "formula.unknown_global"
    assert found.extra["suggestions"] == ["$department"]
