"""Bad input of every kind is answered with a problem document, and nothing is written."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.support.server import Product

LONG_ADDRESS = "北京市海淀区中关村大街一号院甲二号楼三层四零五室"
GOOD = {"accountName": "拒绝测试", "address": LONG_ADDRESS}
UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    """A client signed in as the administrator."""
    return product.sign_in("admin")


def problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """Assert the canonical shape of a problem document and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "trace_id", "errors"} <= body.keys()
    assert body["status"] == status
    assert body["type"] == f"/problems/{body['code']}"
    assert body["detail"]
    for error in body["errors"]:
        assert {"pointer", "code", "detail"} <= error.keys()
        assert error["detail"]
    if code is not None:
        assert body["code"] == code
    return body


def total(client: httpx.Client) -> int:
    """Return the number of accounts."""
    answer = client.get("/api/v1/records/account", params={"limit": 1, "count": "true"})
    return int(answer.json()["count"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/records/account",
        "/api/v1/describe",
        "/api/v1/metadata/object",
        "/api/v1/ui/navigation",
        "/api/v1/approvals/todo",
        "/api/v1/formula/functions",
        "/api/v1/jobs",
        "/api/v1/jobs/bulk",
        "/api/v1/imports/x",
        "/api/v1/exports/stream/account",
        "/openapi.json",
        "/auth/me",
    ],
)
def test_requests_without_credentials_get_401(product: Product, path: str) -> None:
    answer = product.client().get(path)
    problem(answer, 401, "auth.required")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_made_up_token_is_refused(product: Product) -> None:
    client = product.client(Authorization="Bearer nonsense")
    problem(client.get("/api/v1/records/account"), 401, "auth.required")


def test_a_wrong_password_is_refused_like_an_unknown_user(product: Product) -> None:
    client = product.client()
    for username in ("admin", "nobody-at-all"):
        answer = client.post("/auth/token", json={"username": username, "password": "wrong-one"})
        problem(answer, 401, "auth.refused")


def test_a_cookie_alone_cannot_change_anything(product: Product) -> None:
    client = product.client()
    body = {"username": "admin", "password": product.sign_ins["admin"].password}
    client.post("/auth/login", json=body).raise_for_status()
    answer = client.post("/api/v1/records/account", json=GOOD)
    problem(answer, 403, "auth.cross_site")
    problem(client.patch("/auth/me", json={"language": "en-US"}), 403, "auth.cross_site")


def test_signing_out_ends_the_session(product: Product) -> None:
    client = product.sign_in("admin")
    assert client.get("/auth/me").status_code == 200
    assert client.post("/auth/logout").status_code == 204
    problem(client.get("/auth/me"), 401, "auth.required")
    problem(client.get("/api/v1/records/account"), 401, "auth.required")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b'{"accountName": NaN}', 422),
        (b"\xff\xfe", 422),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, 422),
        (b'{"accountName": "' + b"x" * (10 * 1024 * 1024) + b'"}', 413),
    ],
    ids=["empty", "broken", "list", "null", "text", "nan", "not utf-8", "deep", "10 MB"],
)
def test_a_body_that_is_no_record_is_refused(admin: httpx.Client, body: bytes, status: int) -> None:
    before = total(admin)
    problem(admin.post("/api/v1/records/account", content=body), status)
    assert total(admin) == before


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"accountName": None}, "/accountName", "field.required"),
        ({"accountName": 7}, "/accountName", "field.type_mismatch"),
        ({"accountName": "x" * 5000}, "/accountName", "field.too_long"),
        ({"accountName": "a\u0000b"}, "/accountName", None),
        ({"nonsense": 1}, "/nonsense", "field.unknown"),
        ({"id": UNKNOWN_ID}, "/id", None),
        ({"createdAt": "2020-01-01T00:00:00Z"}, "/createdAt", None),
        ({"approvalStatus": "approved"}, "/approvalStatus", None),
        ({"lockStatus": "locked"}, "/lockStatus", None),
        ({"parentAccountId": UNKNOWN_ID}, "/parentAccountId", None),
        ({"parentAccountId": "not an id"}, "/parentAccountId", None),
        ({"annualRevenue": "12"}, "/annualRevenue", None),
        ({"annualRevenue": 1e300}, "/annualRevenue", None),
        ({"employeeNumber": 1.5}, "/employeeNumber", None),
        ({"entityType": "nonsense"}, "/entityType", None),
        ({"industry": "nonsense"}, "/industry", None),
        ({"email": "nobody"}, None, None),
    ],
)
def test_a_bad_value_is_refused_in_its_place(
    admin: httpx.Client, change: dict[str, Any], pointer: str | None, code: str | None
) -> None:
    before = total(admin)
    body = problem(admin.post("/api/v1/records/account", json={**GOOD, **change}), 422)
    if pointer is not None:
        places = {error["pointer"]: error["code"] for error in body["errors"]}
        assert pointer in places
        assert code is None or places[pointer] == code
    assert total(admin) == before


def test_all_violations_come_in_one_answer(admin: httpx.Client) -> None:
    body = problem(
        admin.post("/api/v1/records/account", json={"accountName": None, "industry": "?", "x": 1}),
        422,
    )
    assert {"/accountName", "/industry", "/x"} <= {each["pointer"] for each in body["errors"]}


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "nonsense = 1"},
        {"filter": "accountName ="},
        {"filter": "accountName"},
        {"filter": "ISCHANGED(accountName)"},
        {"filter": "((((" * 100},
        {"filter": "accountName = 1"},
        {"filter": "industry = '没有这个行业'"},
        {"sort": "nonsense"},
        {"sort": "-"},
        {"fields": "nonsense"},
        {"fields": "ownerId.nonsense"},
        {"fields": "accountName.name"},
        {"cursor": "nonsense"},
        {"cursor": "eyJhIjoxfQ"},
    ],
)
def test_a_bad_query_is_refused(admin: httpx.Client, query: dict[str, str]) -> None:
    problem(admin.get("/api/v1/records/account", params=query), 422)


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"count": "maybe"}, {"page": "2"}],
)
def test_a_bad_parameter_is_refused(admin: httpx.Client, query: dict[str, str]) -> None:
    problem(admin.get("/api/v1/records/account", params=query), 422, "request.malformed")


def test_unknown_addresses_and_methods_are_problems(admin: httpx.Client) -> None:
    problem(admin.get("/api/v1/records/nonsense"), 404, "metadata.object_unknown")
    problem(admin.get(f"/api/v1/records/account/{UNKNOWN_ID}"), 404, "record.not_found")
    problem(admin.get("/api/v1/records/account/not-an-id"), 404, "record.not_found")
    problem(admin.get("/api/v1/records/account/a/b"), 404, "request.not_found")
    problem(admin.get("/api/v1/nonsense"), 404, "request.not_found")
    problem(admin.put("/api/v1/records/account", json={}), 405, "request.method_not_allowed")
    problem(admin.delete("/api/v1/describe"), 405, "request.method_not_allowed")
    problem(admin.patch(f"/api/v1/records/account/{UNKNOWN_ID}", json={}), 404)
    problem(admin.delete(f"/api/v1/records/account/{UNKNOWN_ID}"), 404, "record.not_found")


def test_a_stale_version_is_412_and_names_the_current_one(admin: httpx.Client) -> None:
    created = admin.post("/api/v1/records/account", json=GOOD)
    path = created.headers["location"]
    tag = created.headers["etag"]
    first = admin.patch(path, json={"accountName": "一"}, headers={"If-Match": tag})
    assert first.status_code == 200
    body = problem(
        admin.patch(path, json={"accountName": "二"}, headers={"If-Match": tag}),
        412,
        "record.stale",
    )
    assert str(first.json()["version"]) in str(body)
    assert admin.get(path).json()["accountName"] == "一"
    problem(admin.delete(path, headers={"If-Match": tag}), 412, "record.stale")
    problem(admin.delete(path, headers={"If-Match": "soon"}), 422, "request.malformed")
    assert admin.delete(path).status_code == 204


def test_a_known_version_is_answered_304(admin: httpx.Client) -> None:
    created = admin.post("/api/v1/records/account", json=GOOD)
    path, tag = created.headers["location"], created.headers["etag"]
    answer = admin.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert answer.content == b""
    assert admin.delete(path).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"operation": "merge", "records": [{}]},
        {"operation": "create", "records": []},
        {"operation": "create", "records": [GOOD] * 201},
        {"operation": "create", "records": [1]},
        {"operation": "create", "records": [GOOD], "all_or_none": "yes"},
        {"operation": "create", "records": [GOOD], "extra": 1},
    ],
)
def test_a_malformed_batch_is_refused(admin: httpx.Client, body: dict[str, Any]) -> None:
    before = total(admin)
    problem(admin.post("/api/v1/records/account/batch", json=body), 422, "request.malformed")
    assert total(admin) == before


def test_an_all_or_none_batch_writes_nothing_when_one_row_is_refused(admin: httpx.Client) -> None:
    before = total(admin)
    rows = [GOOD, {**GOOD, "address": "太短"}, GOOD]
    answer = admin.post(
        "/api/v1/records/account/batch", json={"operation": "create", "records": rows}
    )
    body = problem(answer, 422)
    assert all(error["pointer"].startswith("/records/1") for error in body["errors"])
    assert total(admin) == before


def test_a_partial_batch_answers_each_row_in_its_place(admin: httpx.Client) -> None:
    before = total(admin)
    rows = [GOOD, {**GOOD, "address": "太短"}, {**GOOD, "accountName": None}, GOOD]
    answer = admin.post(
        "/api/v1/records/account/batch",
        json={"operation": "create", "records": rows, "all_or_none": False},
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert ["error" in each for each in results] == [False, True, True, False]
    assert results[1]["error"]["errors"][0]["rule"] == "addressLength"
    assert total(admin) == before + 2
    for each in (results[0], results[3]):
        assert admin.delete(f"/api/v1/records/account/{each['id']}").status_code == 204


def test_sentences_come_in_the_language_asked_for(product: Product) -> None:
    chinese = product.sign_in("admin", language="zh-CN").get("/api/v1/records/nonsense").json()
    english = product.sign_in("admin", language="en-US").get("/api/v1/records/nonsense").json()
    assert chinese["code"] == english["code"]
    assert chinese["detail"] != english["detail"]
    assert english["detail"].isascii() or "“" in english["detail"]


def test_every_problem_type_can_be_looked_up(admin: httpx.Client) -> None:
    body = problem(admin.get("/api/v1/records/nonsense"), 404)
    explained = admin.get(body["type"])
    assert explained.status_code == 200
    assert explained.json()["code"] == body["code"]
    assert set(explained.json()["sentences"]) == {"zh-CN", "en-US"}


def test_only_administrators_reach_the_description(product: Product) -> None:
    client = product.sign_in("sales")
    problem(client.get("/api/v1/metadata/object"), 403, "access.permission_missing")
    change = {"action": "put", "kind": "object", "document": {"name": "sneaky", "label": "x"}}
    answer = client.post("/api/v1/metadata/publish", json={"changes": [change]})
    problem(answer, 403, "access.permission_missing")


@pytest.mark.parametrize(
    "change",
    [
        {"action": "put", "kind": "nonsense", "document": {}},
        {"action": "put", "kind": "object", "document": {}},
        {"action": "put", "kind": "object", "document": {"name": "9 lives"}},
        {
            "action": "put",
            "kind": "field",
            "document": {"object": "nope", "name": "a", "type": "text"},
        },
        {
            "action": "put",
            "kind": "field",
            "document": {"object": "account", "name": "zz", "type": "?"},
        },
        {
            "action": "put",
            "kind": "validation_rule",
            "document": {"object": "account", "name": "bad", "when": "LEN(", "message": "x"},
        },
        {"action": "delete", "kind": "object", "document": {"name": "nonsense"}},
        {"action": "delete", "kind": "object", "document": {"name": "user"}},
        {"action": "delete", "kind": "field", "document": {"object": "account", "name": "address"}},
    ],
)
def test_a_bad_publish_changes_nothing(admin: httpx.Client, change: dict[str, Any]) -> None:
    before = admin.get("/readyz").json()["revision"]
    answer = admin.post("/api/v1/metadata/publish", json={"changes": [change]})
    assert 400 <= answer.status_code < 500, answer.text
    problem(answer, answer.status_code)
    assert admin.get("/readyz").json()["revision"] == before


def test_a_version_in_the_body_is_expected_like_if_match(admin: httpx.Client) -> None:
    created = admin.post("/api/v1/records/account", json=GOOD)
    path, version = created.headers["location"], created.json()["version"]
    first = admin.patch(path, json={"accountName": "一", "version": version})
    assert first.status_code == 200
    stale = admin.patch(path, json={"accountName": "二", "version": version})
    problem(stale, 412, "record.stale")
    problem(admin.patch(path, json={"accountName": "三", "version": "1"}), 422)
    problem(admin.patch(path, json={"id": UNKNOWN_ID}), 422, "request.malformed")
    assert admin.get(path).json()["accountName"] == "一"
    assert admin.delete(path).status_code == 204


def test_a_refused_method_names_the_allowed_ones(admin: httpx.Client) -> None:
    refused = {
        "/api/v1/records/account": "GET, HEAD, POST",
        "/api/v1/records/account/batch": "POST",
        f"/api/v1/records/account/{UNKNOWN_ID}": "GET, HEAD, PATCH, DELETE",
        "/api/v1/describe": "GET",
    }
    for path, allowed in refused.items():
        answer = admin.put(path, json={})
        problem(answer, 405, "request.method_not_allowed")
        assert answer.headers["allow"] == allowed
