"""Upserts by any unique field, and references by a unique field of their target."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from paas.kernel import Problem
from runtime import (
    AccessDenied,
    BatchRefused,
    QueryInvalid,
    RecordInvalid,
    RecordStale,
    Work,
    WriteCommand,
)
from tests.integration.runtime.world import World, valid


def upsert(world: World, *rows: dict[str, Any], by: Any = None, **options: Any) -> list[Any]:
    options = {"match_by": "taxCode", **options}
    return world.write("upsert", "account", *rows, context=by, **options)


def codes(problem: Problem) -> list[tuple[str | None, str]]:
    return [(each.pointer, each.code) for each in problem.errors]


def test_a_row_changes_the_record_with_its_key_or_creates_it(world: World) -> None:
    known = world.create("account", **valid(taxCode="A1", staff=1))
    changed, created = upsert(
        world, {"taxCode": "A1", "staff": 2}, valid(taxCode="A2", staff=3), is_batch=True
    )
    assert (changed.id, changed.version, changed.created) == (known, 2, False)
    assert created.created
    assert world.records.get(world.system, "account", known)["staff"] == 2
    assert world.records.get(world.system, "account", created.id)["taxCode"] == "A2"


def test_a_single_upsert_returns_the_record(world: World) -> None:
    (first,) = upsert(world, valid(taxCode="A1"))
    (second,) = upsert(world, {"taxCode": "A1", "staff": 5})
    assert (first.created, second.created) == (True, False)
    assert second.record["staff"] == 5
    assert second.record["id"] == first.id


def test_the_number_of_statements_does_not_depend_on_the_rows(world: World) -> None:
    def statements(count: int) -> int:
        for number in range(count // 2):
            world.create("account", **valid(taxCode=f"{count}-{number}"))
        rows = [valid(taxCode=f"{count}-{number}") for number in range(count)]

        def act(work: Work) -> int:
            before = work.connection.statements
            work.write(WriteCommand("upsert", "account", rows, match_by="taxCode", is_batch=True))
            return work.connection.statements - before

        return world.records.begin(world.system, act)

    assert statements(4) == statements(100)


def test_refused_rows_keep_their_places(world: World) -> None:
    world.create("account", **valid(taxCode="A1"))
    rows = [
        valid(taxCode="A2"),
        {"taxCode": "A1", "address": "短"},
        {"staff": 1},
        valid(taxCode="A2"),
        valid(taxCode="x" * 31),
        {"taxCode": "A1"},
    ]
    found = upsert(world, *rows, all_or_none=False, is_batch=True)
    refused = [each.problem and codes(each.problem)[0][1] for each in found]
    assert refused == [
        None, "rule.violated", "record.key_missing", "record.key_repeated", "field.too_long",
        "record.key_repeated",
    ]  # fmt: skip
    with pytest.raises(BatchRefused) as caught:
        upsert(world, valid(taxCode="A9"), {"staff": 1}, is_batch=True)
    assert codes(caught.value) == [("/records/1/taxCode", "record.key_missing")]
    with pytest.raises(RecordInvalid):
        upsert(world, {"staff": 1})
    assert world.records.ids_by_key(world.system, "account", "taxCode", ["A9"]) == {}


@pytest.mark.parametrize("name", ["accountName", "nonsense", "perHead", None])
def test_only_a_unique_field_or_the_id_matches(world: World, name: str | None) -> None:
    if name is None:
        (made,) = upsert(world, valid(), match_by=None)
        (again,) = upsert(world, {"id": made.id, "staff": 1}, match_by="id")
        assert (made.created, again.created, again.id) == (True, False, made.id)
        return
    with pytest.raises(QueryInvalid):
        upsert(world, valid(), match_by=name)


def test_a_record_the_caller_does_not_see_keeps_its_key_and_its_values(world: World) -> None:
    hidden = world.create("account", by=world.as_("owner"), **valid(taxCode="A1"))
    with pytest.raises(Problem) as caught:
        upsert(world, valid(taxCode="A1", staff=9), by=world.as_("stranger"))
    assert caught.value.code == "record.duplicate"
    assert world.records.get(world.system, "account", hidden)["staff"] is None


def test_an_expected_version_counts(world: World) -> None:
    upsert(world, valid(taxCode="A1"))
    with pytest.raises(RecordStale):
        upsert(world, {"taxCode": "A1", "staff": 1, "version": 7})


def test_upserts_at_once_create_one_record(world: World) -> None:
    start = threading.Barrier(6)

    def act(number: int) -> bool:
        start.wait()
        return upsert(world, valid(taxCode="A1", staff=number))[0].created

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(act, range(6))) == [False] * 5 + [True]


def test_batches_at_once_create_each_record_once(world: World) -> None:
    start = threading.Barrier(4)

    def act(number: int) -> list[bool]:
        rows = [valid(taxCode=f"A{each}", staff=number) for each in range(20)]
        start.wait()
        found = upsert(world, *rows, all_or_none=False, is_batch=True)
        assert [each.problem for each in found] == [None] * 20
        return [each.created for each in found]

    with ThreadPoolExecutor(4) as pool:
        created = list(pool.map(act, range(4)))
    assert [sum(each) for each in zip(*created, strict=True)] == [1] * 20


# ---------------------------------------------------------------- references by key


def test_a_parent_is_named_by_a_unique_field(world: World) -> None:
    parent = world.create("account", **valid(taxCode="P1"))
    child = world.create("account", **valid(parentAccountId={"taxCode": "P1"}))
    assert world.records.get(world.system, "account", child)["parentAccountId"] == parent
    world.change("account", child, parentAccountId=None)
    world.change("account", child, parentAccountId={"taxCode": "P1"})
    assert world.records.get(world.system, "account", child)["parentAccountId"] == parent
    (upserted,) = upsert(world, valid(taxCode="C1", parentAccountId={"taxCode": "P1"}))
    assert upserted.record["parentAccountId"] == parent


@pytest.mark.parametrize(
    ("key", "pointer", "code"),
    [
        ({"taxCode": "nobody"}, "/parentAccountId", "reference.not_found"),
        ({"taxCode": None}, "/parentAccountId", "reference.key_not_one"),
        ({}, "/parentAccountId", "reference.key_not_one"),
        ({"taxCode": "P1", "id": "x"}, "/parentAccountId", "reference.key_not_one"),
        ({"address": "大众"}, "/parentAccountId", "record.key_not_unique"),
        ({"accountName": "大众"}, "/parentAccountId", "reference.ambiguous"),
        ({"accountName": "无"}, "/parentAccountId", "reference.not_found"),
        ({"nonsense": "x"}, "/parentAccountId", "record.key_unknown"),
        ({"taxCode": 7}, "/parentAccountId/taxCode", "field.type_mismatch"),
        ({"taxCode": ["P1"]}, "/parentAccountId/taxCode", "field.type_mismatch"),
        ({"id": 7}, "/parentAccountId", "reference.key_not_one"),
        ({"id": "x"}, "/parentAccountId", "reference.not_found"),
    ],
)
def test_a_key_that_means_no_record_is_refused_in_its_place(
    world: World, key: dict[str, Any], pointer: str, code: str
) -> None:
    world.create("account", **valid(taxCode="P1"))
    world.create("account", **valid(taxCode="P2"))
    with pytest.raises(RecordInvalid) as caught:
        world.create("account", **valid(parentAccountId=key))
    assert codes(caught.value) == [(pointer, code)]


def test_a_parent_the_caller_does_not_see_is_not_found(world: World) -> None:
    world.create("account", by=world.as_("owner"), **valid(taxCode="P1"))
    with pytest.raises(RecordInvalid) as caught:
        world.create(
            "account", by=world.as_("stranger"), **valid(parentAccountId={"taxCode": "P1"})
        )
    assert codes(caught.value) == [("/parentAccountId", "reference.not_found")]


# ---------------------------------------------------------------- leaving checks out


def test_checks_are_left_out_only_with_the_permission(world: World) -> None:
    short = {"accountName": "x", "address": "短"}
    (made,) = world.write("create", "account", short, skip=frozenset({"rules"}))
    assert made.id
    with pytest.raises(AccessDenied):
        world.write(
            "create", "account", short, skip=frozenset({"rules"}), context=world.as_("owner")
        )
    with pytest.raises(RecordInvalid):
        world.write("create", "account", {"address": "短"}, skip=frozenset({"rules"}))


def test_changes_and_deletions_find_their_records_by_key(world: World) -> None:
    ids = [world.create("account", **valid(taxCode=code)) for code in ("A1", "A2")]
    found = world.write(
        "update", "account", {"taxCode": "A1", "staff": 7}, {"taxCode": "nobody", "staff": 1},
        match_by="taxCode", all_or_none=False,
    )  # fmt: skip
    assert [each.problem and each.problem.code for each in found] == [None, "record.not_found"]
    assert world.records.get(world.system, "account", ids[0])["staff"] == 7
    gone = world.write("delete", "account", {"taxCode": "A2", "staff": 1}, match_by="taxCode")
    assert [each.id for each in gone] == [ids[1]]
    assert world.records.ids_by_key(world.system, "account", "taxCode", ["A1", "A2"]) == {
        "A1": ids[0]
    }


def test_an_update_tells_what_it_replaced_if_asked(world: World) -> None:
    known = world.create("account", **valid(taxCode="A1", staff=1, revenue=12.5))
    (outcome,) = world.write(
        "update", "account", {"id": known, "staff": 2, "revenue": 12.5, "level": None},
        keeps_before=True, is_batch=True,
    )  # fmt: skip
    assert outcome.before == {"staff": 1, "level": "B"}
