"""A signed-in person at work: the requests a client makes, and what is expected of the answers."""

from __future__ import annotations

import itertools
from typing import Any

import httpx

ADDRESS = "上海市浦东新区启明路一百二十八号创新大厦八层"
_numbers = itertools.count(1)


def fresh(name: str) -> str:
    """Return a name no other record bears."""
    return f"{name}{next(_numbers):04d}"


class Desk:
    """One person's client."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    # -- plain requests --------------------------------------------------------------------------

    def get(self, path: str, *, expect: int = 200, **params: Any) -> Any:
        return self._answer(self.client.get(path, params=params), expect)

    def post(self, path: str, body: Any, *, expect: int = 200) -> Any:
        return self._answer(self.client.post(path, json=body), expect)

    def _answer(self, response: httpx.Response, expect: int) -> Any:
        assert response.status_code == expect, (response.status_code, response.text)
        kind = response.headers.get("content-type", "")
        if expect >= 400:
            assert kind.startswith("application/problem+json"), kind
        return response.json() if response.content else None

    # -- records -----------------------------------------------------------------------------------

    def create(self, object_name: str, *, expect: int = 201, **fields: Any) -> Any:
        return self.post(f"/api/v1/records/{object_name}", fields, expect=expect)

    def read(self, object_name: str, record_id: str, **params: Any) -> Any:
        return self.get(f"/api/v1/records/{object_name}/{record_id}", **params)

    def change(self, object_name: str, record_id: str, *, expect: int = 200, **fields: Any) -> Any:
        path = f"/api/v1/records/{object_name}/{record_id}"
        return self._answer(self.client.patch(path, json=fields), expect)

    def delete(self, object_name: str, record_id: str, *, expect: int = 204) -> Any:
        path = f"/api/v1/records/{object_name}/{record_id}"
        return self._answer(self.client.delete(path), expect)

    def find(self, object_name: str, **params: Any) -> list[dict[str, Any]]:
        return self.get(f"/api/v1/records/{object_name}", **params)["records"]

    def new_account(self, *, expect: int = 201, **fields: Any) -> Any:
        given = {"accountName": fresh("测试客户"), "address": ADDRESS, **fields}
        return self.create("account", expect=expect, **given)

    # -- the description ---------------------------------------------------------------------------

    def definitions(self, kind: str, object_name: str | None = None) -> list[dict[str, Any]]:
        params: dict[str, Any] = {"object": object_name} if object_name else {}
        return self.get(f"/api/v1/metadata/{kind}", **params)["definitions"]

    def publish(self, *documents: dict[str, Any], kind: str) -> Any:
        return self.publish_changes(
            [{"action": "put", "kind": kind, "document": each} for each in documents]
        )

    def publish_changes(self, changes: list[dict[str, Any]], *, expect: int = 200) -> Any:
        return self.post("/api/v1/metadata/publish", {"changes": changes}, expect=expect)

    # -- approvals and formulas --------------------------------------------------------------------

    def submit(self, object_name: str, record_id: str, *, expect: int = 201) -> Any:
        body = {"object": object_name, "id": record_id}
        return self.post("/api/v1/approvals/submit", body, expect=expect)

    def decide(self, instance: str, act: str, *, expect: int = 200) -> Any:
        return self.post(f"/api/v1/approvals/{instance}/{act}", {}, expect=expect)

    def todo(self) -> list[dict[str, Any]]:
        return self.get("/api/v1/approvals/todo")["items"]

    def check(self, source: str, *, object_name: str = "account", **body: Any) -> Any:
        request = {"object": object_name, "source": source, **body}
        return self.post("/api/v1/formula/check", request)


def violation(problem: dict[str, Any]) -> dict[str, Any]:
    """Return the only violation of an answer, without its code."""
    assert len(problem["errors"]) == 1, problem["errors"]
    return {key: value for key, value in problem["errors"][0].items() if key != "code"}
