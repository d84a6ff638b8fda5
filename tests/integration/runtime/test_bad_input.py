"""Whatever is asked or sent is answered or refused with a problem, on both databases alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from metadata import PublishRefused
from paas.kernel import Problem
from runtime import ListQuery
from tests.integration.runtime.world import World, valid

NOBODY = "01a201dc-e0d1-7748-ae85-0c4723970f07"
FILTERS = {
    "accountName = 'a\x00b'": "query.invalid",
    "accountName = '\ud800'": "query.invalid",
    "staff > 99999999999999999999999999999": 0,
    "revenue > 123456789012345678901234567890.12": 0,
    "revenue = 0.001": 0,
    "staff / 0 > 1": 0,
    "staff ^ 50 > 1": 1,
    "accountName": "formula.invalid",
    "active = 1": "formula.invalid",
    "id = 'x'": 0,
    "ownerId = 'nonsense'": 0,
    "createdAt > NOW() - 100000000": 0,
    "signedOn > TODAY() + 99999999999": 0,
    "parentAccountId.parentAccountId.parentAccountId.accountName = 'x'": 0,
    "VALUE(accountName) > 1": 0,
    "CONTAINS(accountName, '%') || BEGINS(accountName, '_')": 0,
    "accountName = NULL": 0,
}
VALUES: dict[str, tuple[Any, str]] = {
    "accountName": ("a\x00", "field.bad_character"),
    "address": (["x"], "field.type_mismatch"),
    "staff": (10**30, "field.out_of_range"),
    "revenue": (float("inf"), "field.type_mismatch"),
    "signedOn": ("2024-13-01", "field.invalid_date"),
    "calledAt": ("0001-01-01T00:00:00+14:00", "field.invalid_datetime"),
    "ownerId": ("x", "field.invalid_reference"),
    "parentAccountId": (NOBODY, "reference.not_found"),
    "active": ("true", "field.type_mismatch"),
    "taxCode": ("x" * 31, "field.too_long"),
    "id": (5, "field.not_writable"),
    "x" * 300: (1, "field.unknown"),
}


def answer(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Problem as problem:
        return problem.code


def test_every_filter_is_answered_or_refused(world: World) -> None:
    me = world.as_("owner")
    world.create("account", by=me, **valid(revenue=5, staff=3))

    def count(source: str) -> Any:
        return world.records.list(me, "account", ListQuery(filter=source, count=True)).count

    assert {each: answer(partial(count, each)) for each in FILTERS} == FILTERS


def test_ids_that_are_none_are_not_found(world: World) -> None:
    me = world.as_("owner")
    for record in ("x", "", NOBODY, NOBODY.upper(), "💥", "\ud800", "a\x00"):
        found = {
            answer(partial(world.records.get, me, "account", record)),
            answer(partial(world.change, "account", record, by=me, staff=1)),
        }
        assert found == {"record.not_found"}


def test_every_wrong_value_is_refused_at_its_place(world: World) -> None:
    me = world.as_("owner")
    for name, (value, code) in VALUES.items():
        (outcome,) = world.write(
            "create", "account", valid(**{name: value}), context=me, all_or_none=False
        )
        assert outcome.problem is not None
        codes = [error.code for error in outcome.problem.errors]
        assert (name, codes[0]) == (name, code)
    assert world.records.list(me, "account", ListQuery(count=True)).count == 0


def test_unknown_objects_are_told(world: World) -> None:
    assert answer(lambda: world.records.list(world.system, "nope", ListQuery())) == (
        "metadata.object_unknown"
    )
    assert answer(lambda: world.write("create", "nope", {})) == "metadata.object_unknown"


def test_a_formula_a_database_cannot_compute_is_refused_and_hides_nothing(world: World) -> None:
    field = {"object": "visit", "name": "isLetters", "type": "formula", "result": "boolean",
             "formula": "REGEX(name, '[a-z]+')"}  # fmt: skip
    with pytest.raises(PublishRefused) as refused:
        world.publish(("field", field))
    codes = [each.code for each in refused.value.errors]
    assert codes == ["metadata.formula_not_in_database"]
    visit = world.create("visit", name="abc")
    assert world.records.get(world.system, "visit", visit)["name"] == "abc"
