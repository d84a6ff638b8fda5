"""Composite requests and trees of records over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.server import Product

COMPOSITE = "/api/v1/composite"
TREE = "/api/v1/records/account/tree"
PHONE = "021-58880000"
ADDRESS = "上海市浦东新区启明路一百二十八号创新大厦八层"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


def account(name: str, **more: Any) -> dict[str, Any]:
    return {"accountName": name, "address": ADDRESS, **more}


def post(client: httpx.Client, *requests: dict[str, Any], **more: Any) -> httpx.Response:
    return client.post(COMPOSITE, json={"requests": list(requests), **more})


def named(client: httpx.Client, name: str) -> int:
    query = {"q": f"SELECT COUNT() n FROM account WHERE accountName LIKE '{name}%'"}
    found: int = client.get("/api/v1/query", params=query).json()["records"][0]["n"]
    return found


def test_later_requests_use_earlier_answers(admin: httpx.Client) -> None:
    answer = post(
        admin,
        {"method": "create", "object": "account", "ref": "firm", "fields": account("组合甲")},
        {"method": "create", "object": "contact", "ref": "person", "fields": {
            "contactName": "@{firm.accountName}的联系人", "phone": PHONE, "accountId": "@{firm.id}",
        }},
        {"method": "update", "object": "account", "id": "@{firm.id}", "fields": {
            "employeeNumber": 7, "version": "@{firm.version}",
        }},
        {"method": "query", "ref": "found", "query": {
            "from": "account", "select": ["id", "COUNT(contact) AS n"], "where": "id = :id",
            "params": {"id": "@{firm.id}"},
        }},
        {"method": "get", "object": "contact", "id": "@{person.id}", "select": ["contactName"]},
        {"method": "delete", "object": "contact", "id": "@{person.id}"},
        {"method": "delete", "object": "account", "id": "@{found.records.0.id}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 201, 200, 200, 200, 204, 204]
    assert results[2]["body"]["employeeNumber"] == 7
    assert results[3]["body"]["records"][0]["n"] == 1
    assert results[4]["body"]["contactName"] == "组合甲的联系人"
    assert named(admin, "组合甲") == 0


def test_all_or_none_undoes_everything_and_points_to_the_fault(admin: httpx.Client) -> None:
    answer = post(
        admin,
        {"method": "create", "object": "account", "fields": account("组合乙")},
        {"method": "create", "object": "account", "fields": account("组合乙二", nonsense=1)},
    )
    assert answer.status_code == 422
    body = answer.json()
    assert body["code"] == "composite.refused"
    assert [(each["pointer"], each["code"]) for each in body["errors"]] == [
        ("/requests/1/nonsense", "field.unknown")
    ]
    assert named(admin, "组合乙") == 0


def test_each_for_itself_keeps_what_succeeds_and_skips_what_depends(admin: httpx.Client) -> None:
    answer = post(
        admin,
        {"method": "create", "object": "account", "ref": "a", "fields": account("组合丙")},
        {"method": "create", "object": "account", "ref": "b", "fields": {"accountName": "x"}},
        {"method": "create", "object": "contact", "ref": "c", "fields": {
            "contactName": "甲", "accountId": "@{b.id}"}},
        {"method": "get", "object": "contact", "id": "@{c.id}"},
        {"method": "get", "object": "account", "id": "@{a.nothing}"},
        {"method": "get", "object": "account", "id": "@{later.id}"},
        {"method": "get", "object": "nonsense", "id": "x"},
        {"method": "query", "query": {"query": "SELECT nonsense FROM account"}},
        {"method": "update", "object": "account", "ref": "later", "id": "@{a.id}", "fields": {}},
        all_or_none=False,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    codes = [each["error"]["code"] if "error" in each else each["status"] for each in results]
    assert codes == [
        201, "record.invalid", "composite.dependency_failed", "composite.dependency_failed",
        "composite.references_unknown", "composite.references_unknown",
        "metadata.object_unknown", "query.invalid", 200,
    ]  # fmt: skip
    assert named(admin, "组合丙") == 1
    admin.delete(f"/api/v1/records/account/{results[0]['body']['id']}")


def test_reads_alone_need_no_writer(admin: httpx.Client) -> None:
    answer = post(
        admin,
        {"method": "query", "ref": "q", "query": {"query": "SELECT id FROM account LIMIT 1"}},
        {"method": "get", "object": "account", "id": "@{q.records.0.id}", "select": ["id"]},
    )
    first, second = answer.json()["results"]
    assert second["body"] == {"id": first["body"]["records"][0]["id"]}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/requests"]),
        ({"requests": [], "x": 1}, ["/x", "/requests"]),
        ({"requests": [{"method": "get"}] * 101}, ["/requests"]),
        ({"requests": [1, {"method": "fly"}]}, ["/requests/0", "/requests/1/method"]),
        ({"requests": [{"method": "get", "object": "account", "id": 1, "query": {}}]},
         ["/requests/0/query", "/requests/0/id"]),
        ({"requests": [{"method": "query", "query": {}, "ref": "a"},
                       {"method": "query", "query": {}, "ref": "a"}]}, ["/requests/1/ref"]),
        ({"requests": [{"method": "query", "query": {}}], "all_or_none": 1}, ["/all_or_none"]),
    ],
)  # fmt: skip
def test_a_bad_composite_is_refused_with_its_places(
    admin: httpx.Client, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = admin.post(COMPOSITE, json=body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers


# ---------------------------------------------------------------- trees


def test_a_tree_is_created_with_its_lookups(admin: httpx.Client) -> None:
    body = {"records": [
        {"ref": "top", "fields": account("树根"), "children": {
            "contact": [
                {"fields": {"contactName": "树叶一", "phone": PHONE}},
                {"fields": {"contactName": "树叶二", "phone": PHONE}},
            ],
            "account": [{"fields": account("树枝"), "children": {
                "contact": [{"ref": "deep", "fields": {"contactName": "树叶三", "phone": PHONE}}],
            }}],
        }},
    ]}  # fmt: skip
    answer = admin.post(TREE, json=body)
    assert answer.status_code == 201, answer.text
    (top,) = answer.json()["records"]
    (branch,) = top["children"]["account"]
    (deep,) = branch["children"]["contact"]
    assert (top["ref"], deep["ref"], len(top["children"]["contact"])) == ("top", "deep", 2)
    query = {"q": "SELECT contactName, accountId, accountId.parentAccountId FROM contact "
                  f"WHERE id = '{deep['id']}'"}  # fmt: skip
    assert admin.get("/api/v1/query", params=query).json()["records"] == [
        {"contactName": "树叶三", "accountId": branch["id"], "accountId.parentAccountId": top["id"]}
    ]
    people = [*top["children"]["contact"], deep]
    for name, made in (("contact", people), ("account", [branch]), ("account", [top])):
        gone = {"operation": "delete", "records": [{"id": each["id"]} for each in made]}
        assert admin.post(f"/api/v1/records/{name}/batch", json=gone).status_code == 200


@pytest.mark.parametrize(
    ("children", "errors"),
    [
        ({"contact": [{"fields": {"phone": PHONE}}]},
         [("/records/0/children/contact/0/fields/contactName", "field.required")]),
        ({"nonsense": [{"fields": {}}]},
         [("/records/0/children/nonsense", "record.children_unknown")]),
        ({"contact": [{"fields": {"accountId": "x"}}]},
         [("/records/0/children/contact/0/fields/accountId", "record.parent_given")]),
        ({"contact": [{"fields": {"contactName": "x"}}] * 200},
         [("/records", "record.tree_too_large")]),
        ({"contact": 1}, [("/records/0/children/contact", "request.member")]),
    ],
)  # fmt: skip
def test_a_wrong_tree_leaves_nothing(
    admin: httpx.Client, children: Any, errors: list[tuple[str, str]]
) -> None:
    body = {"records": [{"fields": account("坏树"), "children": children}]}
    answer = admin.post(TREE, json=body)
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == errors
    assert named(admin, "坏树") == 0
