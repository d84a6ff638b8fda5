"""Sessions and passwords: a changed password closes doors, and guessing is slowed at each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

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
