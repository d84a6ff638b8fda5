"""What publish refuses about screens, and how they follow renames."""

from __future__ import annotations

from typing import Any

import pytest

from metadata import Change
from tests.unit.metadata.world import put
from tests.unit.ui_schema.screens import PLAIN, WORLD, layout, plan, publish, view

AT = "/changes/0/document"

REFUSED: list[tuple[Change, str, str]] = [
    (layout("x", "nonsense"), "metadata.reference_unknown", ""),
    (layout("x", "title", "title"), "layout.field_twice", "/sections/0/fields/0"),
    (
        layout("x", sections=[{"name": "a"}, {"name": "A"}]),
        "layout.section_twice",
        "/sections/0/name",
    ),
    (
        layout("x", {"field": "title", "visible": "LEN(title"}),
        "formula.unexpected_end",
        "/sections/0/fields/0/visible",
    ),
    (
        layout("x", {"field": "title", "required_when": "LEN(title)"}),
        "formula.result_type",
        "/sections/0/fields/0/required_when",
    ),
    (
        layout("x", "title", related=[{"object": "visit", "field": "topic"}]),
        "layout.not_related",
        "/related/0/field",
    ),
    (layout("x", "title", assignments=[{}]), "layout.assignment_taken", "/assignments/0"),
    (view("x", "title", "ownerId.nonsense"), "layout.field_unknown", "/columns/1"),
    (view("x", "title", default=True), "list_view.default_twice", "/default"),
    (put("app", name="x", tabs=["visit", "Visit"]), "app.tab_twice", "/tabs/0/object"),
]


@pytest.mark.parametrize(("change", "code", "pointer"), REFUSED, ids=[each[1] for each in REFUSED])
def test_refuses(change: Change, code: str, pointer: str) -> None:
    found = [(each.code, each.pointer) for each in plan(change, base=WORLD).violations]
    assert found
    assert any(one == code and (pointer == "" or place == AT + pointer) for one, place in found), (
        found
    )


def test_a_plain_name_stands_for_a_field() -> None:
    made = publish(layout("x", "title", {"field": "level", "required": True}), base=PLAIN)
    definition: Any = made.find("page_layout", "x", parent="customer")
    assert [(each.field, each.required) for each in definition.sections[0].fields] == [
        ("title", False),
        ("level", True),
    ]


def test_screens_follow_a_renamed_field() -> None:
    field = WORLD.find("field", "level", parent="customer")
    assert field is not None
    renamed = put("field", uid=field.uid, **{**field.model_dump(exclude={"uid"}), "name": "grade"})
    made = publish(renamed, base=WORLD)
    layout_: Any = made.find("page_layout", "plain", parent="customer")
    assert layout_.highlights == ("grade", "secret")
    assert layout_.sections[0].fields[2].visible == "grade = 'A'"
