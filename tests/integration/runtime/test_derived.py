"""Stored formulas: columns that every write keeps equal to what their formulas say."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from metadata import PublishRefused
from paas.kernel import Problem
from runtime import ListQuery, RecordInvalid, Work, WriteCommand
from tests.integration.runtime.world import World, valid

D = Decimal


def stored(name: str, formula: str, *, object: str = "account", **more: Any) -> Any:
    kept = {"type": "formula", "stored": True, "result": "decimal", "precision": 18, "scale": 2}
    return "field", {"object": object, "name": name, "formula": formula, **kept, **more}


FIELDS = [
    ("field", {"object": "contact", "name": "score", "type": "decimal", "precision": 18,
               "scale": 2}),
    ("field", {"object": "contact", "name": "met", "type": "date"}),
    ("field", {"object": "contact", "name": "won", "type": "boolean"}),
    stored("doubled", "score * 2", object="contact"),
    stored("people", "COUNT(contact)", result="integer", scale=None, precision=None, indexed=True),
    stored("total", "SUM(contact.score)"),
    stored("wonTotal", "SUM(contact.doubled, won && score < accountId.staff)"),
    stored("mean", "AVG(contact.score)", scale=4),
    stored("lastMet", "MAX(contact.met)", result="date", scale=None, precision=None),
    stored("isBig", "staff > 10 || EXISTS(contact, score > 90)", result="boolean", scale=None,
           precision=None),
    stored("perPerson", "IF(people = 0, 0, total / people)"),
]  # fmt: skip
ROLL_UPS = ("people", "total", "wonTotal", "mean", "lastMet", "isBig", "perPerson")


@pytest.fixture
def kept(world: World) -> World:
    world.publish(*FIELDS)
    return world


def shown(world: World, record_id: str, *names: str) -> list[Any]:
    record = world.records.get(world.system, "account", record_id, fields=names)
    return [record[name] for name in names]


def test_every_kind_of_write_moves_what_is_computed(kept: World) -> None:
    first = kept.create("account", **valid(accountName="甲", staff=50))
    second = kept.create("account", **valid(accountName="乙", staff=5))
    assert shown(kept, first, *ROLL_UPS) == [0, 0, 0, None, None, True, 0]
    ann = kept.create("contact", accountId=first, score=10, met="2026-01-02", won=True)
    bob = kept.create("contact", accountId=first, score=20.5, met="2026-01-01")
    wanted = [2, D("30.5"), 20, D("15.25"), "2026-01-02", True, D("15.25")]
    assert shown(kept, first, *ROLL_UPS) == wanted
    kept.change("contact", bob, score=99, won=True)
    assert shown(kept, first, "total", "wonTotal", "perPerson") == [109, 20, D("54.5")]
    kept.change("account", first, staff=200)
    assert shown(kept, first, "wonTotal") == [218]
    kept.change("contact", bob, accountId=second)
    assert shown(kept, first, "people", "total") == [1, 10]
    assert shown(kept, second, "people", "total", "isBig") == [1, 99, True]
    kept.write("delete", "contact", {"id": bob}, {"id": ann})
    assert shown(kept, first, *ROLL_UPS) == [0, 0, 0, None, None, True, 0]
    assert shown(kept, second, *ROLL_UPS) == [0, 0, 0, None, None, False, 0]


def test_the_writer_of_the_parent_gets_back_what_was_computed(kept: World) -> None:
    (outcome,) = kept.write("create", "account", valid(staff=50))
    assert outcome.record is not None
    assert (outcome.record["isBig"], outcome.record["people"]) == (True, 0)


def test_formulas_that_build_on_one_another_are_computed_in_turn(world: World) -> None:
    """Whatever order they were described in."""
    plain: dict[str, Any] = {"result": "integer", "scale": None, "precision": None}
    world.publish(
        stored("third", "second + 1", **plain),
        stored("second", "first * 2", **plain),
        stored("first", "staff + 1", **plain),
    )
    account = world.create("account", **valid(staff=4))
    assert shown(world, account, "first", "second", "third") == [5, 10, 11]
    world.change("account", account, staff=0)
    assert shown(world, account, "first", "second", "third") == [1, 2, 3]


def test_nobody_writes_what_is_computed(kept: World) -> None:
    with pytest.raises(RecordInvalid) as refused:
        kept.create("account", **valid(total=5))
    assert [each.pointer for each in refused.value.errors] == ["/total"]


def test_lists_filter_sort_and_index_them(kept: World) -> None:
    for name, scores in (("甲", [1, 2]), ("乙", [5]), ("丙", [])):
        account = kept.create("account", **valid(accountName=name))
        for score in scores:
            kept.create("contact", accountId=account, score=score)
    query = ListQuery(fields=("accountName",), filter="total >= 3", sort="-people")
    page = kept.records.list(kept.as_("管理员"), "account", query)
    assert [each["accountName"] for each in page.records] == ["甲", "乙"]
    assert kept.records.is_bounded("account", ListQuery(sort="-people"))


def test_a_rule_over_a_roll_up_refuses_the_child_that_breaks_it(kept: World) -> None:
    kept.publish(
        ("validation_rule", {"object": "account", "name": "limit", "when": "total > 100",
                             "message": "总分超过限额"}),
        ("validation_rule", {"object": "account", "name": "other", "when": "staff = 7",
                             "message": "无关"}),
    )  # fmt: skip
    account = kept.create("account", **valid(staff=6))
    with kept.database.read() as connection:
        statement = "UPDATE o_account SET f_staff = 7"
        assert connection is not None
    kept.database.write(lambda connection: connection.execute(statement))
    kept.create("contact", accountId=account, score=60)
    with pytest.raises(RecordInvalid) as refused:
        kept.create("contact", accountId=account, score=60)
    (error,) = refused.value.errors
    assert (error.code, error.pointer, error.extra["object"]) == ("rule.violated", "", "account")
    assert error.detail("zh-CN") == "总分超过限额"
    assert shown(kept, account, "total") == [60]


def test_history_and_events_tell_of_it_and_locks_do_not_stand_in_its_way(kept: World) -> None:
    account = kept.create("account", **valid())
    kept.write(
        "update", "account", {"id": account, "lockStatus": "locked"},
        capability=kept.records.capability,
    )  # fmt: skip
    kept.create("contact", accountId=account, score=4)
    assert shown(kept, account, "total", "lockStatus") == [4, "locked"]
    with kept.database.read() as connection:
        rows = connection.fetch(
            "SELECT operation, changed_fields FROM paas_outbox WHERE object = 'account'"
            " ORDER BY sequence DESC LIMIT 1"
        )
    assert rows[0][0] == "update"
    assert "total" in rows[0][1]


def test_as_many_statements_whatever_the_batch(kept: World) -> None:
    accounts = [kept.create("account", **valid(accountName=f"第{n}家")) for n in range(12)]

    def statements(count: int) -> int:
        def act(work: Work) -> int:
            before = work.connection.statements
            rows = [{"accountId": accounts[n], "score": n + 1} for n in range(count)]
            work.write(WriteCommand("create", "contact", rows, is_batch=True))
            return work.connection.statements - before

        return kept.records.begin(kept.system, act)

    statements(12)
    assert statements(12) == statements(3)


def test_children_written_at_the_same_time_are_all_counted(kept: World) -> None:
    account = kept.create("account", **valid())

    def write(number: int) -> None:
        row = {"accountId": account, "score": number}
        kept.records.write(kept.system, WriteCommand("create", "contact", [row]))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(1, 25)))
    assert shown(kept, account, "people", "total") == [24, 300]


def test_deleting_the_parent_does_not_bring_it_back(kept: World) -> None:
    account = kept.create("account", **valid())
    kept.create("contact", accountId=account, score=4)
    kept.write("delete", "account", {"id": account})
    with pytest.raises(Problem):
        shown(kept, account, "total")


def test_after_a_thousand_operations_they_equal_what_is_computed_anew(kept: World) -> None:
    chance = random.Random(20261125)
    plain = [
        ("field", {**document, "name": f"{document['name']}Now", "stored": False, "indexed": False})
        for kind, document in FIELDS
        if document.get("stored") and document["object"] == "account"
    ]
    kept.publish(*plain)
    accounts = [
        kept.create("account", **valid(accountName=f"第{n}家", staff=n * 9)) for n in range(6)
    ]
    contacts: list[str] = []
    for _turn in range(40):
        operation = chance.choice(["create", "create", "update", "move", "delete", "parent"])
        count = chance.randint(15, 40)
        if operation == "create" or len(contacts) < count:
            rows = [_contact(chance, accounts) for _ in range(count)]
            outcomes = kept.write("create", "contact", *rows, is_batch=True)
            contacts += [each.id for each in outcomes if each.id]
            continue
        some = chance.sample(contacts, count)
        if operation == "delete":
            kept.write("delete", "contact", *({"id": each} for each in some))
            contacts = [each for each in contacts if each not in some]
        elif operation == "parent":
            rows = [{"id": each, "staff": chance.randint(0, 99)} for each in accounts]
            kept.write("update", "account", *rows, is_batch=True)
        else:
            names = ["accountId"] if operation == "move" else ["score", "won", "met"]
            rows = [
                {"id": each, **{name: _contact(chance, accounts)[name] for name in names}}
                for each in some
            ]
            kept.write("update", "contact", *rows, is_batch=True)
    for account in accounts:
        now = shown(kept, account, *(f"{name}Now" for name in ROLL_UPS))
        assert shown(kept, account, *ROLL_UPS) == now


def _contact(chance: random.Random, accounts: list[str]) -> dict[str, Any]:
    return {
        "accountId": chance.choice([*accounts, None]),
        "score": chance.choice([None, 0, chance.randint(-500, 9999) / 100]),
        "won": chance.choice([True, False, None]),
        "met": chance.choice([None, f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"]),
    }


@pytest.mark.parametrize(
    "formula",
    [
        "LEN(parentAccountId.accountName)",
        "YEAR(TODAY())",
        "COUNT(contact, ownerId.name = 'x')",
        "COUNT(account, COUNT(contact) > 1)",
        "COUNT(parentAccountId.contact)",
        "LEN($User.name)",
    ],
)
def test_what_a_write_could_not_follow_is_refused(world: World, formula: str) -> None:
    with pytest.raises(PublishRefused) as refused:
        world.publish(stored("kept", formula))
    (found,) = refused.value.errors
    assert (found.code, found.pointer) == (
        "metadata.formula_not_storable",
        "/changes/0/document/formula",
    )


def test_an_index_needs_a_stored_formula(world: World) -> None:
    with pytest.raises(PublishRefused) as refused:
        world.publish(stored("kept", "staff + 1", stored=False, indexed=True))
    assert [each.code for each in refused.value.errors] == ["metadata.index_needs_stored"]
