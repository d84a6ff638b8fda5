"""Scenarios B1, B2, B3, B5 and B6: the rules of the pack, met through the record API."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Description, SignIn
from tests.acceptance.desk import ADDRESS, Desk, fresh, violation

TOO_SHORT = {
    "pointer": "",
    "detail": "客户地址长度小于20个字，请重新输入。",
    "rule": "addressLength",
    "at": "page",
}
NOT_RENAMED = {
    "pointer": "/accountName",
    "detail": "审批通过的客户，只有管理员可以修改客户名称。",
    "rule": "renameApproved",
    "at": "field:accountName",
}
INFIX = (
    "account.approvalStatus='审批通过'&&ISCHANGED(account.accountName)"
    "&&$CurrentUser.$User.Name<>'管理员'"
)
FUNCTION = (
    "AND(account.approvalStatus='审批通过',ISCHANGED(account.accountName),"
    "$CurrentUser.$User.Name<>'管理员')"
)


def approved_account(sales: Desk, manager: Desk) -> dict:
    account = sales.new_account(level="B")
    submitted = sales.submit("account", account["id"])
    manager.decide(submitted["id"], "approve")
    approved = sales.read("account", account["id"])
    assert approved["approvalStatus"] == "approved"
    return approved


# -- B1 ------------------------------------------------------------------------------------------


def test_b1_short_address_is_refused_on_create_and_update(sales: Desk) -> None:
    refused = sales.new_account(address=ADDRESS[:19], expect=422)
    account = sales.new_account(address=ADDRESS[:20])
    update = sales.change("account", account["id"], address=ADDRESS[:19], expect=422)

    assert violation(refused) == TOO_SHORT
    assert violation(update) == TOO_SHORT
    assert sales.read("account", account["id"]) == account


def test_b1_twenty_characters_pass_and_nineteen_fail(sales: Desk) -> None:
    name = fresh("地址长度")
    sales.new_account(accountName=name, address="a" * 19, expect=422)
    sales.new_account(accountName=name, address="京" * 19, expect=422)
    sales.new_account(accountName=name, address="a" * 20)
    sales.new_account(accountName=name, address="京" * 20)

    found = sales.find("account", filter=f"account.accountName='{name}'", fields="address")
    assert sorted(each["address"] for each in found) == ["a" * 20, "京" * 20]


def test_b1_a_character_outside_the_basic_plane_counts_as_one(sales: Desk) -> None:
    sales.new_account(address="𠮷" * 19, expect=422)
    sales.new_account(address="𠮷" * 20)


@pytest.mark.parametrize("blank", [None, ""])
def test_b1_blank_address_is_too_short(sales: Desk, blank: str | None) -> None:
    assert violation(sales.new_account(address=blank, expect=422)) == TOO_SHORT


def test_b1_message_comes_in_the_language_of_the_reader(sales: Desk) -> None:
    answer = sales.client.post(
        "/api/v1/records/account",
        json={"accountName": fresh("英文"), "address": "短"},
        headers={"Accept-Language": "en-US"},
    )
    assert violation(answer.json())["detail"] == (
        "The address has fewer than 20 characters. Please enter it again."
    )


def test_b1_a_batch_names_the_row_that_breaks_the_rule(sales: Desk) -> None:
    names = [fresh("批量") for _ in range(3)]
    records = [{"accountName": name, "address": ADDRESS} for name in names]
    records[1]["address"] = "太短"

    whole = sales.post(
        "/api/v1/records/account/batch",
        {"operation": "create", "records": records, "all_or_none": True},
        expect=422,
    )
    assert [each["rule"] for each in whole["errors"]] == ["addressLength"]
    assert whole["errors"][0]["pointer"].startswith("/records/1")
    assert not [each for name in names for each in by_name(sales, name)]

    partly = sales.post(
        "/api/v1/records/account/batch",
        {"operation": "create", "records": records, "all_or_none": False},
    )
    assert ["error" in each for each in partly["results"]] == [False, True, False]
    assert [len(by_name(sales, name)) for name in names] == [1, 0, 1]


def by_name(desk: Desk, name: str) -> list[dict]:
    return desk.find("account", filter=f"accountName='{name}'")


# -- B2 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [INFIX, FUNCTION], ids=["infix", "function"])
def test_b2_only_the_administrator_renames_an_approved_account(
    sales: Desk, manager: Desk, admin: Desk, description: Description, form: str
) -> None:
    if description.rule("account", "renameApproved")["when"] != form:
        description.change_rule("account", "renameApproved", when=form)
    account = approved_account(sales, manager)
    name = fresh("改名客户")

    for person in (sales, manager):
        refused = person.change("account", account["id"], accountName=name, expect=422)
        assert violation(refused) == NOT_RENAMED
    assert sales.read("account", account["id"])["accountName"] == account["accountName"]

    renamed = admin.change("account", account["id"], accountName=name)
    assert renamed["accountName"] == name


def test_b2_the_pack_carries_the_literal_form(description: Description) -> None:
    assert description.rule("account", "renameApproved")["when"] in (INFIX, FUNCTION)


def test_b2_an_approved_account_may_change_otherwise(sales: Desk, manager: Desk) -> None:
    account = approved_account(sales, manager)
    changed = sales.change("account", account["id"], phone="021-55512345")
    same = sales.change("account", account["id"], accountName=account["accountName"])
    assert (changed["phone"], same["accountName"]) == ("+862155512345", account["accountName"])


def test_b2_an_account_without_approval_may_be_renamed(sales: Desk) -> None:
    account = sales.new_account()
    name = fresh("未审批")
    assert sales.change("account", account["id"], accountName=name)["accountName"] == name


# -- B3 ------------------------------------------------------------------------------------------


def test_b3_ships_inactive_and_then_forbids_transfer(
    sales: Desk, admin: Desk, sign_in: SignIn, description: Description
) -> None:
    colleague = sign_in("sales2").get("/auth/me")["id"]
    assert description.rule("account", "forbidTransfer")["active"] is False
    account = sales.new_account()
    admin.change("account", account["id"], ownerId=colleague)

    description.change_rule("account", "forbidTransfer", active=True)
    own = account["ownerId"]
    refused = admin.change("account", account["id"], ownerId=own, expect=422)
    assert violation(refused)["rule"] == "forbidTransfer"
    admin.change("account", account["id"], phone="021-55500000", ownerId=colleague)
    assert admin.read("account", account["id"])["ownerId"] == colleague


def test_b3_reads_the_path_through_the_old_and_the_new_record(
    sales: Desk, admin: Desk, description: Description
) -> None:
    me = sales.get("/auth/me")
    namesake = admin.create(
        "user",
        name=me["name"],
        employeeCode=fresh("N"),
        dimDepart=me["department"]["id"],
        active=True,
    )
    account = sales.new_account()
    description.change_rule("account", "forbidTransfer", active=True)

    moved = admin.change("account", account["id"], ownerId=namesake["id"])

    assert moved["ownerId"] == namesake["id"]


# -- B5 ------------------------------------------------------------------------------------------


def test_b5_a_rule_runs_on_create_and_update_and_never_on_delete(
    admin: Desk, description: Description
) -> None:
    account = admin.new_account()
    description.add_rule("account", when="LEN(account.accountName)>0", message="不允许保存。")

    admin.new_account(expect=422)
    admin.change("account", account["id"], phone="021-55500001", expect=422)
    admin.delete("account", account["id"])
    admin.get(f"/api/v1/records/account/{account['id']}", expect=404)


def test_b5_a_refused_change_leaves_the_record_as_it_was(sales: Desk) -> None:
    account = sales.new_account()
    sales.change("account", account["id"], phone="021-55500002", address="短", expect=422)
    assert sales.read("account", account["id"]) == account


def test_b5_a_transfer_changes_owner_and_department_together(
    sales: Desk, admin: Desk, sign_in: SignIn, description: Description
) -> None:
    receiver = sign_in("sales.south").get("/auth/me")
    account = sales.new_account()
    transfer = {"ownerId": receiver["id"], "dimDepart": receiver["department"]["id"]}
    description.add_rule(
        "account",
        when="ISCHANGED(account.ownerId.name) && ISCHANGED(account.dimDepart.departName)"
        " && account.dimDepart.departName='华南区'",
        message="不能转给华南区。",
    )
    refused = admin.change("account", account["id"], **transfer, expect=422)
    assert violation(refused)["detail"] == "不能转给华南区。"

    description.restore()
    moved = admin.change("account", account["id"], **transfer)
    assert {key: moved[key] for key in transfer} == transfer
    sales.change("account", account["id"], phone="021-55500003", expect=404)


def test_b5_a_rule_must_be_true_or_false(admin: Desk) -> None:
    rule = {"object": "account", "name": "notBoolean", "when": "LEN(account.address)"}
    change = {
        "action": "put",
        "kind": "validation_rule",
        "document": {**rule, "label": "非布尔", "message": "无"},
    }
    admin.publish_changes([change], expect=422)


# -- B6 ------------------------------------------------------------------------------------------


def test_b6_the_message_appears_where_the_rule_says(sales: Desk, description: Description) -> None:
    for at in ("page", "field:phone", "section:basicInfo"):
        description.add_rule("lead", when="lead.company='随处出错'", message=f"在 {at}", at=at)
    refused = sales.create(
        "lead", name="钱测试", company="随处出错", mobile="13800001234", expect=422
    )
    places = {each["at"]: (each["pointer"], each["detail"]) for each in refused["errors"]}
    assert places == {
        "page": ("", "在 page"),
        "field:phone": ("/phone", "在 field:phone"),
        "section:basicInfo": ("", "在 section:basicInfo"),
    }
    form = sales.get("/api/v1/ui/lead/form")
    assert "section:basicInfo" in {each["id"] for each in form["root"]["children"]}


def test_b6_all_violations_come_in_one_answer(sales: Desk) -> None:
    refused = sales.new_account(
        address="短", creditCode="123", employeeNumber=-1, level="A", expect=422
    )
    assert {each["rule"] for each in refused["errors"]} == {
        "addressLength",
        "creditCodeLength",
        "employeeNumberNotNegative",
        "keyAccountRevenue",
    }
