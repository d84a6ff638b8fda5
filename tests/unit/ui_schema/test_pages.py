"""Detail pages, lists and navigation; what holds for every page."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

import ui_schema
from metadata import DefinitionUnknown
from paas.kernel import CallContext
from runtime import Permissions
from tests.unit.ui_schema.screens import (
    BOSS,
    PLAIN,
    SELLER,
    WORLD,
    caller,
    detail,
    form,
    layout,
    listing,
    paths,
    publish,
)

SCHEMA = Draft202012Validator(ui_schema.json_schema())

PAGES = [
    (resolve, context, snapshot)
    for resolve in (form, detail, listing)
    for context in (SELLER, BOSS, caller("boss", ("selling", "leading"), "en-US"))
    for snapshot in (WORLD, PLAIN)
]


@pytest.mark.parametrize(("resolve", "context", "snapshot"), PAGES)
def test_pages_conform_to_the_published_schema(
    resolve: Any, context: CallContext, snapshot: Any
) -> None:
    page = resolve(context, snapshot)
    assert [error.message for error in SCHEMA.iter_errors(page)] == []


@pytest.mark.parametrize(("resolve", "context", "snapshot"), PAGES)
def test_components_have_distinct_ids(resolve: Any, context: CallContext, snapshot: Any) -> None:
    ids = [each["id"] for each in resolve(context, snapshot)["root"]["children"]]
    assert len(ids) == len(set(ids))


def test_an_etag_says_what_the_page_says() -> None:
    again = publish(layout("other", "title"), base=WORLD)
    assert form(SELLER, again)["etag"] == form(SELLER)["etag"]
    assert form(SELLER)["etag"] != form(BOSS)["etag"]
    changed = publish(layout("plain", "title", assignments=[{}]), base=WORLD)
    assert form(SELLER, changed)["etag"] != form(SELLER)["etag"]


def test_a_page_is_made_once_per_revision_and_caller() -> None:
    assert form(SELLER) is form(caller("sales", ("selling",)))
    assert form(SELLER) is not form(caller("sales", ("selling",), "en-US"))


def test_highlights_leave_out_what_may_not_be_read() -> None:
    highlights = detail(SELLER)["root"]["children"][0]
    assert [field["name"] for field in highlights["children"]] == [
        "level",
        "approvalStatus",
        "lockStatus",
        "entityType",
    ]


def test_old_values_keep_their_label_where_records_are_shown() -> None:
    level = detail(SELLER)["root"]["children"][0]["children"][0]
    assert [each["value"] for each in level["options"]] == ["A", "B", "C", "old"]


def test_the_approval_has_its_place_where_a_flow_is_active() -> None:
    types = [each["type"] for each in detail(SELLER, can_submit=True)["root"]["children"]]
    assert types == ["highlights", "section", "approvalPanel", "relatedList"]
    without = detail(SELLER)
    assert "approvalPanel" not in [each["type"] for each in without["root"]["children"]]
    assert [each["type"] for each in without["actions"]] == ["edit", "delete"]


def test_locked_records_are_for_those_who_may_do_everything() -> None:
    assert [each["whenLocked"] for each in detail(SELLER)["actions"]] == [False, False]
    assert [each["whenLocked"] for each in detail(BOSS)["actions"]] == [True, True]


def test_related_lists_show_readable_columns() -> None:
    related = detail(BOSS)["root"]["children"]
    assert [each["type"] for each in related] == ["highlights", "section"]
    lists = [each for each in detail(SELLER)["root"]["children"] if each["type"] == "relatedList"]
    assert [column["path"] for column in lists[0]["children"]] == ["topic", "ownerId.name"]
    assert lists[0]["canCreate"] is True


def test_columns_that_may_not_be_read_are_absent() -> None:
    assert paths(listing(SELLER)) == ["title", "ownerId.name", "doubled"]
    assert paths(listing(BOSS)) == ["title", "secret", "doubled"]


def test_a_column_through_a_lookup_is_named_for_the_steps() -> None:
    labels = {each["path"]: each["label"] for each in listing(SELLER)["root"]["children"]}
    assert labels["ownerId.name"] == "负责人"


def test_views_on_something_unreadable_are_absent() -> None:
    views = [each["name"] for each in listing(SELLER)["root"]["views"]]
    assert views == ["every", "mine"]
    with pytest.raises(DefinitionUnknown):
        listing(SELLER, view="secrets")


def test_the_scope_joins_the_filter() -> None:
    assert listing(SELLER, view="mine")["root"]["filter"] == "(level = 'A') && ownerId = $User.id"


def test_without_views_one_is_generated() -> None:
    page = listing(SELLER, PLAIN)
    assert page["root"]["view"] == {"name": "all", "label": "全部"}
    assert paths(page) == [
        "title",
        "level",
        "amount",
        "parentId",
        "doubled",
        "ownerId",
        "updatedAt",
    ]


def test_apps_are_granted_and_tabs_must_be_readable() -> None:
    def apps(context: CallContext) -> list[dict[str, Any]]:
        access = Permissions.of(context, WORLD)
        return ui_schema.resolve_navigation(WORLD, context, access)

    assert [(app["name"], [tab["object"] for tab in app["tabs"]]) for app in apps(SELLER)] == [
        ("crm", ["customer", "visit"])
    ]
    assert [app["name"] for app in apps(BOSS)] == ["everything"]
