"""Making records void over HTTP."""

from __future__ import annotations

from typing import Any

from tests.support.server import Product

OBJECT = "contractual"
PATH = f"/api/v1/records/{OBJECT}"


def test_void_and_valid_again(product: Product) -> None:
    admin = product.sign_in("admin")
    changes: list[dict[str, Any]] = [
        {"action": "put", "kind": kind, "document": document}
        for kind, document in (
            ("object", {"name": OBJECT, "label": "合同", "voidable": True}),
            ("field", {"object": OBJECT, "name": "name", "type": "text"}),
        )
    ]
    assert admin.post("/api/v1/metadata/publish", json={"changes": changes}).status_code == 200
    record = admin.post(PATH, json={"name": "甲"}).json()
    assert record["lifeStatus"] == "normal"
    stale = admin.post(f"{PATH}/{record['id']}/void", headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 1)
    bad = admin.post(f"{PATH}/{record['id']}/void", headers={"If-Match": "nine"})
    assert (bad.status_code, bad.json()["code"]) == (422, "request.malformed")
    answer = admin.post(f"{PATH}/{record['id']}/void")
    assert (answer.json(), answer.headers["etag"]) == ({"id": record["id"], "version": 2}, '"2"')
    assert admin.get(PATH).json()["records"] == []
    refused = admin.patch(f"{PATH}/{record['id']}", json={"name": "乙"})
    assert (refused.status_code, refused.json()["code"]) == (409, "record.void")
    assert admin.post(f"{PATH}/{record['id']}/unvoid").json()["version"] == 3
    assert len(admin.get(PATH).json()["records"]) == 1
    sales = product.sign_in("sales")
    assert sales.post(f"{PATH}/{record['id']}/void").status_code == 403
    assert admin.post("/api/v1/records/account/x/void").json()["code"] == "record.not_voidable"
    assert admin.post(f"{PATH}/x/void").status_code == 404
    assert admin.post(f"{PATH}/{record['id']}/avoid").status_code in (404, 405)
