"""Rules over child records and over records looked up, in as many statements whatever the batch."""

from __future__ import annotations

from typing import Any

import pytest

from runtime import RecordInvalid, Work, WriteCommand
from tests.integration.runtime.world import World, valid


def rule(world: World, when: str) -> None:
    world.publish(
        ("validation_rule", {"object": "account", "name": "extra", "when": when, "message": "不行"})
    )


def refused(world: World, record_id: str, **values: Any) -> bool:
    try:
        world.change("account", record_id, **values)
    except RecordInvalid as problem:
        assert [error.code for error in problem.errors] == ["rule.violated"]
        return True
    return False


@pytest.fixture
def account(world: World) -> str:
    record_id = world.create("account", **valid(revenue=100, staff=2))
    other = world.create("account", **valid(accountName="别家"))
    for name in ("a", "b", None):
        world.create("contact", name=name, accountId=record_id)
    world.create("contact", name="c", accountId=other)
    return record_id


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("COUNT(contact) = 3", True),
        ("COUNT(contact) > 3", False),
        ("EXISTS(contact, name = 'c')", False),
        ("EXISTS(contact, ISBLANK(name))", True),
        ("COUNT(contact, name > 'a' && accountId.staff = 7) = 1", True),
        ("COUNT(contact, ownerId.name = '') = 3", True),
        ("ISCHANGED(staff) && PRIORVALUE(staff) < COUNT(contact)", True),
        ("COUNT(visit) = 0 && NOT(EXISTS(memo))", True),
        ("COUNT(account, parentAccountId.staff > 1) > 0", False),
        ("MAX(contact.createdAt) <= NOW()", True),
        ("VLOOKUP(account.staff, account.accountName, '大众') = 2", True),
        ("VLOOKUP(account.id, account.accountName, '没有') <> ''", False),
        ("VLOOKUP(account.revenue, account.staff, 2) = 100", True),
    ],
)
def test_rules_read_child_records_and_records_looked_up(
    world: World, account: str, when: str, expected: bool
) -> None:
    rule(world, when)
    assert refused(world, account, staff=7) is expected


def test_a_new_record_has_no_child_records(world: World) -> None:
    rule(world, "COUNT(contact) > 0 || EXISTS(contact)")
    world.create("account", **valid())
    rule(world, "COUNT(contact) = 0")
    with pytest.raises(RecordInvalid):
        world.create("account", **valid(accountName="另一家"))


def test_child_records_of_a_related_record(world: World, account: str) -> None:
    world.publish(
        (
            "validation_rule",
            {
                "object": "contact",
                "name": "few",
                "when": "COUNT(accountId.contact) >= 3",
                "message": "太多",
            },
        )
    )
    with pytest.raises(RecordInvalid):
        world.create("contact", name="d", accountId=account)
    world.create("contact", name="d")


def test_as_many_statements_whatever_the_batch(world: World, account: str) -> None:
    rule(world, "COUNT(contact, accountId.staff > 5) > 9 || SUM(account.revenue) > 5")
    others = [world.create("account", **valid(accountName=f"第{n}家")) for n in range(6)]

    def statements(ids: list[str]) -> int:
        def act(work: Work) -> int:
            before = work.connection.statements
            rows = [{"id": each, "staff": 1} for each in ids]
            work.write(WriteCommand("update", "account", rows))
            return work.connection.statements - before

        return world.records.begin(world.system, act)

    statements([account])
    assert statements(others) <= statements([account]) + len(others)
    assert statements(others[:2]) - statements(others[:1]) <= 1
