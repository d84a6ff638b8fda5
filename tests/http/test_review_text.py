"""Characters that cannot be stored or sent are refused at every door, on every database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from paas.http.static import mount_client
from tests.support.server import Product

UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


def test_a_nul_in_a_login_is_refused(product: Product) -> None:
    body = {"username": "ad\x00min", "password": "x"}
    assert product.client().post("/auth/login", json=body).status_code == 422


def test_a_nul_in_a_comment_is_refused(admin: httpx.Client) -> None:
    answer = admin.post(f"/api/v1/approvals/{UNKNOWN_ID}/comment", json={"comment": "a\x00b"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("kind", "document", "pointer"),
    [
        (
            "field",
            {"name": "nul", "type": "formula", "result": "text", "formula": "'a\x00b'"},
            "/formula",
        ),
        (
            "validation_rule",
            {"name": "nul", "when": "account.accountName = '\x00'", "message": "…"},
            "/when",
        ),
        ("list_view", {"name": "nul", "columns": [{"field": "id"}], "filter": "'\x00' = id"}, ""),
    ],
)
def test_a_nul_in_a_definition_is_refused(
    admin: httpx.Client, kind: str, document: dict[str, Any], pointer: str
) -> None:
    change = {"action": "put", "kind": kind, "document": {"object": "account", **document}}
    answer = admin.post("/api/v1/metadata/publish", json={"changes": [change]})
    assert answer.status_code == 422
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert f"/changes/0/document{pointer}" in pointers or not pointer
    assert admin.get("/api/v1/records/account").status_code == 200


@pytest.mark.parametrize("action", ["put", "delete"])
@pytest.mark.parametrize("key", ["uid", "name"])
def test_half_characters_in_a_definition_are_refused(
    admin: httpx.Client, action: str, key: str
) -> None:
    document = {"object": "account", "type": "text", "length": 5, key: "\ud800"}
    change = {"action": action, "kind": "field", "document": document}
    body = json.dumps({"changes": [change]}).encode()
    headers = {"content-type": "application/json"}
    answer = admin.post("/api/v1/metadata/plan", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", ["/%00", "/" + "a" * 5000, "/" + "a/" * 3000, "/%2e%2e/secret"])
def test_the_client_answers_any_address_with_its_page(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "client"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("the page")
    (tmp_path / "secret").write_text("a secret")
    app = FastAPI()
    mount_client(app, folder)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.text) == (200, "the page")
