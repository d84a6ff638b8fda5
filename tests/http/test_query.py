"""Queries over HTTP: both front ends, explanations, and the examples of the documentation."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.architecture import source
from tests.support.server import Product

QUERY = "/api/v1/query"
PAGE = (source.ROOT / "docs" / "query.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```query\n(.*?)```", PAGE, re.DOTALL)
BODIES = [json.loads(each) for each in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_documented_queries_work(admin: httpx.Client, text: str) -> None:
    answer = admin.get(QUERY, params={"q": text})
    assert answer.status_code == 200, answer.text
    explained = admin.post(f"{QUERY}/explain", json={"query": text})
    assert explained.status_code == 200, explained.text
    assert explained.json()["statements"][0]["steps"]
    if "NOT IN" not in text:
        assert answer.json()["records"] != []


@pytest.mark.parametrize("body", BODIES)
def test_the_documented_bodies_work(admin: httpx.Client, body: dict[str, Any]) -> None:
    answer = admin.post(QUERY, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["records"] != []


def test_parameters_of_the_address_and_of_the_body_ask_the_same(admin: httpx.Client) -> None:
    text = "SELECT accountName FROM account WHERE level = :level ORDER BY accountName LIMIT 2"
    given = {"q": text, "param.level": "A", "count": "true"}
    by_address = admin.get(QUERY, params=given).json()
    body = {"query": text, "params": {"level": "A"}, "count": True}
    assert admin.post(QUERY, json=body).json() == by_address
    assert by_address["count"] >= len(by_address["records"]) == 2
    following = admin.get(QUERY, params={**given, "cursor": by_address["next"]}).json()
    assert following["records"][0] not in by_address["records"]


def test_numbers_are_exact(admin: httpx.Client) -> None:
    values = {
        "accountName": "精确", "annualRevenue": 9999999999999999.25, "phone": "13800138000",
        "address": "上海市浦东新区启明路一百二十八号创新大厦八层",
    }  # fmt: skip
    text = json.dumps(values).replace("1e+16", "9999999999999999.25")
    made = admin.post(
        "/api/v1/records/account", content=text, headers={"content-type": "application/json"}
    )
    assert made.status_code == 201, made.text
    query = "SELECT SUM(annualRevenue) s FROM account WHERE accountName = '精确'"
    answer = admin.get(QUERY, params={"q": query})
    assert answer.text == '{"records":[{"s":9999999999999999.25}],"next":null}'
    admin.delete(f"/api/v1/records/account/{made.json()['id']}")


def test_lists_are_explained_too(admin: httpx.Client) -> None:
    asked = {"object": "account", "filter": "city = '上海'", "sort": "-createdAt"}
    answer = admin.post(f"{QUERY}/explain", json={"list": asked}).json()
    (statement,) = answer["statements"]
    warnings = {each["code"]: each["fields"] for each in statement["warnings"]}
    assert warnings["query.not_selective"] == ["city"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "request.parameter"),
        ({"q": "SELECT id FROM account", "x": "1"}, "request.parameter"),
        ({"q": "SELECT id FROM account", "count": "maybe"}, "request.parameter"),
        ({"q": "SELECT id FROM account", "cursor": "x"}, "query.cursor_invalid"),
        ({"q": "SELECT"}, "query.syntax"),
        ({"q": "SELECT COUNT() FROM account", "cursor": "x"}, "query.cursor_misplaced"),
    ],
)
def test_a_bad_address_is_refused(
    admin: httpx.Client, parameters: dict[str, str], code: str
) -> None:
    answer = admin.get(QUERY, params=parameters)
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["errors"]] == [code]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/from"]),
        ({"from": 1, "select": "x", "limit": "1"}, ["/from", "/select", "/limit"]),
        ({"from": "account", "where": 1, "x": 2}, ["/x", "/where"]),
        ({"from": "account", "select": ["id", "nonsense +"]}, ["/select/1"]),
        ({"from": "account", "select": ["id", "nonsense"]}, ["/select/1"]),
        ({"from": "account", "order_by": ["nonsense"]}, ["/order_by/0"]),
        ({"from": "account", "where": "nonsense = 1"}, ["/where"]),
        ({"from": "account", "select": [{"from": "contact", "where": "x = 1"}]},
         ["/select/0/where"]),
        ({"from": "account", "select": [{"from": "contact", "select": [{"from": "x"}]}]},
         ["/select/0/select/0"]),
        ({"query": "SELECT id FROM account", "where": "TRUE"}, ["/where"]),
        ({"from": "account", "params": {"p": [[1]]}}, ["/params/p"]),
        ({"from": "account", "limit": 5000}, ["/limit"]),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_with_its_places(
    admin: httpx.Client, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = admin.post(QUERY, json=body)
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json()["errors"]] == pointers


def test_nobody_asks_without_signing_in(product: Product) -> None:
    answer = httpx.get(product.base_url + QUERY, params={"q": "SELECT id FROM account"})
    assert answer.status_code == 401
