"""History and the past over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.server import Product

OBJECT = "tracked"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    client = product.sign_in("admin")
    changes: list[dict[str, Any]] = [
        {"action": "put", "kind": kind, "document": document}
        for kind, document in (
            ("object", {"name": OBJECT, "label": "留痕", "history": True, "sharing": "read"}),
            ("field", {"object": OBJECT, "name": "name", "type": "text"}),
            ("field", {"object": OBJECT, "name": "price", "type": "currency"}),
        )
    ]
    answer = client.post("/api/v1/metadata/publish", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    return client


@pytest.fixture
def record(admin: httpx.Client) -> dict[str, Any]:
    made = admin.post(f"/api/v1/records/{OBJECT}", json={"name": "甲", "price": 0.10})
    found: dict[str, Any] = made.json()
    changed = admin.patch(f"/api/v1/records/{OBJECT}/{found['id']}", json={"price": 12.34})
    assert changed.status_code == 200
    return found


def test_changes_of_a_record(admin: httpx.Client, record: dict[str, Any]) -> None:
    path = f"/api/v1/records/{OBJECT}/{record['id']}/history"
    answer = admin.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    first, second = answer.json()["history"]
    assert first["changes"] == [{"field": "price", "old": 0.1, "new": 12.34}]
    assert (second["operation"], second["changes"]) == ("create", [])
    page = admin.get(path, params={"limit": 1}).json()
    rest = admin.get(path, params={"limit": 1, "cursor": page["next"]}).json()
    assert [*page["history"], *rest["history"]] == [first, second]
    assert admin.get(path, params={"fields": "name"}).json() == {"history": [], "next": None}


def test_a_record_as_it_was(admin: httpx.Client, record: dict[str, Any]) -> None:
    path = f"/api/v1/records/{OBJECT}/{record['id']}"
    past = admin.get(path, params={"asOf": record["updatedAt"]}).json()
    assert past == record
    assert admin.get(path, params={"asOf": "9999-01-01T00:00:00+08:00"}).json()["price"] == 12.34
    assert admin.get(path, params={"asOf": "2001-01-01T00:00:00Z"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?asOf=yesterday", 422, "request.malformed"),
        ("?asOf=2026-01-01T00:00:00", 422, "request.malformed"),
        ("?asOf=0001-01-01T00:00:00%2B23:00", 422, "request.malformed"),
        ("?asOf=2026-11-01T00:00:00Z&fields=ownerId.name", 422, "record.history_unreachable"),
        ("?asOf=2026-11-01T00:00:00Z&fields=nope", 422, "query.invalid"),
        ("/history?cursor=x", 422, "query.invalid"),
        ("/history?limit=0", 422, "request.malformed"),
        ("/history?fields=nope", 422, "query.invalid"),
        ("/histories", 404, "request.not_found"),
    ],
)
def test_bad_questions(
    admin: httpx.Client, record: dict[str, Any], query: str, status: int, code: str
) -> None:
    answer = admin.get(f"/api/v1/records/{OBJECT}/{record['id']}{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_unknown_record_has_no_history(admin: httpx.Client) -> None:
    for key in ("01890000-0000-7000-8000-000000000000", "x"):
        for path in (f"{key}/history", f"{key}?asOf=2026-11-01T00:00:00Z"):
            answer = admin.get(f"/api/v1/records/{OBJECT}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "record.not_found")
