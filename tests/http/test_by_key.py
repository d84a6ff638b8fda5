"""Records by a unique field over HTTP: read, upsert, batches, parents by key."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.http.test_refusals import GOOD, problem
from tests.support.server import Product

BASE = "/api/v1/records/account"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    return product.sign_in("admin")


def by(value: str, field: str = "accountCode") -> str:
    return f"{BASE}/by/{field}/{quote(value, safe='')}"


@pytest.mark.parametrize("key", ["X-1", "斜/杠 与空格", "100%", "by"])
def test_put_creates_then_changes_the_record_with_the_key(admin: httpx.Client, key: str) -> None:
    created = admin.put(by(key), json=GOOD)
    assert created.status_code == 201, created.text
    record = created.json()
    assert record["accountCode"] == key
    assert created.headers["location"] == f"{BASE}/{record['id']}"
    changed = admin.put(by(key), json={"accountName": "改名"})
    assert (changed.status_code, changed.json()["id"]) == (200, record["id"])
    read = admin.get(by(key))
    assert (read.json()["accountName"], read.headers["etag"]) == ("改名", '"2"')
    stale = admin.put(by(key), json={"accountName": "x"}, headers={"If-Match": '"1"'})
    problem(stale, 412, "record.stale")
    problem(admin.put(by(key), json={"accountCode": "other"}), 422, "request.malformed")
    assert admin.delete(f"{BASE}/{record['id']}").status_code == 204
    problem(admin.get(by(key)), 404, "record.not_found")


def test_what_is_no_key_is_refused(admin: httpx.Client) -> None:
    problem(admin.put(by("x", "accountName"), json=GOOD), 422, "query.invalid")
    problem(admin.get(by("x", "nonsense")), 422, "query.invalid")
    problem(admin.get(f"{BASE}/by/accountCode"), 404, "request.not_found")
    problem(admin.get(f"{BASE}/by/accountCode/a/b"), 404, "request.not_found")
    answer = admin.delete(by("x"))
    problem(answer, 405, "request.method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, PUT"


def test_a_batch_upserts_and_tells_what_it_created(admin: httpx.Client) -> None:
    rows: list[dict[str, Any]] = [{**GOOD, "accountCode": "B-1"}, {**GOOD, "accountCode": "B-2"}]
    body = {"operation": "upsert", "match_by": "accountCode", "records": rows[:1]}
    assert admin.post(f"{BASE}/batch", json=body).json()["results"][0]["created"] is True
    rows[1]["parentAccountId"] = {"accountCode": "B-1"}
    answer = admin.post(f"{BASE}/batch", json={**body, "records": rows})
    assert [each["created"] for each in answer.json()["results"]] == [False, True]
    child, parent = admin.get(by("B-2")).json(), admin.get(by("B-1")).json()
    assert child["parentAccountId"] == parent["id"]
    for each in (child, parent):
        assert admin.delete(f"{BASE}/{each['id']}").status_code == 204
    problem(
        admin.post(f"{BASE}/batch", json={**body, "match_by": "accountName"}), 422, "query.invalid"
    )
    problem(admin.post(f"{BASE}/batch", json={**body, "match_by": 1}), 422, "request.malformed")
