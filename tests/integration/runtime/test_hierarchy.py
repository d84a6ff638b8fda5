"""Hierarchies declared on fields: what stands under and above, and no cycles whoever moves."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from paas.kernel import Problem
from runtime import ListQuery, RecordInvalid, Request, read_query
from tests.integration.runtime.world import World, valid

TREE = {"root": None, "a": "root", "b": "root", "a1": "a", "a2": "a", "a11": "a1", "lone": None}


@pytest.fixture
def tree(world: World) -> World:
    """Accounts of `owner` in a tree; `world.ids` has them by name."""
    declare(world)
    for name, above in TREE.items():
        values = valid(accountName=name, parentAccountId=world.ids.get(above or ""))
        world.ids[name] = world.create("account", by=world.as_("owner"), **values)
    return world


def declare(world: World, **changes: Any) -> None:
    field = {"object": "account", "name": "parentAccountId", "type": "lookup", "to": "account"}
    world.publish(("field", {**field, "on_delete": "restrict", "hierarchy": True, **changes}))


def names(world: World, condition: str, *, person: str = "owner", **parameters: Any) -> list[str]:
    text = f"SELECT accountName FROM account WHERE {condition} ORDER BY accountName"
    request = Request(read_query(text), parameters=parameters)
    found = world.records.query(world.as_(person), request).records
    return [each["accountName"] for each in found]


def test_under_and_above_walk_the_whole_line(tree: World) -> None:
    under = {each: names(tree, "UNDER(parentAccountId, :id)", id=tree.ids[each]) for each in TREE}
    assert under == {
        "root": ["a", "a1", "a11", "a2", "b"], "a": ["a1", "a11", "a2"], "b": [],
        "a1": ["a11"], "a2": [], "a11": [], "lone": [],
    }  # fmt: skip
    above = {each: names(tree, "ABOVE(parentAccountId, :id)", id=tree.ids[each]) for each in TREE}
    assert above == {
        "root": [], "a": ["root"], "b": ["root"], "a1": ["a", "root"], "a2": ["a", "root"],
        "a11": ["a", "a1", "root"], "lone": [],
    }  # fmt: skip


def test_hierarchies_combine_with_other_conditions(tree: World) -> None:
    ids = tree.ids
    either = f"NOT UNDER(parentAccountId, '{ids['a']}') && accountName <> 'lone'"
    assert names(tree, either) == ["a", "b", "root"]
    both = f"UNDER(parentAccountId, '{ids['root']}') && ABOVE(parentAccountId, '{ids['a11']}')"
    assert names(tree, both) == ["a", "a1"]
    listed = ListQuery(filter=f"UNDER(parentAccountId, '{ids['a']}')", sort="accountName")
    page = tree.records.list(tree.as_("owner"), "account", listed)
    assert [each["accountName"] for each in page.records] == ["a1", "a11", "a2"]
    tree.create("contact", by=tree.as_("owner"), name="c", accountId=ids["a11"])
    through = f"SELECT name FROM contact WHERE UNDER(accountId.parentAccountId, '{ids['root']}')"
    request = Request(read_query(through))
    assert tree.records.query(tree.as_("owner"), request).records == [{"name": "c"}]
    grouped = f"SELECT COUNT() n FROM account WHERE UNDER(parentAccountId, '{ids['root']}')"
    request = Request(read_query(grouped))
    assert tree.records.query(tree.as_("owner"), request).records == [{"n": 5}]
    assert names(tree, "UNDER(parentAccountId, 'nonsense')") == []


def test_nobody_walks_over_records_he_may_not_see(tree: World) -> None:
    tree.change("account", tree.ids["a1"], ownerId=tree.ids["stranger"])
    assert names(tree, "UNDER(parentAccountId, :id)", id=tree.ids["root"]) == ["a", "a2", "b"]
    assert names(tree, "ABOVE(parentAccountId, :id)", id=tree.ids["a11"]) == []
    assert names(tree, "UNDER(parentAccountId, :id)", id=tree.ids["a1"]) == []
    every = names(tree, "UNDER(parentAccountId, :id)", id=tree.ids["root"], person="管理员")
    assert every == ["a", "a1", "a11", "a2", "b"]


def test_only_declared_hierarchies_and_fixed_records_are_asked_about(tree: World) -> None:
    for condition, code in (
        ("UNDER(ownerId, 'x')", "query.hierarchy"),
        ("UNDER(parentAccountId, accountName)", "query.hierarchy"),
        ("UNDER(accountName, 'x')", "formula.field_required"),
    ):
        with pytest.raises(Problem) as caught:
            names(tree, condition)
        assert [each.code for each in caught.value.errors] == [code], condition
    rule = {"object": "account", "name": "r", "when": "UNDER(parentAccountId, 'x')", "message": "m"}
    with pytest.raises(Problem):
        tree.publish(("validation_rule", rule))


def test_a_hierarchy_leads_to_its_own_object(world: World) -> None:
    with pytest.raises(Problem) as caught:
        world.publish(
            ("field", {"object": "contact", "name": "x", "type": "lookup", "to": "account",
                       "hierarchy": True}),
        )  # fmt: skip
    assert [each.code for each in caught.value.errors] == ["metadata.hierarchy_elsewhere"]


def test_nothing_may_come_to_stand_above_itself(tree: World) -> None:
    ids, owner = tree.ids, tree.as_("owner")
    for moved, above in (("a", "a"), ("a", "a1"), ("root", "a11")):
        with pytest.raises(RecordInvalid) as caught:
            tree.change("account", ids[moved], by=owner, parentAccountId=ids[above])
        assert [each.code for each in caught.value.errors] == ["record.hierarchy_cycle"]
    tree.write(
        "update", "account",
        {"id": ids["a1"], "parentAccountId": ids["lone"]},
        {"id": ids["a"], "parentAccountId": ids["a11"]},
        context=owner, is_batch=True,
    )  # fmt: skip
    assert names(tree, "UNDER(parentAccountId, :id)", id=ids["lone"]) == ["a", "a1", "a11", "a2"]


def test_two_moves_at_once_make_no_cycle(tree: World) -> None:
    ids, owner = tree.ids, tree.as_("owner")
    gate, refused = threading.Barrier(2), []

    def move(name: str, above: str) -> None:
        gate.wait()
        try:
            tree.change("account", ids[name], by=owner, parentAccountId=ids[above])
        except Problem as problem:
            refused.append(problem.code)

    for _round in range(5):
        tree.change("account", ids["a"], by=owner, parentAccountId=None)
        tree.change("account", ids["b"], by=owner, parentAccountId=None)
        refused.clear()
        threads = [threading.Thread(target=move, args=each) for each in (("a", "b"), ("b", "a"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        above = [tree.records.get(owner, "account", ids[each])["parentAccountId"] for each in "ab"]
        assert above.count(None) == 1
