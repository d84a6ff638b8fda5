"""Search over HTTP: within permissions, with any query whatsoever, and together with lists."""

from __future__ import annotations

import httpx
import pytest

from tests.support.server import Product

SEARCH = "/api/v1/search"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


def hits(client: httpx.Client, **parameters: str) -> list[tuple[str, str]]:
    answer = client.get(SEARCH, params=parameters)
    assert answer.status_code == 200, answer.text
    return [(each["object"], each["id"]) for each in answer.json()["results"]]


def test_pages_lead_to_the_end_and_sales_sees_less(product: Product, admin: httpx.Client) -> None:
    found: list[tuple[str, str]] = []
    parameters = {"q": "有限公司", "objects": "account", "limit": "50"}
    cursor: str | None = ""
    while cursor is not None:
        body = admin.get(SEARCH, params={**parameters, "cursor": cursor}).json()
        found += [(each["object"], each["id"]) for each in body["results"]]
        cursor = body["next"]
    assert len(found) == len(set(found)) > 50
    seen = hits(product.sign_in("sales"), **parameters)
    assert 0 < len(seen) < len(found)
    assert set(seen) <= set(found)


def test_what_a_list_shows_is_what_the_search_finds(admin: httpx.Client) -> None:
    wanted = hits(admin, q="shanghai", objects="account", limit="50")
    query = {"search": "shanghai", "fields": "id", "limit": "200", "count": "true"}
    listed = admin.get("/api/v1/records/account", params=query).json()
    assert sorted(each["id"] for each in listed["records"]) == sorted(key for _name, key in wanted)
    assert listed["count"] == len(wanted) > 0


def test_a_formula_over_searched_records_narrows_them(admin: httpx.Client) -> None:
    query = {"search": "有限公司", "filter": "level = 'A'", "fields": "level", "limit": "200"}
    listed = admin.get("/api/v1/records/account", params=query).json()["records"]
    assert {each["level"] for each in listed} == {"A"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "x" * 201},
        {"q": "x", "limit": "0"},
        {"q": "x", "limit": "51"},
        {"q": "x", "limit": "many"},
        {"q": "x", "cursor": "!"},
        {"q": "x", "cursor": "W10"},
        {"q": "x", "objects": "nothing"},
        {"q": "x", "objects": ",".join("abc" for _ in range(60))},
    ],
)
def test_a_wrong_request_is_refused(admin: httpx.Client, parameters: dict[str, str]) -> None:
    answer = admin.get(SEARCH, params=parameters)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "text",
    ["", " ", "%", "_", "'", '"', "\\", "~", "\x00", "\ufffe", "*", "a" * 200, "，。", "AND OR NOT",
     "\U0001f600", "ﷺ" * 50, "́" * 100, "1" * 200],
)  # fmt: skip
def test_any_text_may_be_searched_for(admin: httpx.Client, text: str) -> None:
    assert admin.get(SEARCH, params={"q": text}).status_code == 200
    query = {"search": text, "fields": "id", "limit": "1"}
    assert admin.get("/api/v1/records/account", params=query).status_code == 200


def test_bytes_that_are_no_text_do_no_harm(admin: httpx.Client) -> None:
    assert admin.get(f"{SEARCH}?q=%ff%fe").status_code in (200, 422)
    assert admin.get("/api/v1/records/account?search=%ed%a0%80").status_code == 422


def test_nobody_searches_without_signing_in(product: Product) -> None:
    assert product.client().get(SEARCH, params={"q": "x"}).status_code == 401


def test_a_deleted_record_is_found_again_when_it_comes_back(admin: httpx.Client) -> None:
    body = {"productName": "回收站试验品", "productCode": "BIN-SEARCH-1", "price": 1}
    made = admin.post("/api/v1/records/product", json=body)
    assert made.status_code == 201, made.text
    record = made.json()["id"]
    wanted = [("product", record)]
    assert hits(admin, q="hszsy") == wanted
    assert admin.delete(f"/api/v1/records/product/{record}").status_code == 204
    assert hits(admin, q="回收站试验") == []
    (entry,) = admin.get("/api/v1/bin", params={"object": "product"}).json()["entries"]
    assert admin.post(f"/api/v1/bin/{entry['id']}/restore").status_code == 200
    assert hits(admin, q="回收站试验 bin") == wanted
