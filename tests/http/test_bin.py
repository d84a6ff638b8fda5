"""The recycle bin over HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.support.server import Product

PATH = "/api/v1/records/account"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    return product.sign_in("admin")


@pytest.fixture
def deleted(admin: httpx.Client) -> str:
    body = {"accountName": "回收站", "address": "上海市浦东新区世纪大道一百号环球金融中心三楼"}
    made = admin.post(PATH, json=body)
    assert made.status_code == 201, made.text
    record: str = made.json()["id"]
    assert admin.delete(f"{PATH}/{record}").status_code == 204
    return record


def entry_of(client: httpx.Client, record: str) -> str:
    answer = client.get("/api/v1/bin", params={"object": "account"})
    assert answer.headers["cache-control"] == "no-store"
    return next(str(each["id"]) for each in answer.json()["entries"] if each["recordId"] == record)


def test_deleting_listing_and_restoring(admin: httpx.Client, deleted: str) -> None:
    entry = entry_of(admin, deleted)
    assert admin.get(f"{PATH}/{deleted}").status_code == 404
    answer = admin.post(f"/api/v1/bin/{entry}/restore")
    assert answer.json() == {"records": [{"object": "account", "id": deleted, "version": 3}]}
    found = admin.get(f"{PATH}/{deleted}")
    assert (found.status_code, found.headers["etag"]) == (200, '"3"')
    assert admin.post(f"/api/v1/bin/{entry}/restore").status_code == 404


def test_purging(product: Product, admin: httpx.Client, deleted: str) -> None:
    entry = entry_of(admin, deleted)
    sales = product.sign_in("sales")
    assert sales.delete(f"/api/v1/bin/{entry}").status_code == 403
    assert admin.delete(f"/api/v1/bin/{entry}").status_code == 204
    refused = admin.delete(f"/api/v1/bin/{entry}")
    assert (refused.status_code, refused.json()["code"]) == (404, "bin.not_found")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?object=nowhere", 404, "metadata.object_unknown"),
        ("?limit=0", 422, "request.malformed"),
        ("?cursor=x", 422, "query.invalid"),
    ],
)
def test_bad_questions(admin: httpx.Client, query: str, status: int, code: str) -> None:
    answer = admin.get(f"/api/v1/bin{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_batch_cannot_restore(admin: httpx.Client) -> None:
    answer = admin.post(f"{PATH}/batch", json={"operation": "restore", "records": [{"id": "x"}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.malformed")
