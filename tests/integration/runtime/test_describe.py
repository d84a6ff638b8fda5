"""What apps are told about objects."""

from __future__ import annotations

from dataclasses import replace

from tests.integration.runtime.world import World


def test_an_object_is_described_for_its_caller(world: World) -> None:
    me = replace(world.as_("owner"), language="zh-CN")
    found = world.records.describe(me, "account")
    fields = {each["name"]: each for each in found["fields"]}
    assert (found["label"], found["nameField"], found["createable"]) == (
        "客户",
        "accountName",
        True,
    )
    assert "secret" not in fields
    assert fields["discount"]["updateable"] is False
    assert fields["perHead"]["createable"] is False
    assert [each["label"] for each in fields["level"]["values"]] == ["A 级", "B 级", "C 级"]
    assert fields["parentAccountId"]["to"] == "account"
    assert found["recordTypes"][1] == {
        "name": "partner",
        "label": "partner",
        "active": True,
        "default": False,
        "picklists": {"level": ["A"]},
    }


def test_only_what_the_caller_may_see_is_listed(world: World) -> None:
    def names(person: str) -> set[str]:
        found = world.records.describe_all(world.as_(person))
        return {each["name"] for each in found["objects"]}

    known = {"account", "contact", "visit", "memo", "user", "department", "role"}
    assert names("owner") == known
    world.ids["nobody"] = world.create("user", name="nobody")
    assert names("nobody") == set()
