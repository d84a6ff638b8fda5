"""Forged cursors, and moves of departments of which only some may come about."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.server import Product

DEPARTMENTS = "/api/v1/records/department"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


def _forged(cursor: str, place: int, value: object) -> str:
    held = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    held[place] = value
    return base64.urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")


@pytest.mark.parametrize("value", ["", "x", "A" * 5000, "2024-01-01", "NaN", 1, True, [], {}])
@pytest.mark.parametrize(
    ("sort", "place"),
    [("id", 1), ("accountName", 2), ("-ownerId", 1), ("parentAccountId.ownerId", 1)],
)
def test_a_cursor_whose_ids_are_none_is_refused(
    admin: httpx.Client, sort: str, place: int, value: object
) -> None:
    query = {"sort": sort, "limit": "2", "fields": "id"}
    page = admin.get("/api/v1/records/account", params=query).json()
    query["cursor"] = _forged(page["next"], place, value)
    answer = admin.get("/api/v1/records/account", params=query)
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["errors"]] == ["query.cursor_invalid"]


@pytest.fixture
def department(admin: httpx.Client) -> Callable[..., str]:
    """Make a department and return its id."""

    def make(parent: str | None = None, code: str | None = None) -> str:
        body = {"departName": "评审", "parentDepartId": parent, "departCode": code}
        answer = admin.post(DEPARTMENTS, json=body)
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["id"]
        return made

    return make


@pytest.mark.parametrize("fault", ["duplicate", "missing"])
def test_partial_moves_make_no_cycle_when_one_is_refused_later(
    admin: httpx.Client, department: Callable[..., str], fault: str
) -> None:
    taken = uuid.uuid4().hex
    upper = department()
    lower = department(upper)
    department(None, taken)
    wrong: dict[str, Any] = {"departCode": taken} if fault == "duplicate" else {"departName": None}
    rows = [
        {"id": lower, "parentDepartId": None, **wrong},
        {"id": upper, "parentDepartId": lower},
    ]
    body = {"operation": "update", "all_or_none": False, "records": rows}
    answer = admin.post(f"{DEPARTMENTS}/batch", json=body)
    assert answer.status_code == 200, answer.text
    assert all("error" in each for each in answer.json()["results"])
    assert admin.get(f"{DEPARTMENTS}/{upper}").json()["parentDepartId"] is None
    assert admin.get(f"{DEPARTMENTS}/{lower}").json()["parentDepartId"] == upper


def test_moves_that_go_together_may_change_places(
    admin: httpx.Client, department: Callable[..., str]
) -> None:
    upper = department()
    lower = department(upper)
    rows = [{"id": lower, "parentDepartId": None}, {"id": upper, "parentDepartId": lower}]
    body = {"operation": "update", "records": rows}
    assert admin.post(f"{DEPARTMENTS}/batch", json=body).status_code == 200
    assert admin.get(f"{DEPARTMENTS}/{upper}").json()["parentDepartId"] == lower
