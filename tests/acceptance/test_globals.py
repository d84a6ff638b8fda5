"""An administrator brings permissions, labels and settings; formulas everywhere read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.conftest import Description
from tests.acceptance.desk import Desk, fresh

ORGANIZATION = "5a1f0c52-0d0e-4c55-9f2e-7f6b7b0cff01"
SHELF = "globalShelf"
CONDITION = (
    "$Setup.shelfLimits.most > 5 && $Label.shelfHint <> '' && $Organization.currency = 'CNY'"
    " && $User.name <> ''"
)
CHANGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("permission", {"name": "overfill", "label": "可以超额"}),
    ("custom_label", {"name": "shelfHint", "text": {"zh-CN": "请填写", "en-US": "Fill in"}}),
    ("object", {"name": "shelfLimits", "label": "货架限额", "setting": True}),
    ("field", {"object": "shelfLimits", "name": "most", "type": "integer", "default": 3}),
    ("object", {"name": SHELF, "label": "货架", "name_field": "title", "sharing": "read_write"}),
    ("field", {"object": SHELF, "name": "title", "label": "名称", "type": "text"}),
    ("field", {"object": SHELF, "name": "books", "label": "册数", "type": "integer"}),
    ("field", {"object": SHELF, "name": "hint", "label": "提示", "type": "formula",
               "result": "text", "formula": "$Label.shelfHint & TEXT($Setup.shelfLimits.most)"}),
    ("validation_rule", {"object": SHELF, "name": "full", "message": "超额",
                         "when": "books > $Setup.shelfLimits.most && NOT($Permission.overfill)"}),
    ("page_layout", {"object": SHELF, "name": "shelfPage", "label": "货架",
                     "assignments": [{}], "sections": [
        {"name": "all", "label": "全部", "fields": [
            "title", {"field": "books", "visible": CONDITION}]}]}),
    ("permission_set", {"name": "shelves", "objects": {
        SHELF: {"create": True, "read": True, "update": True},
        "organization": {"read": True, "field_default": "read"}}}),
)  # fmt: skip


@pytest.fixture(scope="module")
def shelves(product: Any) -> Iterator[Desk]:
    admin = Desk(product.sign_in("admin"))
    published = admin.publish_changes(
        [{"action": "put", "kind": kind, "document": document} for kind, document in CHANGES]
    )
    yield admin
    for each in admin.find("shelfLimits", limit=200):
        admin.delete("shelfLimits", each["id"])
    gone = [
        each for each in published["changes"] if each["kind"] not in ("field", "validation_rule")
    ]
    order = ("page_layout", "object", "permission_set", "permission", "custom_label")
    gone.sort(key=lambda each: order.index(each["kind"]))
    admin.publish_changes(
        [{"action": "delete", "kind": e["kind"], "document": {"uid": e["uid"]}} for e in gone]
    )


def page(desk: Desk) -> Any:
    return desk.get(f"/api/v1/ui/{SHELF}/form")


def test_a_setting_is_changed_without_a_publish(shelves: Desk) -> None:
    shelf: dict[str, Any] = {"title": fresh("架"), "books": 4}
    refused = shelves.create(SHELF, **shelf, expect=422)
    assert [each["detail"] for each in refused["errors"]] == ["超额"]
    value = shelves.create("shelfLimits", most=10)
    made = shelves.create(SHELF, **shelf)
    read = shelves.read(SHELF, made["id"])
    assert read["hint"] == "请填写10"
    shelves.delete("shelfLimits", value["id"])
    shelves.change(SHELF, made["id"], title="甲", expect=422)


def test_pages_bring_what_their_conditions_read_besides_records(shelves: Desk) -> None:
    before = page(shelves)
    (condition,) = before["conditions"].values()
    assert condition["globals"] == sorted(before["globals"])
    assert before["globals"] == {
        "$label.shelfHint": "请填写",
        "$organization.currency": "CNY",
        "$setup.shelfLimits.most": 3,
        "$user.name": "管理员",
    }
    value = shelves.create("shelfLimits", most=10)
    after = page(shelves)
    shelves.delete("shelfLimits", value["id"])
    assert after["globals"]["$setup.shelfLimits.most"] == 10
    assert before["etag"] != after["etag"]
    assert page(shelves)["etag"] == before["etag"]


def test_who_may_not_read_a_setting_gets_no_condition_on_it(shelves: Desk, sales: Desk) -> None:
    role = next(each for each in shelves.definitions("role") if each["name"] == "sales_rep")
    sets = [*role["permission_sets"], "shelves"]
    shelves.publish({**role, "permission_sets": sets}, kind="role")
    try:
        shown = page(sales)
    finally:
        shelves.publish(role, kind="role")
    assert (shown["conditions"], shown["globals"]) == ({}, {})
    names = [
        field["name"] for section in shown["root"]["children"] for field in section["children"]
    ]
    assert names == ["title", "books"]


def test_editors_check_complete_and_explain_globals(shelves: Desk) -> None:
    answer = shelves.check(CONDITION, object_name=SHELF)
    assert (answer["valid"], answer["type"], answer["references"]) == (True, "boolean", [])
    assert answer["globals"] == [
        "$label.shelfHint", "$organization.currency", "$setup.shelfLimits.most", "$user.name",
    ]  # fmt: skip
    wrong = shelves.check("$Permission.overfil", object_name=SHELF)
    assert [(each["code"], each["suggestions"]) for each in wrong["errors"]] == [
        ("formula.unknown_member", ["overfill"])
    ]
    source = "$Setup.shelfLimits."
    body = {"object": SHELF, "source": source, "place": len(source)}
    offered = shelves.post("/api/v1/formula/complete", body)["completions"]
    assert "most" in {each["text"] for each in offered}
    made = shelves.create(SHELF, title=fresh("架"), books=1)
    explained = shelves.post(
        "/api/v1/formula/explain", {"object": SHELF, "source": CONDITION, "id": made["id"]}
    )
    parts = {each["text"]: each["value"] for each in explained["parts"]}
    assert (explained["value"], parts["$Setup.shelfLimits.most"]) == (False, 3)


def test_the_organisation_is_there_and_administrators_change_it(shelves: Desk, sales: Desk) -> None:
    found = shelves.read("organization", ORGANIZATION)
    assert (found["language"], found["currency"], found["fiscalYearStart"]) == ("zh-CN", "CNY", 1)
    assert found["name"]
    shelves.change("organization", ORGANIZATION, fiscalYearStart=4)
    assert sales.find("account", filter="$Organization.fiscalYearStart = 4", limit=1)
    shelves.change("organization", ORGANIZATION, fiscalYearStart=1)
    sales.change("organization", ORGANIZATION, currency="USD", expect=403)
    shelves.delete("organization", ORGANIZATION, expect=422)


def test_rules_of_the_pack_ask_for_a_permission(
    sales: Desk, shelves: Desk, description: Description
) -> None:
    description.add_rule(
        "account",
        when="account.fax = '000' && NOT($Permission.overfill)",
        message="不登记传真。",
    )
    made = sales.new_account()
    refused = sales.change("account", made["id"], fax="000", expect=422)
    assert [each["detail"] for each in refused["errors"]] == ["不登记传真。"]
