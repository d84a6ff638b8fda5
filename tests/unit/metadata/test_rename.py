"""Renames reach whatever names things: references, keys of grants, places of messages."""

from __future__ import annotations

from typing import Any

import pytest

from metadata import Change, Snapshot, document_of
from tests.unit.metadata.world import field, findings, plan, put, rule, world

BASE = world(
    field("level", "picklist", picklist="grades"),
    field("parentId", "lookup", to="account"),
    put("picklist", name="grades", values=[{"value": "A"}]),
    put("record_type", object="account", name="big", picklists={"level": ["A"]}),
    rule("r", "ISBLANK(level)", at="field:level"),
    put(
        "permission_set",
        name="reader",
        objects={"account": {"read": True, "fields": {"level": "read"}}},
    ),
    put("role", name="boss", permission_sets=["reader"]),
)


def renamed(kind: str, old: str, new: str, *, object: str | None = None) -> Snapshot:
    found = BASE.find(kind, old, parent=object)
    assert found is not None
    made = plan(BASE, Change("put", kind, {**document_of(found), "name": new}))
    assert findings(made) == []
    assert made.ddl == ()
    return made.target


def document(snapshot: Snapshot, kind: str, name: str, parent: str | None = None) -> dict[str, Any]:
    found = snapshot.find(kind, name, parent=parent)
    assert found is not None
    return document_of(found)


def test_of_an_object() -> None:
    made = renamed("object", "account", "company")
    assert made.object("company").fields["parentId"].target == "company"
    assert list(document(made, "permission_set", "reader")["objects"]) == ["company"]
    assert document(made, "record_type", "big", "company")["picklists"] == {"level": ["A"]}
    assert made.object("company").rules[0].definition.at == "field:level"


def test_of_a_field() -> None:
    made = renamed("field", "level", "grade", object="account")
    grants = document(made, "permission_set", "reader")["objects"]["account"]["fields"]
    assert grants == {"grade": "read"}
    assert document(made, "record_type", "big", "account")["picklists"] == {"grade": ["A"]}
    found = document(made, "validation_rule", "r", "account")
    assert (found["at"], found["when"]) == ("field:grade", "ISBLANK(grade)")


def test_of_the_name_field() -> None:
    made = renamed("field", "name", "title", object="account")
    assert made.object("account").name_field == "title"


def test_of_a_picklist() -> None:
    made = renamed("picklist", "grades", "ranks")
    assert made.object("account").fields["level"].definition.picklist == "ranks"
    assert [each.value for each in made.object("account").fields["level"].values] == ["A"]


def test_of_a_permission_set() -> None:
    made = renamed("permission_set", "reader", "viewer")
    assert document(made, "role", "boss")["permission_sets"] == ["viewer"]


def test_only_letter_case() -> None:
    made = renamed("field", "level", "Level", object="account")
    assert made.object("account").fields["Level"].column == "f_level"


def test_two_fields_may_swap_their_names() -> None:
    grants = {"account": {"fields": {"a": "read", "b": "edit"}}}
    base = world(
        field("a", "integer"),
        field("b"),
        rule("r", "a > LEN(b)"),
        put("permission_set", name="p", objects=grants),
    )
    fields = base.object("account").fields
    swapped = [
        Change("put", "field", {**document_of(fields[old].definition), "name": new})
        for old, new in (("a", "b"), ("b", "a"))
    ]
    made = plan(base, *swapped)
    assert findings(made) == []
    assert made.target.object("account").rules[0].definition.when == "b > LEN(a)"
    found = document(made.target, "permission_set", "p")["objects"]["account"]["fields"]
    assert found == {"b": "read", "a": "edit"}


@pytest.mark.parametrize("name", ["ownerId", "null", "account"])
def test_to_a_forbidden_name_is_refused(name: str) -> None:
    level = document(BASE, "field", "level", "account")
    made = plan(BASE, Change("put", "field", {**level, "name": name}))
    assert {code for code, _ in findings(made)} & {
        "metadata.name_reserved",
        "metadata.name_of_object",
        "metadata.name_taken",
    }
