"""The change feed over HTTP: polling, the stream, its bounds and its end."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from paas.app.server import Server
from tests.support.server import Product

OBJECT = "told"
PATH = f"/api/v1/records/{OBJECT}"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    client = product.sign_in("admin")
    changes: list[dict[str, Any]] = [
        {"action": "put", "kind": kind, "document": document}
        for kind, document in (
            ("object", {"name": OBJECT, "label": "通知", "require_version": True}),
            ("field", {"object": OBJECT, "name": "name", "type": "text"}),
        )
    ]
    answer = client.post("/api/v1/metadata/publish", json={"changes": changes})
    assert answer.status_code == 200, answer.text
    return client


def create(client: httpx.Client, name: str) -> str:
    answer = client.post(PATH, json={"name": name})
    assert answer.status_code == 201
    return str(answer.json()["id"])


def settled(client: httpx.Client, since: str, count: int) -> list[dict[str, Any]]:
    """Poll until so many changes have come; other transactions may hold them back a moment."""
    found: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    while len(found) < count and time.monotonic() < deadline:
        page = client.get("/api/v1/changes", params={"since": since, "objects": OBJECT}).json()
        found += page["changes"]
        since = page["next"]
    return found


def test_polling(admin: httpx.Client) -> None:
    first = admin.get("/api/v1/changes")
    assert first.headers["cache-control"] == "no-store"
    assert (first.json()["changes"], first.json()["hasMore"]) == ([], False)
    record = create(admin, "甲")
    (found,) = settled(admin, first.json()["next"], 1)
    assert (found["changeType"], found["recordId"]) == ("create", record)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?since=nonsense", 422, "query.invalid"),
        ("?limit=0", 422, "request.malformed"),
        ("?objects=nowhere", 404, "metadata.object_unknown"),
        ("/stream?since=nonsense", 422, "query.invalid"),
        ("/stream?objects=nowhere", 404, "metadata.object_unknown"),
    ],
)
def test_bad_questions(admin: httpx.Client, query: str, status: int, code: str) -> None:
    answer = admin.get(f"/api/v1/changes{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_nobody_listens_without_a_sign_in(product: Product) -> None:
    assert product.client().get("/api/v1/changes/stream").status_code == 401


# ---------------------------------------------------------------- the stream


@contextmanager
def listening(client: httpx.Client, **headers: str) -> Iterator[Iterator[dict[str, str]]]:
    """Yield the events of a stream; the first one has the cursor it begins with."""
    url = "/api/v1/changes/stream"
    with client.stream("GET", url, params={"objects": OBJECT}, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer.iter_lines())


def events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    found: dict[str, str] = {}
    for line in lines:
        if line:
            key, _, value = line.partition(":")
            found[key] = value.strip()
        elif found:
            yield found
            found = {}


def test_a_stream_tells_what_happens_and_goes_on_where_it_was(admin: httpx.Client) -> None:
    with listening(admin) as stream:
        begins = next(stream)
        assert "data" not in begins
        began = time.monotonic()
        first = create(admin, "一")
        told = next(stream)
        assert time.monotonic() - began < 5
        assert (told["event"], json.loads(told["data"])["recordId"]) == ("change", first)
    second = create(admin, "二")
    with listening(admin, **{"Last-Event-ID": told["id"]}) as stream:
        assert "data" not in next(stream)
        assert json.loads(next(stream)["data"])["recordId"] == second
    with listening(admin, **{"Last-Event-ID": begins["id"]}) as stream:
        next(stream)
        found = [json.loads(next(stream)["data"])["recordId"] for _each in range(2)]
        assert found == [first, second]


def test_listeners_hold_no_connections_and_are_counted(
    product: Product, admin: httpx.Client
) -> None:
    streams = product.services.streams
    limit, streams._limit = streams._limit, 20
    try:
        opened = [listening(admin) for _each in range(20)]
        listeners = [each.__enter__() for each in opened]
        for listener in listeners:
            next(listener)
        refused = admin.get("/api/v1/changes/stream")
        assert (refused.status_code, refused.json()["code"]) == (429, "changes.too_many_streams")
        create(admin, "still served")  # the pool has fewer connections than there are listeners
        for stream in opened:
            stream.__exit__(None, None, None)
        record = create(admin, "all listeners have gone")
        assert settled(admin, "oldest", 1)[-1]["recordId"]
        deadline = time.monotonic() + 30
        while streams._listeners and time.monotonic() < deadline:
            admin.get(f"{PATH}/{record}")
            time.sleep(0.1)
        assert streams._listeners == 0
    finally:
        streams._limit = limit


def test_streams_end_when_the_server_does(product: Product, admin: httpx.Client) -> None:
    streams = product.services.streams
    server = Server.__new__(Server)
    server._streams = streams
    server._captured_signals, server.should_exit, server.force_exit = [], False, False
    with listening(admin) as stream:
        next(stream)
        timer = threading.Timer(0.2, server.handle_exit, (15, None))
        timer.start()
        try:
            assert list(stream) == []
            assert server.should_exit
            assert admin.get("/api/v1/changes/stream").status_code == 429
        finally:
            timer.join()
            streams.is_stopping = False


# ---------------------------------------------------------------- lost updates


def test_versions_guard_against_lost_updates(admin: httpx.Client) -> None:
    path = f"{PATH}/{create(admin, 'a')}"
    missing = admin.patch(path, json={"name": "b"})
    assert (missing.status_code, missing.json()["code"]) == (428, "record.version_required")
    assert admin.delete(path, headers={"If-Match": "*"}).status_code == 428
    assert admin.patch(path, json={"name": "b"}, headers={"If-Match": '"1"'}).status_code == 200
    stale = admin.patch(path, json={"name": "c"}, headers={"If-Match": '"1"'})
    body = stale.json()
    assert (stale.status_code, body["code"]) == (412, "record.stale")
    assert (body["version"], body["changedFields"]) == (2, ["name"])
