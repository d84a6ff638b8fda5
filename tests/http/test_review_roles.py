"""Role records follow the description: nobody takes or loses permissions by writing one."""

from __future__ import annotations

import httpx
import pytest

from tests.support.server import Product

ROLES = "/api/v1/records/role"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


def test_a_role_record_cannot_be_renamed(admin: httpx.Client) -> None:
    roles = admin.get(ROLES).json()["records"]
    own = next(each for each in roles if each["apiName"] == "administrator")
    answer = admin.patch(f"{ROLES}/{own['id']}", json={"apiName": "renamed"})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")
    assert admin.get("/auth/me").json()["role"]["name"] == "administrator"


def test_a_role_record_cannot_be_created_or_deleted(admin: httpx.Client) -> None:
    before = admin.get(ROLES).json()["records"]
    made = admin.post(ROLES, json={"name": "…", "apiName": "another"})
    assert (made.status_code, made.json()["code"]) == (403, "access.denied")
    gone = admin.delete(f"{ROLES}/{before[0]['id']}")
    assert gone.status_code in (403, 409)
    assert admin.get(ROLES).json()["records"] == before


def test_a_published_role_still_has_its_record(admin: httpx.Client) -> None:
    document = {"name": "reviewer", "label": "评审"}
    put = {"action": "put", "kind": "role", "document": document}
    answer = admin.post("/api/v1/metadata/publish", json={"changes": [put]})
    assert answer.status_code == 200, answer.text
    uid = answer.json()["changes"][0]["uid"]
    assert admin.get(f"{ROLES}/{uid}").json()["apiName"] == "reviewer"
    delete = {"action": "delete", "kind": "role", "document": {"uid": uid}}
    admin.post("/api/v1/metadata/publish", json={"changes": [delete]}).raise_for_status()
    assert admin.get(f"{ROLES}/{uid}").status_code == 404
