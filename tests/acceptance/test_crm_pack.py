"""The CRM pack as people find it: layouts by role, hidden fields, approval, sample records."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.conftest import SignIn
from tests.acceptance.desk import ADDRESS, Desk

OBJECTS = {
    "account",
    "contact",
    "lead",
    "opportunity",
    "opportunityProduct",
    "contactRole",
    "contactRelationShip",
    "campaign",
    "product",
}


def section_names(schema: dict) -> list[str]:
    children = schema["root"]["children"]
    return [each["name"] for each in children if each["type"] == "section"]


def test_the_standard_objects_are_there_with_labels_in_both_languages(admin: Desk) -> None:
    def labels(language: str) -> dict[str, str]:
        answer = admin.client.get("/api/v1/describe", headers={"Accept-Language": language})
        return {each["name"]: each["label"] for each in answer.json()["objects"]}

    chinese, english = labels("zh-CN"), labels("en-US")
    assert set(chinese) >= OBJECTS
    assert (chinese["contactRelationShip"], english["contactRelationShip"]) == (
        "联系人关系",
        "Contact relationship",
    )
    assert not {name for name in OBJECTS if chinese[name] == english[name]}


@pytest.mark.parametrize("object_name", sorted(OBJECTS))
def test_sample_records_are_there(admin: Desk, object_name: str) -> None:
    page = admin.get(f"/api/v1/records/{object_name}", count="true", limit=1)
    assert page["count"] >= 12


def test_two_roles_get_two_layouts_of_one_object(sales: Desk, manager: Desk) -> None:
    theirs = sales.get("/api/v1/ui/account/form")
    hers = manager.get("/api/v1/ui/account/form")
    assert "creditInfo" not in section_names(theirs)
    assert "creditInfo" in section_names(hers)
    assert section_names(theirs)[0] != section_names(hers)[0]


def test_the_record_type_chooses_the_layout(sales: Desk) -> None:
    plain = sales.get("/api/v1/ui/account/form", record_type="endCustomer")
    dealer = sales.get("/api/v1/ui/account/form", record_type="dealer")
    assert "dealerInfo" not in section_names(plain)
    assert "dealerInfo" in section_names(dealer)


def test_the_credit_limit_is_for_managers_only(sales: Desk, manager: Desk) -> None:
    account = sales.new_account()
    manager.change("account", account["id"], creditLimit=500000)

    assert manager.read("account", account["id"])["creditLimit"] == 500000
    assert "creditLimit" not in sales.read("account", account["id"])
    refused = sales.change("account", account["id"], creditLimit=1, expect=422)
    assert [each["pointer"] for each in refused["errors"]] == ["/creditLimit"]
    by_limit: list[dict[str, Any]] = [
        {"filter": "account.creditLimit>0"},
        {"sort": "creditLimit"},
        {"fields": "creditLimit"},
    ]
    for ask in by_limit:
        sales.get("/api/v1/records/account", expect=422, **ask)
        manager.get("/api/v1/records/account", **ask)


def test_formula_fields_are_computed(sales: Desk) -> None:
    account = sales.new_account()
    opportunity = sales.create(
        "opportunity",
        opportunityName="公式验证",
        accountId=account["id"],
        closeDate="2031-05-20",
        money=120000.55,
        winRate=45,
    )
    assert opportunity["expectedRevenue"] == 54000.25
    found = sales.find(
        "opportunity", filter="opportunity.expectedRevenue=54000.25", fields="opportunityName"
    )
    assert [each["opportunityName"] for each in found] == ["公式验证"]


def test_a_key_account_is_counter_signed_by_every_sales_manager(
    sales: Desk, sign_in: SignIn
) -> None:
    account = sales.new_account(level="A", annualRevenue=90000000)
    instance = sales.submit("account", account["id"])["id"]
    assert sales.read("account", account["id"])["lockStatus"] == "locked"
    sales.change("account", account["id"], phone="021-55500004", expect=409)

    for login in ("manager", "director", "manager.south", "manager.north"):
        assert sales.read("account", account["id"])["approvalStatus"] == "pending"
        sign_in(login).decide(instance, "approve")

    decided = sales.read("account", account["id"])
    assert (decided["approvalStatus"], decided["lockStatus"]) == ("approved", "unlocked")
    assert decided["admittedDate"]


def test_a_rejected_account_is_unlocked_and_not_renamed_back(sales: Desk, manager: Desk) -> None:
    account = sales.new_account()
    instance = sales.submit("account", account["id"])["id"]
    manager.decide(instance, "reject")
    rejected = sales.read("account", account["id"])
    assert (rejected["approvalStatus"], rejected["lockStatus"]) == ("rejected", "unlocked")
    sales.change("account", account["id"], accountName="驳回后可改名")


def test_people_see_their_own_and_leaders_their_departments(
    sales: Desk, manager: Desk, admin: Desk, sign_in: SignIn
) -> None:
    def count(desk: Desk) -> int:
        return desk.get("/api/v1/records/account", count="true", limit=1)["count"]

    director = sign_in("director")
    assert 0 < count(sales) < count(manager) < count(director) <= count(admin)


def test_discounts_over_thirty_percent_are_refused(sales: Desk) -> None:
    account = sales.new_account(address=ADDRESS)
    opportunity = sales.create(
        "opportunity", opportunityName="折扣", accountId=account["id"], closeDate="2031-05-20"
    )
    product = sales.find("product", filter="product.productCode='P010'")[0]
    line = {
        "lineName": "客户管理模块",
        "opportunityId": opportunity["id"],
        "productId": product["id"],
        "quantity": 10,
        "unitPrice": 1280,
    }
    refused = sales.create("opportunityProduct", **line, discount=30.01, expect=422)
    assert [each["detail"] for each in refused["errors"]] == ["商机折扣不能大于30%。"]
    created = sales.create("opportunityProduct", **line, discount=30)
    assert (created["amount"], created["listPrice"]) == (8960, 1280)


def test_the_app_has_its_tabs_in_order(sales: Desk) -> None:
    apps = sales.get("/api/v1/ui/navigation")["apps"]
    crm = next(each for each in apps if each["name"] == "crm")
    tabs = ["lead", "account", "contact", "opportunity", "campaign", "product"]
    assert [each["object"] for each in crm["tabs"]] == tabs


@pytest.mark.parametrize("object_name", sorted(OBJECTS))
def test_every_list_view_can_be_opened(sign_in: SignIn, object_name: str) -> None:
    shown: dict[str, int] = {}
    for login in ("sales", "manager", "admin"):
        desk = sign_in(login)
        address = f"/api/v1/ui/{object_name}/list"
        for view in [each["name"] for each in desk.get(address)["root"]["views"]]:
            page = desk.get(address, view=view)
            ask = {"fields": ",".join(page["fields"]), "sort": ",".join(page["root"]["sort"])}
            if page["root"].get("filter"):
                ask["filter"] = page["root"]["filter"]
            shown[view] = max(shown.get(view, 0), len(desk.find(object_name, **ask)))
    assert shown
    assert [view for view, count in shown.items() if count == 0] == []


@pytest.mark.parametrize("object_name", sorted(OBJECTS))
def test_every_detail_page_can_be_filled(sign_in: SignIn, object_name: str) -> None:
    for login in ("sales", "manager", "admin"):
        desk = sign_in(login)
        record_id = desk.find(object_name, limit=1)[0]["id"]
        page = desk.get(f"/api/v1/ui/{object_name}/detail", id=record_id)
        desk.read(object_name, record_id, fields=",".join(page["fields"]))
        for each in page["root"]["children"]:
            if each["type"] == "relatedList":
                desk.find(
                    each["object"]["name"],
                    filter=f"{each['field']}='{record_id}'",
                    fields=",".join(each["fields"]),
                    sort=",".join(each["sort"]),
                )
