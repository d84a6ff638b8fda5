"""Sessions and passwords: a changed password closes doors, and guessing is slowed at each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from paas.http.account import Accounts
from tests.support.server import Product

LOGIN = "marketing"
OTHER = "a passphrase nobody else has"


@pytest.fixture
def bearer(product: Product) -> Iterator[httpx.Client]:
    """A client of a user whose password and status are as before when the test is over."""
    client = product.sign_in(LOGIN)
    user_id = client.get("/auth/me").json()["id"]
    yield client
    admin = product.sign_in("admin")
    admin.patch(f"/api/v1/records/user/{user_id}", json={"active": True}).raise_for_status()
    product.services.accounts.set_password(user_id, LOGIN, product.sign_ins[LOGIN].password)


def change(product: Product, client: httpx.Client, current: str | None = None) -> httpx.Response:
    """Ask for another password."""
    known = product.sign_ins[LOGIN].password
    return client.post("/auth/password", json={"current": current or known, "new": OTHER})


def attempt(product: Product, login: str, password: str) -> int:
    """Return the status of one attempt to sign in."""
    body = {"username": login, "password": password}
    return product.client().post("/auth/token", json=body).status_code


def test_changing_a_password_ends_the_users_other_sessions(
    product: Product, bearer: httpx.Client
) -> None:
    stolen = product.sign_in(LOGIN)
    assert change(product, bearer).status_code == 204
    assert bearer.get("/auth/me").status_code == 200
    assert stolen.get("/auth/me").status_code == 401
    assert stolen.get("/api/v1/records/account").status_code == 401
    assert attempt(product, LOGIN, product.sign_ins[LOGIN].password) == 401
    assert attempt(product, LOGIN, OTHER) == 200


def test_the_current_password_cannot_be_guessed_with_a_stolen_session(
    product: Product, bearer: httpx.Client
) -> None:
    answers = [change(product, bearer, f"guess {index}").status_code for index in range(11)]
    assert answers == [401] * 10 + [429]


def test_an_inactive_user_cannot_sign_in(product: Product, bearer: httpx.Client) -> None:
    user_id = bearer.get("/auth/me").json()["id"]
    admin = product.sign_in("admin")
    admin.patch(f"/api/v1/records/user/{user_id}", json={"active": False}).raise_for_status()
    assert bearer.get("/auth/me").status_code == 401
    assert attempt(product, LOGIN, product.sign_ins[LOGIN].password) == 401


def test_guesses_made_at_the_same_time_count_too(product: Product) -> None:
    def guess(_index: int) -> int:
        return attempt(product, "nobody.at.all", "not the password")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(guess, range(16)))
    assert sorted(answers) == [401] * 10 + [429] * 6


def test_a_made_up_token_signs_nobody_out(product: Product) -> None:
    def revision() -> int:
        with product.services.database.read() as connection:
            return int(connection.fetch("SELECT security_revision FROM paas_state")[0][0])

    before = revision()
    product.client(Authorization="Bearer made-up").post("/auth/logout")
    assert revision() == before


ROUTES = [
    ("GET", "/api/v1/records/account", None),
    ("GET", "/api/v1/records/account?filter=accountName%3D%22nobody%22", None),
    ("GET", "/api/v1/records/account/{id}", None),
    ("GET", "/api/v1/records/account/01900000-0000-7000-8000-000000000000", None),
    ("POST", "/api/v1/records/account", {}),
    ("PATCH", "/api/v1/records/account/{id}", {"accountName": "改名"}),
    ("DELETE", "/api/v1/records/account/{id}", None),
    ("POST", "/api/v1/records/account/batch", {"operation": "create", "records": [{}]}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_every_record_route_notices_a_session_that_has_just_ended(
    product: Product, bearer: httpx.Client, method: str, path: str, body: object
) -> None:
    admin = product.sign_in("admin")
    record = admin.get("/api/v1/records/account?limit=1").json()["records"][0]["id"]
    url = path.format(id=record)
    assert bearer.request(method, "/api/v1/records/account/x", json=body).status_code != 401
    services, token = product.services, bearer.headers["Authorization"].removeprefix("Bearer ")
    elsewhere = Accounts(services.database, services.catalog, services.clock)
    elsewhere.sign_out(token)  # as another process of the server would
    assert bearer.request(method, url, json=body).status_code == 401
    assert admin.get(f"/api/v1/records/account/{record}").status_code == 200


def test_rights_that_moved_count_for_the_very_next_request(
    product: Product, bearer: httpx.Client
) -> None:
    assert bearer.get("/api/v1/records/account?limit=1").status_code == 200
    user_id = bearer.get("/auth/me").json()["id"]
    admin = product.sign_in("admin")
    before = admin.get(f"/api/v1/records/user/{user_id}").json()["roleId"]
    admin.patch(f"/api/v1/records/user/{user_id}", json={"roleId": None}).raise_for_status()
    try:
        assert bearer.get("/api/v1/records/account?limit=1").status_code == 403
        assert bearer.post("/api/v1/records/account", json={}).status_code == 403
    finally:
        admin.patch(f"/api/v1/records/user/{user_id}", json={"roleId": before}).raise_for_status()
    assert bearer.get("/api/v1/records/account?limit=1").status_code == 200
