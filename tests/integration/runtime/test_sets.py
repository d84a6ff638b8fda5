"""Everything is done in sets, and many may write at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from paas.kernel import CallContext, Problem
from runtime import ListQuery, Work, WriteCommand
from tests.integration.runtime.world import World, valid

RULES = (
    ("validation_rule", {
        "object": "account", "name": "rename", "message": "不能改名",
        "when": "ISCHANGED(account.ownerId.user.dimDepart.department.departName) && "
                "account.parentAccountId.account.accountName = $User.name",
    }),
)  # fmt: skip


def statements(
    world: World, context: CallContext, operation: Any, rows: Sequence[Mapping[str, Any]]
) -> int:
    def act(work: Work) -> int:
        before = work.connection.statements
        work.write(WriteCommand(operation, "account", rows, is_batch=True))
        return work.connection.statements - before

    return world.records.begin(context, act)


def test_the_number_of_statements_does_not_depend_on_the_rows(world: World) -> None:
    world.publish(*RULES)
    parents = [world.create("account", **valid(ownerId=world.ids["owner"])) for _each in range(5)]
    context = world.as_("owner")
    owners = [world.ids[name] for name in ("owner", "leader", "stranger")]

    def new(count: int) -> list[dict[str, Any]]:
        return [
            valid(parentAccountId=parents[n % 5], ownerId=owners[n % 3], taxCode=f"{count}-{n}")
            for n in range(count)
        ]

    created = {count: statements(world, context, "create", new(count)) for count in (3, 200)}
    assert created[3] == created[200]

    mine = [
        world.create("account", by=context, **valid(parentAccountId=parents[0]))
        for _each in range(203)
    ]
    for each in mine[:100]:
        world.create("contact", accountId=each)
        world.create("visit", accountId=each)

    def moved(ids: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {"id": each, "ownerId": owners[1], "staff": n, "parentAccountId": parents[n % 5]}
            if n % 2
            else {"id": each, "accountName": f"新{n}"}
            for n, each in enumerate(ids)
        ]

    changed = {
        len(ids): statements(world, world.system, "update", moved(ids))
        for ids in (mine[:3], mine[3:])
    }
    assert changed[3] == changed[200]

    gone = [
        statements(world, world.system, "delete", [{"id": each} for each in ids])
        for ids in (mine[:3], mine[3:103])
    ]
    assert gone[0] == gone[1]


def test_a_list_is_one_statement(world: World) -> None:
    for _each in range(3):
        world.create("account", by=world.as_("owner"), **valid())
    query = ListQuery(fields=("accountName", "ownerId.dimDepart.departName"), sort="ownerId.name")
    context = world.as_("owner")
    with world.database.read() as connection:
        before = connection.statements
        world.records.list(context, "account", query)
        assert connection.statements - before == 1


def together(acts: Sequence[Callable[[], Any]]) -> list[str]:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        start.wait()
        try:
            act()
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_a_unique_value_is_taken_once(world: World) -> None:
    found = together([lambda: world.create("account", **valid(taxCode="1"))] * 8)
    assert found == ["done"] + ["record.duplicate"] * 7


def test_of_two_changes_to_one_version_one_is_stale(world: World) -> None:
    record = world.create("account", **valid())
    found = together([lambda: world.change("account", record, staff=1, version=1)] * 4)
    assert found == ["done", "record.stale", "record.stale", "record.stale"]
    assert world.records.get(world.system, "account", record)["version"] == 2


def test_changes_to_different_fields_are_all_kept(world: World) -> None:
    record = world.create("account", **valid())
    changes: list[dict[str, Any]] = [{"staff": 1}, {"revenue": 2}, {"level": "A"}, {"secret": "x"}]
    found = together([partial(world.change, "account", record, **each) for each in changes])
    assert found == ["done"] * 4
    kept = world.records.get(world.system, "account", record)
    assert [kept[name] for name in ("staff", "revenue", "level", "secret", "version")] == [
        1, 2, "A", "x", 5,
    ]  # fmt: skip


def test_departments_moved_at_once_make_no_cycle(world: World) -> None:
    sales, ops = world.ids["sales"], world.ids["ops"]
    found = together(
        [
            lambda: world.change("department", sales, parentDepartId=ops),
            lambda: world.change("department", ops, parentDepartId=sales),
        ]
    )
    assert found == ["done", "record.invalid"]


def test_several_commands_are_one_unit_of_work(world: World) -> None:
    def act(work: Work) -> None:
        work.write(WriteCommand("create", "account", [valid()]))
        work.write(WriteCommand("create", "account", [valid(address="短")]))

    with pytest.raises(Problem):
        world.records.begin(world.system, act)
    assert world.records.list(world.system, "account", ListQuery(count=True)).count == 0
