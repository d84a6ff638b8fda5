"""A role with odd grants: what lists refuse is refused by every other door too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.server import Product

LOGIN = "marketing"
NAME = "只有经办人知道的名字"
GRANTS = {
    "account": {"create": True, "update": True, "fields": {"accountName": "edit"}},
    "contact": {
        "read": True,
        "update": True,
        "fields": {"contactName": "none", "entityType": "none"},
    },
}


def put(kind: str, **document: Any) -> dict[str, Any]:
    """Return a change."""
    return {"action": "put", "kind": kind, "document": document}


def publish(client: httpx.Client, *changes: dict[str, Any]) -> None:
    """Publish changes."""
    answer = client.post("/api/v1/metadata/publish", json={"changes": list(changes)})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def odd(product: Product) -> Iterator[httpx.Client]:
    """A user who may read contacts but not their names, and accounts not at all."""
    admin, client = product.sign_in("admin"), product.sign_in(LOGIN)
    user_id = client.get("/auth/me").json()["id"]
    user = f"/api/v1/records/user/{user_id}"
    before = admin.get(user).json()["roleId"]
    publish(
        admin,
        put("permission_set", name="oddGrants", objects=GRANTS),
        put("role", name="oddRole", label="…", permission_sets=["oddGrants"]),
    )
    roles = admin.get("/api/v1/records/role").json()["records"]
    role = next(each["id"] for each in roles if each["apiName"] == "oddRole")
    admin.patch(user, json={"roleId": role}).raise_for_status()
    yield client
    admin.patch(user, json={"roleId": before}).raise_for_status()
    deleted = [("role", "oddRole"), ("permission_set", "oddGrants")]
    publish(
        admin,
        *({"action": "delete", "kind": kind, "document": {"name": name}} for kind, name in deleted),
    )


@pytest.fixture
def contact(product: Product, odd: httpx.Client) -> Iterator[str]:
    """The path of a contact that belongs to that user."""
    admin = product.sign_in("admin")
    account = admin.get("/api/v1/records/account?limit=1").json()["records"][0]["id"]
    owner = odd.get("/auth/me").json()["id"]
    body = {"contactName": NAME, "mobile": "13800000000", "accountId": account, "ownerId": owner}
    made = admin.post("/api/v1/records/contact", json=body)
    assert made.status_code == 201, made.text
    yield f"/api/v1/records/contact/{made.json()['id']}"
    admin.delete(f"/api/v1/records/contact/{made.json()['id']}")


@pytest.mark.parametrize("source", ["accountId.accountName = 'x'", "contactName = 'x'"])
def test_a_formula_is_checked_as_a_filter_would_be(odd: httpx.Client, source: str) -> None:
    listed = odd.get("/api/v1/records/contact", params={"filter": source})
    assert listed.status_code == 422
    body = {"object": "contact", "source": source, "context": "filter"}
    checked = odd.post("/api/v1/formula/check", json=body).json()
    assert not checked["valid"]


def test_completion_does_not_walk_into_objects_that_are_closed(odd: httpx.Client) -> None:
    source = "contact.accountId.acc"
    body = {"object": "contact", "source": source, "place": len(source), "context": "filter"}
    answer = odd.post("/api/v1/formula/complete", json=body).json()
    assert not [each for each in answer["completions"] if each["text"] == "accountName"]


@pytest.mark.parametrize("page", ["form", "detail"])
def test_pages_open_for_those_who_may_not_read_the_record_type(
    odd: httpx.Client, contact: str, page: str
) -> None:
    record_id = contact.rsplit("/", 1)[1]
    answer = odd.get(f"/api/v1/ui/contact/{page}", params={"id": record_id})
    assert answer.status_code == 200, answer.text
    assert NAME not in answer.text


def test_an_unreadable_name_is_in_no_answer(odd: httpx.Client, contact: str) -> None:
    assert NAME not in odd.get(contact).text
    assert NAME not in odd.get("/api/v1/records/contact").text
    assert odd.get("/api/v1/records/contact?sort=contactName").status_code == 422
    assert odd.get("/api/v1/records/contact?fields=accountId.accountName").status_code == 422
    assert odd.get("/api/v1/ui/contact/form", params={"id": "x"}).status_code == 404


def test_no_cache_keeps_what_a_reader_has_seen(product: Product) -> None:
    admin = product.sign_in("admin")
    listed = admin.get("/api/v1/records/account?limit=1")
    one = admin.get(f"/api/v1/records/account/{listed.json()['records'][0]['id']}")
    missing = admin.get("/api/v1/records/account/none")
    assert {each.headers["cache-control"] for each in (listed, one, missing)} == {"no-store"}
