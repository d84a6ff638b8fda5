"""Why a formula says what it says: explained over HTTP for one record, as far as one may see it."""

from __future__ import annotations

from typing import Any

from tests.acceptance.desk import Desk

ADDRESS = "上海市浦东新区世纪大道一百号环球金融中心二十八层"


def explain(desk: Desk, source: str, record_id: str, *, expect: int = 200) -> Any:
    body = {"object": "account", "source": source, "id": record_id}
    return desk.post("/api/v1/formula/explain", body, expect=expect)


def parts_of(answer: Any) -> dict[str, Any]:
    return {part["text"]: part["value"] for part in answer["parts"]}


def test_every_part_computed_is_told_with_its_value(sales: Desk) -> None:
    record = sales.new_account(address=ADDRESS)
    source = "LEN(account.address) < 40 && 1 / LEN(address) > 5 && account.ownerId.user.name = ''"
    answer = explain(sales, source, record["id"])
    parts = parts_of(answer)
    assert (answer["value"], answer["type"]) == (False, "boolean")
    assert parts["account.address"] == ADDRESS
    assert parts["LEN(account.address)"] == len(ADDRESS)
    assert parts["LEN(account.address) < 40"] is True
    assert "account.ownerId.user.name" not in parts


def test_what_fails_is_told(sales: Desk) -> None:
    record = sales.new_account()
    answer = explain(sales, "1 / (LEN(accountName) - LEN(accountName))", record["id"])
    assert answer["value"] is None
    assert [each["code"] for each in answer["diagnostics"]] == ["formula.division_by_zero"]


def test_a_stored_record_counts_as_unchanged(admin: Desk, sales: Desk) -> None:
    record = sales.new_account()
    assert explain(admin, "ISNEW() || ISCHANGED(accountName)", record["id"])["value"] is False
    assert explain(admin, "$User.name = '管理员'", record["id"])["value"] is True
    assert explain(admin, "$Role.name <> ''", record["id"])["value"] is True


def test_child_records_and_records_looked_up(sales: Desk, admin: Desk) -> None:
    record = sales.new_account()
    for name, amount in (("一期", 100), ("二期", 250)):
        sales.create(
            "opportunity",
            opportunityName=name,
            accountId=record["id"],
            money=amount,
            closeDate="2031-05-20",
        )
    for desk in (sales, admin):
        assert explain(desk, "COUNT(opportunity.accountId)", record["id"])["value"] == 2
        assert (
            explain(desk, "SUM(opportunity.accountId.money, money > 100)", record["id"])["value"]
            == 250
        )
        assert explain(desk, "MAX(opportunity.accountId.money)", record["id"])["value"] == 250
        source = f"VLOOKUP(account.id, account.accountName, '{record['accountName']}')"
        assert explain(desk, source, record["id"])["value"] == record["id"]


def test_who_may_not_see_the_record_learns_nothing(sales: Desk) -> None:
    missing = "0192f0c1-2b3c-7d4e-8f90-123456789abc"
    assert explain(sales, "accountName", missing, expect=404)["code"] == "record.not_found"
    wrong = explain(sales, "accountNam", missing, expect=422)
    assert wrong["errors"][0]["suggestions"][:1] == ["accountName"]
