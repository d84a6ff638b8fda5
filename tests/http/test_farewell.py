"""A deleted user has no way in any more, and his login may be given to another."""

from __future__ import annotations

import httpx
import pytest

from tests.support.server import Product

PASSWORD = "long-enough-7"


@pytest.fixture
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


def create(admin: httpx.Client, code: str) -> str:
    row = {"name": "临时用户", "employeeCode": code, "email": f"{code.lower()}@zhuji.example.com"}
    answer = admin.post("/api/v1/records/user", json=row)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_login_and_sessions_go_with_the_user(product: Product, admin: httpx.Client) -> None:
    first = create(admin, "T901")
    product.services.accounts.set_password(first, "temporary", PASSWORD)
    client = product.client()
    credentials = {"username": "temporary", "password": PASSWORD}
    token = client.post("/auth/token", json=credentials).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    assert client.get("/auth/me").status_code == 200
    assert admin.delete(f"/api/v1/records/user/{first}").status_code == 204
    assert client.get("/auth/me").status_code == 401
    assert product.client().post("/auth/token", json=credentials).status_code == 401

    second = create(admin, "T902")
    product.services.accounts.set_password(second, "temporary", PASSWORD)
    assert product.client().post("/auth/token", json=credentials).status_code == 200
    assert admin.delete(f"/api/v1/records/user/{second}").status_code == 204
