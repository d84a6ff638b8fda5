"""A POST that is sent again under its key is answered as it was the first time, and done once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from paas.http.idempotency import KeyInProgress, KeyReused, Once
from tests.acceptance.test_bulk import clear, found
from tests.http.test_refusals import GOOD, problem
from tests.support.server import Product

RECORDS = "/api/v1/records/account"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    return product.sign_in("admin")


@pytest.fixture
def mark(admin: httpx.Client) -> Iterator[str]:
    made = uuid.uuid4().hex[:10]
    yield made
    clear(admin, made)


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def body(mark: str, number: int = 1, **values: Any) -> dict[str, Any]:
    return {**GOOD, "accountCode": f"{mark}{number}", **values}


def test_a_repeated_create_returns_the_first_record(admin: httpx.Client, mark: str) -> None:
    once = key()
    first = admin.post(RECORDS, json=body(mark), headers=once)
    again = admin.post(RECORDS, json=body(mark), headers=once)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(found(admin, mark)) == 1


def test_a_batch_is_written_once(admin: httpx.Client, mark: str) -> None:
    once, records = key(), [body(mark, 1), body(mark, 2, address="短")]
    sent = {"operation": "create", "records": records, "all_or_none": False}
    answers = [admin.post(f"{RECORDS}/batch", json=sent, headers=once) for _each in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert len(found(admin, mark)) == 1


def test_another_request_under_the_same_key_is_refused(admin: httpx.Client, mark: str) -> None:
    once = key()
    admin.post(RECORDS, json=body(mark), headers=once).raise_for_status()
    problem(admin.post(RECORDS, json=body(mark, 2), headers=once), 422, "request.key_reused")
    batch = {"operation": "create", "records": [body(mark, 3)]}
    problem(admin.post(f"{RECORDS}/batch", json=batch, headers=once), 422, "request.key_reused")
    assert len(found(admin, mark)) == 1


def test_a_refused_request_may_be_sent_again(admin: httpx.Client, mark: str) -> None:
    once = key()
    problem(admin.post(RECORDS, json=body(mark, address="短"), headers=once), 422, "record.invalid")
    assert admin.post(RECORDS, json=body(mark), headers=once).status_code == 201


def test_keys_belong_to_their_users(product: Product, admin: httpx.Client, mark: str) -> None:
    once, sales = key(), product.sign_in("sales")
    one = admin.post(RECORDS, json=body(mark, 1), headers=once)
    other = sales.post(RECORDS, json=body(mark, 2), headers=once)
    assert (one.status_code, other.status_code) == (201, 201)
    assert one.json()["id"] != other.json()["id"]


def test_equal_requests_at_once_are_one(product: Product, admin: httpx.Client, mark: str) -> None:
    once, start = key(), threading.Barrier(8)
    clients = [product.sign_in("admin") for _each in range(8)]

    def post(client: httpx.Client) -> httpx.Response:
        start.wait()
        return client.post(RECORDS, json=body(mark), headers=once)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, clients))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(found(admin, mark)) == 1


@pytest.mark.parametrize("bad", ["", "a\tb", "x" * 256, "schlüssel".encode("latin-1")])
def test_what_is_no_key_is_refused(admin: httpx.Client, mark: str, bad: Any) -> None:
    headers = {"Idempotency-Key": bad}
    problem(admin.post(RECORDS, json=body(mark), headers=headers), 422, "request.malformed")
    bulk = {"object": "account", "operation": "create"}
    problem(admin.post("/api/v1/jobs/bulk", json=bulk, headers=headers), 422, "request.malformed")
    assert found(admin, mark) == []


def test_ordinary_routes_are_carried_out_once_too(admin: httpx.Client) -> None:
    once, bulk = key(), {"object": "account", "operation": "create"}
    first = admin.post("/api/v1/jobs/bulk", json=bulk, headers=once)
    again = admin.post("/api/v1/jobs/bulk", json=bulk, headers=once)
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    assert again.headers["idempotency-replayed"] == "true"
    other = {**bulk, "operation": "update"}
    problem(admin.post("/api/v1/jobs/bulk", json=other, headers=once), 422, "request.key_reused")
    refused = key()
    wrong = {"object": "nonsense", "operation": "create"}
    for _each in range(2):
        problem(admin.post("/api/v1/jobs/bulk", json=wrong, headers=refused), 404)
    assert admin.post("/api/v1/jobs/bulk", json=bulk, headers=refused).status_code == 201


def test_an_upload_is_taken_once(admin: httpx.Client) -> None:
    once = key()
    answers = [
        admin.post(
            "/api/v1/imports", params={"object": "account"}, content=b"a,b\n1,2", headers=once
        )
        for _each in range(2)
    ]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_request_without_a_user_is_answered_as_ever(product: Product) -> None:
    answer = product.client().post("/api/v1/jobs/bulk", json={}, headers=key())
    problem(answer, 401, "auth.required")


def test_a_key_is_forgotten_after_a_day_and_a_dead_request_after_minutes(product: Product) -> None:
    database, now = product.services.database, product.services.clock()
    user = product.sign_ins["admin"].user_id

    def claim(at: Any, *parts: bytes) -> Any:
        once = Once.of(user, b"day", at, *parts)
        return database.write(once.claim), once

    known, once = claim(now, b"a")
    assert known is None
    with pytest.raises(KeyInProgress):
        claim(now + timedelta(minutes=9), b"a")
    known, once = claim(now + timedelta(minutes=11), b"a")
    assert known is None
    reply = (201, [(b"etag", b'"1"')], "好".encode())
    database.write(lambda connection: once.settle(connection, reply))
    known, _once = claim(now + timedelta(hours=23), b"a")
    assert known[0] == 201
    assert known[2] == "好".encode()
    with pytest.raises(KeyReused):
        claim(now + timedelta(hours=23), b"b")
    known, _once = claim(now + timedelta(hours=25), b"b")
    assert known is None
