"""Scenarios B4, B7 and B8: paths through lookups, what the editor offers, and the quiz."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Description
from tests.acceptance.desk import Desk

QUIZ = (
    "$CurrentUser.$User.Name",
    "account.parentAccountId.account.ownerId.user.name",
    "account.recentActivityCreatedBy.user.name",
    "account.ownerId.user.name",
)


# -- B4 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "reads"),
    [
        ("account.accountName", ["accountName"]),
        (
            "account.createdBy.user.dimDepart.department.departName",
            ["createdBy.dimDepart.departName"],
        ),
        ("account.ownerId.name", ["ownerId.name"]),
        ("ACCOUNT.OWNERID.USER.NAME", ["ownerId.name"]),
        ("accountName", ["accountName"]),
    ],
)
def test_b4_a_path_names_a_field_of_the_record_or_of_a_related_one(
    admin: Desk, path: str, reads: list[str]
) -> None:
    answer = admin.check(path)
    assert (answer["valid"], answer["type"]) == (True, "text"), answer
    assert answer["references"] == reads


def test_b4_the_entity_segment_may_be_left_out(sales: Desk) -> None:
    def names(condition: str) -> list[str]:
        found = sales.find("account", filter=condition, sort="accountName", limit=200)
        return [each["accountName"] for each in found]

    long = names("account.ownerId.user.dimDepart.department.departName='华东区'")
    short = names("ownerId.dimDepart.departName='华东区'")
    assert long == short
    assert len(long) > 5


def test_b4_a_path_through_two_lookups_is_read_when_a_rule_runs(
    sales: Desk, description: Description
) -> None:
    description.add_rule(
        "account",
        when="account.createdBy.user.dimDepart.department.departName='华东区' && account.fax='000'",
        message="华东区不登记传真。",
    )
    refused = sales.new_account(fax="000", expect=422)
    assert [each["detail"] for each in refused["errors"]] == ["华东区不登记传真。"]


def test_b4_related_fields_can_be_read_and_sorted_by(sales: Desk) -> None:
    found = sales.find(
        "account", fields="accountName,ownerId.name,dimDepart.departName", sort="ownerId.name"
    )
    assert {each["dimDepart.departName"] for each in found} >= {"华东区"}
    owners = [each["ownerId.name"] for each in found]
    assert owners == sorted(owners)


# -- B7 ------------------------------------------------------------------------------------------


def test_b7_fields_are_offered_as_a_tree_with_api_names(admin: Desk) -> None:
    level = admin.get("/api/v1/formula/fields/account")
    fields = {each["name"]: each for each in level["fields"]}
    assert fields["address"]["path"] == "account.address"
    assert fields["address"]["label"] == "详细地址"
    assert (fields["ownerId"]["target"], fields["parentAccountId"]["target"]) == ("user", "account")

    deeper = admin.get("/api/v1/formula/fields/user")
    assert {"name", "dimDepart"} <= {each["name"] for each in deeper["fields"]}


def test_b7_functions_come_with_help_in_the_readers_language(admin: Desk) -> None:
    def help_of(language: str) -> dict[str, str]:
        answer = admin.client.get(
            "/api/v1/formula/functions", headers={"Accept-Language": language}
        ).json()
        return {each["name"]: each["help"] for each in answer["functions"]}

    chinese, english = help_of("zh-CN"), help_of("en-US")
    assert {"LEN", "ISCHANGED", "PRIORVALUE", "AND", "IF", "CASE", "ISPICKVAL"} <= set(chinese)
    assert chinese.keys() == english.keys()
    assert all(chinese.values())
    assert all(english.values())
    assert chinese["LEN"] != english["LEN"]


def test_b7_the_check_gives_position_reason_and_near_names(admin: Desk) -> None:
    source = "LEN(account.adress)<20"
    answer = admin.check(source)
    assert answer["valid"] is False
    error = answer["errors"][0]
    assert source[error["span"]["start"] : error["span"]["end"]].endswith("adress")
    assert error["line"] == 1
    assert error["detail"]
    assert any("address" in each for each in error["suggestions"])


def test_b7_the_check_gives_every_error_with_its_line(admin: Desk) -> None:
    source = "AND(\n  LEN(account.adress)<20,\n  ISCHANGD(account.accountName),\n  1+'a'>0)"
    answer = admin.check(source)
    assert sorted(each["line"] for each in answer["errors"]) == [2, 3, 4]


@pytest.mark.parametrize(
    "source", ["LEN(account.address", "account.address <>", "&& TRUE", "'审批通过", ""]
)
def test_b7_a_formula_that_is_not_one_has_a_position(admin: Desk, source: str) -> None:
    answer = admin.check(source)
    assert answer["valid"] is False
    assert all({"span", "line", "column", "detail"} <= set(each) for each in answer["errors"])


def test_b7_an_unknown_picklist_literal_is_an_error_with_the_near_names(admin: Desk) -> None:
    answer = admin.check("account.approvalStatus='审批通道'")
    assert answer["valid"] is False
    assert "审批通过" in answer["errors"][0]["suggestions"]


def test_b7_a_rule_has_name_api_name_status_and_description(description: Description) -> None:
    rule = description.rule("account", "addressLength")
    assert rule["label"]["zh-CN"] == "客户地址字数校验"
    assert rule["name"] == "addressLength"
    assert rule.get("active", True) is True
    assert rule["description"]["zh-CN"]
    assert rule["when"] == "LEN(account.address)<20"


# -- B8 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", QUIZ)
def test_b8_every_path_of_the_quiz_compiles(admin: Desk, path: str) -> None:
    answer = admin.check(path)
    assert (answer["valid"], answer["type"]) == (True, "text"), answer


def test_b8_related_data_may_be_used_in_a_rule(sales: Desk, description: Description) -> None:
    description.add_rule(
        "contact",
        when="contact.accountId.account.level='D' && contact.isDecisionMaker",
        message="D 级客户不登记关键决策人。",
        at="field:isDecisionMaker",
    )
    account = sales.new_account(level="D")
    person = {"contactName": "孙测试", "accountId": account["id"], "mobile": "13800001235"}
    refused = sales.create("contact", **person, isDecisionMaker=True, expect=422)
    assert refused["errors"][0]["pointer"] == "/isDecisionMaker"
    sales.create("contact", **person, isDecisionMaker=False)


@pytest.mark.parametrize(
    ("source", "type_"), [("LEN(account.address)", "number"), ("account.address", "text")]
)
def test_b8_the_value_of_a_rule_is_boolean(admin: Desk, source: str, type_: str) -> None:
    assert admin.check(source)["type"] == type_
    assert admin.check(source, result="boolean")["valid"] is False
    assert admin.check("LEN(account.address)<20", result="boolean")["valid"] is True


def test_b8_the_owners_name_is_what_the_quiz_says(sales: Desk) -> None:
    me = sales.get("/auth/me")
    account = sales.new_account()
    found = sales.find(
        "account", filter=f"account.ownerId.user.name='{me['name']}'", sort="-createdAt", limit=1
    )
    assert [each["id"] for each in found] == [account["id"]]
