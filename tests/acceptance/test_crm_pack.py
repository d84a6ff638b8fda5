"""The CRM pack as people find it: layouts by role, hidden fields, approval, sample records."""

from __future__ import annotations

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


def field_names(schema: dict) -> set[str]:
    children = schema["root"]["children"]
    return {
        field["field"]
        for each in children
        if each["type"] == "section"
        for field in each["children"]
    }


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
    sales.change("account", account["id"], creditLimit=1, expect=403)
    sales.get("/api/v1/records/account", filter="account.creditLimit>0", expect=403)
    sales.get("/api/v1/records/account", sort="creditLimit", expect=403)


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
