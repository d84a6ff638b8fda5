"""Queries read as their caller: rows, fields and related records, in every clause."""

from __future__ import annotations

from typing import Any

import pytest

from paas.kernel import Problem
from runtime import AccessDenied, Request, read_query
from tests.integration.runtime.world import World, valid

SECRET = (
    "SELECT secret FROM account",
    "SELECT UPPER(secret) s FROM account",
    "SELECT id FROM account WHERE secret = 'x'",
    "SELECT id FROM account WHERE secret LIKE 'x%'",
    "SELECT id FROM account WHERE secret IN ('x')",
    "SELECT id FROM account WHERE parentAccountId.secret = 'x'",
    "SELECT id FROM account WHERE parentAccountId IN (SELECT id FROM account WHERE secret = 'x')",
    "SELECT id FROM contact WHERE accountId IN (SELECT id FROM account WHERE secret = 'x')",
    "SELECT id FROM account WHERE id IN (SELECT parentAccountId FROM account WHERE secret = 'x')",
    "SELECT id FROM account ORDER BY secret",
    "SELECT id FROM account ORDER BY LEN(secret)",
    "SELECT COUNT() FROM account GROUP BY secret",
    "SELECT COUNT() FROM account GROUP BY ROLLUP(level, secret)",
    "SELECT COUNT(secret) FROM account",
    "SELECT MAX(secret) FROM account",
    "SELECT COUNT() FROM account GROUP BY level HAVING MAX(secret) > 'x'",
    "SELECT COUNT() FROM account GROUP BY level ORDER BY MAX(secret)",
    "SELECT id, (SELECT secret FROM account.parentAccountId) FROM account",
    "SELECT id, (SELECT id FROM account.parentAccountId WHERE secret = 'x') FROM account",
    "SELECT id, (SELECT id FROM account.parentAccountId ORDER BY secret) FROM account",
    "SELECT EXISTS(account.parentAccountId, secret = 'x') e FROM account",
    "SELECT accountId.secret FROM contact",
)


def ask(world: World, text: str, person: str, **parameters: Any) -> list[dict[str, Any]]:
    request = Request(read_query(text), parameters=parameters)
    return world.records.query(world.as_(person), request).records


def test_an_unreadable_field_is_an_error_in_every_clause(world: World) -> None:
    for text in SECRET:
        with pytest.raises(Problem) as caught:
            ask(world, text, "owner")
        codes = {each.code for each in caught.value.errors}
        assert codes == {"formula.field_unreadable"}, text
        ask(world, text, "管理员")


def test_an_unreadable_object_is_an_error_in_every_clause(world: World) -> None:
    objects = {"account": {"read": True}}
    world.publish(("permission_set", {"name": "sales", "objects": objects}))
    for text in (
        "SELECT id FROM contact",
        "SELECT id, (SELECT id FROM contact) FROM account",
        "SELECT id FROM account WHERE id IN (SELECT accountId FROM contact)",
        "SELECT id FROM account WHERE EXISTS(contact)",
        "SELECT COUNT(contact) FROM account",
        "SELECT ownerId.name FROM account",
        "SELECT COUNT() FROM account GROUP BY ownerId.name",
    ):
        with pytest.raises(Problem) as caught:
            ask(world, text, "owner")
        codes = {each.code for each in caught.value.errors} or {caught.value.code}
        assert codes <= {"formula.field_unreadable", AccessDenied.code}, text


@pytest.fixture
def shared(world: World) -> World:
    """`owner` and `stranger` have an account each; the stranger's contact is below the owner's."""
    for person in ("owner", "stranger"):
        values = valid(accountName=person, staff=len(person))
        world.ids[f"{person}'s"] = world.create("account", by=world.as_(person), **values)
        world.create(
            "contact", name=f"by {person}", accountId=world.ids["owner's"],
            ownerId=world.ids[person],
        )  # fmt: skip
    return world


def test_only_visible_records_are_found_counted_and_aggregated(shared: World) -> None:
    for person, names in (
        ("owner", ["owner"]),
        ("stranger", ["stranger"]),
        ("leader", ["owner"]),
        ("管理员", ["owner", "stranger"]),
    ):
        found = ask(shared, "SELECT accountName FROM account ORDER BY accountName", person)
        assert [each["accountName"] for each in found] == names
        grouped = ask(
            shared, "SELECT accountName, COUNT() n FROM account GROUP BY accountName", person
        )
        assert grouped == [{"accountName": name, "n": 1} for name in names]
        total = ask(shared, "SELECT SUM(staff) s, COUNT() n FROM account", person)
        assert total == [{"s": sum(map(len, names)), "n": len(names)}]
        request = Request(read_query("SELECT id FROM account LIMIT 1"), count=True)
        assert shared.records.query(shared.as_(person), request).count == len(names)


def test_child_records_and_semi_joins_see_with_the_childs_access(shared: World) -> None:
    text = "SELECT accountName, (SELECT name FROM contact ORDER BY name) FROM account"
    for person, names in (("owner", ["by owner"]), ("管理员", ["by owner", "by stranger"])):
        records = {each["accountName"]: each["contact"] for each in ask(shared, text, person)}
        assert [each["name"] for each in records["owner"]["records"]] == names
    hidden = (
        "SELECT accountName FROM account WHERE id IN "
        "(SELECT accountId FROM contact WHERE name = 'by stranger')"
    )
    assert ask(shared, hidden, "owner") == []
    assert ask(shared, hidden, "管理员") == [{"accountName": "owner"}]
    counted = "SELECT COUNT(contact) n FROM account WHERE accountName = 'owner'"
    assert [ask(shared, counted, each)[0]["n"] for each in ("owner", "管理员")] == [1, 2]


def test_an_invisible_record_behind_a_lookup_reads_as_blank(shared: World) -> None:
    text = "SELECT name, accountId.accountName FROM contact"
    assert ask(shared, text, "stranger") == [{"name": "by stranger", "accountId.accountName": None}]
    grouped = "SELECT accountId.accountName, COUNT() n FROM contact GROUP BY accountId.accountName"
    assert ask(shared, grouped, "stranger") == [{"accountId.accountName": None, "n": 1}]
    joined = "SELECT name FROM contact WHERE accountId IN (SELECT id FROM account)"
    assert ask(shared, joined, "stranger") == []


def test_a_formula_field_shows_what_its_author_reads_in_every_clause(shared: World) -> None:
    shared.publish(
        ("field", {"object": "contact", "name": "firm", "type": "formula", "result": "text",
                   "formula": "accountId.accountName & '!'"}),
    )  # fmt: skip
    for text in (
        "SELECT firm FROM contact",
        "SELECT firm FROM contact WHERE firm = 'owner!'",
        "SELECT firm FROM contact ORDER BY firm",
        "SELECT firm FROM contact GROUP BY firm",
        "SELECT MAX(firm) firm FROM contact",
        "SELECT firm FROM contact GROUP BY firm HAVING firm LIKE 'owner%'",
    ):
        assert ask(shared, text, "stranger") == [{"firm": "owner!"}], text
