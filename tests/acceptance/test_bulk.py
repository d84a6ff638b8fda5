"""Bulk jobs over HTTP: files in parts, states, results in input order, options, refusals."""

from __future__ import annotations

import csv
import io
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.http.test_refusals import LONG_ADDRESS, problem
from tests.support.server import Product

BULK = "/api/v1/jobs/bulk"
RECORDS = "/api/v1/records/account"


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    return product.sign_in("admin")


@pytest.fixture
def mark() -> str:
    """A text that only this test's records bear."""
    return uuid.uuid4().hex[:10]


def create(client: httpx.Client, **options: Any) -> dict[str, Any]:
    answer = client.post(BULK, json={"object": "account", "operation": "create", **options})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def hand_in(client: httpx.Client, job: dict[str, Any], *parts: str | bytes) -> None:
    for number, content in enumerate(parts, 1):
        answer = client.put(f"{BULK}/{job['id']}/parts/{number}", content=content)
        assert answer.status_code == 200, answer.text


def finish(client: httpx.Client, job: dict[str, Any], *parts: str | bytes) -> dict[str, Any]:
    """Hand the parts in, close the job and wait for its end."""
    hand_in(client, job, *parts)
    closed = client.post(f"{BULK}/{job['id']}/close")
    assert closed.status_code == 200, closed.text
    return wait(client, f"{BULK}/{job['id']}")


def wait(client: httpx.Client, path: str, seconds: float = 60) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        shown: dict[str, Any] = client.get(path).json()
        if shown["finished_at"]:
            return shown
        time.sleep(0.05)
    raise AssertionError(f"not done: {shown}")


def rows_of(client: httpx.Client, job: dict[str, Any], which: str) -> list[list[str]]:
    answer = client.get(f"{BULK}/{job['id']}/results/{which}")
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def lines_of(client: httpx.Client, job: dict[str, Any], which: str) -> list[dict[str, Any]]:
    answer = client.get(f"{BULK}/{job['id']}/results/{which}")
    return [json.loads(line) for line in answer.text.splitlines()]


def found(client: httpx.Client, mark: str, *fields: str) -> list[dict[str, Any]]:
    query: dict[str, str | int] = {
        "filter": f"BEGINS(accountCode, '{mark}')",
        "sort": "accountCode",
        "limit": 200,
    }
    if fields:
        query["fields"] = ",".join(fields)
    answer = client.get(RECORDS, params=query)
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def clear(client: httpx.Client, mark: str) -> None:
    for each in found(client, mark, "id"):
        client.delete(f"{RECORDS}/{each['id']}")


@pytest.fixture
def cleared(admin: httpx.Client, mark: str) -> Iterator[str]:
    yield mark
    clear(admin, mark)


def test_a_csv_job_goes_through_its_states_and_answers_every_row(
    admin: httpx.Client, cleared: str
) -> None:
    job = create(admin)
    assert (job["state"], job["status"]) == ("Open", "open")
    head = "accountCode,accountName,address,employeeNumber,isListed\r\n"
    first = f"{cleared}1,一,{LONG_ADDRESS},12,true\r\n{cleared}2,二,太短,1,false\r\n"
    second = (
        f'{cleared}3,"三\n行","{LONG_ADDRESS}",很多,否\r\n{cleared}4,四,{LONG_ADDRESS},7,是\r\n'
    )
    done = finish(admin, job, head + first, head + second)
    assert (done["state"], done["done"], done["failed"], done["total"]) == ("JobComplete", 2, 2, 4)
    assert [each["part"] for each in done["parts"]] == [1, 2]
    success, failed = rows_of(admin, job, "success"), rows_of(admin, job, "failed")
    assert success[0] == ["accountCode", "accountName", "address", "employeeNumber", "isListed",
                          "编号", "新建"]  # fmt: skip
    assert [(row[0], row[-1]) for row in success[1:]] == [
        (f"{cleared}1", "true"), (f"{cleared}4", "true"),
    ]  # fmt: skip
    assert [(row[0], row[1], row[5], row[6]) for row in failed[1:]] == [
        (f"{cleared}2", "二", "2", "rule.violated"),
        (f"{cleared}3", "三\n行", "3", "field.type_mismatch"),
    ]
    assert "客户地址长度小于20个字" in failed[1][7]
    assert rows_of(admin, job, "unprocessed")[1:] == []
    written = found(admin, cleared, "accountCode", "employeeNumber", "isListed")
    assert [(each["employeeNumber"], each["isListed"]) for each in written] == [
        (12, True), (7, True),
    ]  # fmt: skip


def test_reasons_come_in_the_language_of_whoever_asks(product: Product, cleared: str) -> None:
    chinese, english = (product.sign_in("admin", language=each) for each in ("zh-CN", "en-US"))
    job = create(chinese, format="ndjson")
    line = json.dumps({"accountCode": f"{cleared}1", "address": LONG_ADDRESS})
    finish(chinese, job, line)
    details = [lines_of(each, job, "failed")[0]["error"]["errors"][0]["detail"]
               for each in (chinese, english)]  # fmt: skip
    assert details[0].startswith("请填写")
    assert details[1].endswith("is required.")


def test_upserts_and_parents_by_external_id(admin: httpx.Client, cleared: str) -> None:
    def line(number: int, **values: Any) -> str:
        return json.dumps({"accountCode": f"{cleared}{number}", **values}) + "\n"

    good = {"accountName": "甲", "address": LONG_ADDRESS}
    first = create(admin, operation="upsert", match_by="accountCode", format="ndjson", chunk_size=2)
    done = finish(admin, first, line(1, **good) + line(2, **good) + line(3, **good))
    assert (done["done"], done["failed"]) == (3, 0)
    parent = {"parentAccountId": {"accountCode": f"{cleared}1"}}
    second = create(admin, operation="upsert", match_by="accountCode", format="ndjson")
    finish(admin, second, line(2, **parent) + line(4, **good, **parent))
    assert [each["created"] for each in lines_of(admin, second, "success")] == [False, True]
    one, two, _three, four = found(admin, cleared, "parentAccountId")
    assert two["parentAccountId"] == four["parentAccountId"] == one["id"]
    third = create(admin, operation="delete", match_by="accountCode")
    done = finish(admin, third, f"accountCode\n{cleared}4\n{cleared}9\n")
    assert (done["done"], done["failed"]) == (1, 1)
    fourth = create(admin, operation="update", match_by="accountCode")
    key = f"accountCode,parentAccountId.accountCode,accountName\n{cleared}3,{cleared}1,乙\n"
    assert finish(admin, fourth, key)["done"] == 1
    assert found(admin, cleared, "accountName", "parentAccountId.accountCode")[2] == {
        "id": _three["id"], "accountName": "乙", "parentAccountId.accountCode": f"{cleared}1",
    }  # fmt: skip


def test_all_or_none_counts_for_each_chunk(admin: httpx.Client, cleared: str) -> None:
    job = create(admin, all_or_none=True, chunk_size=2)
    rows = [f"{cleared}{n},客户,{'短' if n == 2 else LONG_ADDRESS}" for n in range(1, 5)]
    done = finish(admin, job, "accountCode,accountName,address\n" + "\n".join(rows))
    assert (done["done"], done["failed"]) == (2, 2)
    assert [row[4] for row in rows_of(admin, job, "failed")[1:]] == [
        "row.chunk_refused", "rule.violated",
    ]  # fmt: skip
    assert [each["accountCode"] for each in found(admin, cleared, "accountCode")] == [
        f"{cleared}3", f"{cleared}4",
    ]  # fmt: skip


def test_checks_are_left_out_only_with_a_permission(product: Product, mark: str) -> None:
    body = {"object": "account", "operation": "create", "skip": ["rules"]}
    for login in ("admin", "sales"):
        problem(product.sign_in(login).post(BULK, json=body), 403, "access.denied")


def test_a_job_takes_parts_only_while_it_is_open(admin: httpx.Client, cleared: str) -> None:
    job = create(admin)
    hand_in(admin, job, "accountName\nfalsch\n")
    again = f"accountCode,accountName,address\n{cleared}1,对,{LONG_ADDRESS}\n"
    done = finish(admin, job, again)
    assert (done["done"], len(done["parts"])) == (1, 1)
    late = admin.put(f"{BULK}/{job['id']}/parts/2", content="x")
    problem(late, 409, "job.wrong_state")
    problem(admin.post(f"{BULK}/{job['id']}/close"), 409, "job.wrong_state")
    problem(admin.post(f"{BULK}/{job['id']}/abort"), 409, "job.wrong_state")


def test_an_aborted_job_writes_nothing(admin: httpx.Client, mark: str) -> None:
    job = create(admin)
    hand_in(admin, job, f"accountCode,accountName,address\n{mark}1,客户,{LONG_ADDRESS}\n")
    assert admin.post(f"{BULK}/{job['id']}/abort").json()["state"] == "Aborted"
    assert [row[0] for row in rows_of(admin, job, "unprocessed")] == ["accountCode", f"{mark}1"]
    assert found(admin, mark) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"accountName,nonsense\nx,y\n", "import.mapping_invalid"),
        (b"", "file.unreadable"),
        (b"accountName\n\xff\xfe\xfa\n", "file.unreadable"),
        (b'accountName\n"' + b"x" * 5_000_000, "file.unreadable"),
        (b",,\nx,y,z\n", "import.mapping_invalid"),
        (b"accountName,accountName\nx,y\n", "import.mapping_invalid"),
    ],
    ids=["unknown column", "empty", "encoding", "endless cell", "no header", "column twice"],
)
def test_a_file_that_cannot_be_read_ends_the_job_with_a_reason(
    admin: httpx.Client, content: bytes, code: str
) -> None:
    job = create(admin)
    failed = finish(admin, job, content)
    assert (failed["state"], failed["problem"]["code"], failed["done"]) == ("Failed", code, 0)
    assert failed["problem"]["detail"]


def test_bad_lines_are_refused_in_their_places(admin: httpx.Client, cleared: str) -> None:
    good = {"accountName": "好", "address": LONG_ADDRESS}
    lines = [
        json.dumps({**good, "accountCode": f"{cleared}1"}),
        "[]", "{", "7", "null", '{"a":' * 90 + "1" + "}" * 90,
        json.dumps({**good, "accountCode": ["x"]}),
        json.dumps({**good, "id": 5, "createdAt": "x", "version": -1}),
        '{"accountName": "\\ud800", "address": 1e999}',
        '{"accountName": "a\\u0000b"}',
        json.dumps({**good, "accountCode": f"{cleared}2"}),
    ]  # fmt: skip
    job = create(admin, format="ndjson")
    done = finish(admin, job, "\n".join(lines))
    assert (done["done"], done["failed"]) == (2, 9)
    failed = lines_of(admin, job, "failed")
    assert [each["row"] for each in failed] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert all(each["error"]["errors"] or each["error"]["detail"] for each in failed)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"object": "nonsense", "operation": "create"}, 404, "metadata.object_unknown"),
        ({"object": "account", "operation": "merge"}, 422, "request.malformed"),
        ({"object": "account", "operation": "upsert", "match_by": "phone"}, 422, "query.invalid"),
        ({"object": "account", "operation": "create", "chunk_size": 0}, 422, "request.malformed"),
        ({"object": "account", "operation": "create", "skip": ["sleep"]}, 422, "request.malformed"),
        ({"object": "account", "operation": "create", "encoding": "x"}, 422, "request.malformed"),
    ],
)  # fmt: skip
def test_what_no_job_can_be_is_refused(
    admin: httpx.Client, body: dict[str, Any], status: int, code: str
) -> None:
    problem(admin.post(BULK, json=body), status, code)


def test_jobs_are_their_owners_own(product: Product, admin: httpx.Client, cleared: str) -> None:
    sales = product.sign_in("sales")
    job = create(admin)
    finish(admin, job, f"accountCode,accountName,address\n{cleared}1,客户,{LONG_ADDRESS}\n")
    for path in ("", "/results/success", "/results/failed"):
        problem(sales.get(f"{BULK}/{job['id']}{path}"), 404, "job.not_found")
    problem(sales.post(f"/api/v1/jobs/{job['id']}/cancel"), 404, "job.not_found")
    theirs = create(sales)
    assert admin.get(f"{BULK}/{theirs['id']}").status_code == 200
    problem(admin.get(f"{BULK}/{theirs['id']}/results/success"), 404, "job.not_found")
    assert theirs["id"] in {each["id"] for each in sales.get(BULK).json()["jobs"]}
    assert job["id"] not in {each["id"] for each in sales.get("/api/v1/jobs").json()["jobs"]}
    for bad in ("nonsense", str(uuid.uuid4())):
        problem(admin.get(f"/api/v1/jobs/{bad}"), 404, "job.not_found")
        problem(admin.put(f"{BULK}/{bad}/parts/1", content="x"), 404, "job.not_found")


def test_rows_are_written_with_the_permissions_of_the_owner(
    product: Product, admin: httpx.Client, cleared: str
) -> None:
    sales = product.sign_in("sales")
    job = create(sales)
    head = "accountCode,accountName,address,creditLimit\n"
    failed = finish(sales, job, f"{head}{cleared}1,客户,{LONG_ADDRESS},5\n")
    assert (failed["state"], failed["problem"]["code"]) == ("Failed", "import.mapping_invalid")
    lines = create(sales, format="ndjson")
    row = {"accountCode": f"{cleared}2", "accountName": "x", "address": LONG_ADDRESS}
    done = finish(sales, lines, json.dumps({**row, "creditLimit": 5}))
    assert done["failed"] == 1
    codes = [each["code"] for each in lines_of(sales, lines, "failed")[0]["error"]["errors"]]
    assert codes == ["field.not_writable"]


def test_progress_is_streamed_until_the_end(admin: httpx.Client, cleared: str) -> None:
    job = create(admin, chunk_size=10)
    rows = "".join(f"{cleared}{n:03},客户,{LONG_ADDRESS}\n" for n in range(60))
    hand_in(admin, job, "accountCode,accountName,address\n" + rows)
    admin.post(f"{BULK}/{job['id']}/close")
    seen = []
    with admin.stream("GET", f"/api/v1/jobs/{job['id']}/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        seen = [
            json.loads(line.removeprefix("data: "))
            for line in events.iter_lines()
            if line.startswith("data: ")
        ]
    assert (seen[-1]["status"], seen[-1]["done"]) == ("done", 60)
    assert [each["done"] for each in seen] == sorted(each["done"] for each in seen)


def test_a_job_pauses_and_goes_on_where_it_stopped(admin: httpx.Client, cleared: str) -> None:
    job = create(admin, chunk_size=1)
    rows = "".join(f"{cleared}{n:03},客户,{LONG_ADDRESS}\n" for n in range(150))
    hand_in(admin, job, "accountCode,accountName,address\n" + rows)
    path = f"{BULK}/{job['id']}"
    admin.post(f"{path}/close")
    until = time.monotonic() + 30
    while admin.get(path).json()["done"] == 0 and time.monotonic() < until:
        time.sleep(0.01)
    assert admin.post(f"/api/v1/jobs/{job['id']}/pause").status_code == 200
    while admin.get(path).json()["state"] != "Paused" and time.monotonic() < until:
        time.sleep(0.01)
    paused = admin.get(path).json()
    assert (paused["state"], paused["total"]) == ("Paused", 150)
    assert 0 < paused["done"] < 150
    assert len(found(admin, cleared)) == paused["done"]
    assert len(rows_of(admin, job, "unprocessed")) == 150 - paused["done"] + 1
    assert admin.post(f"/api/v1/jobs/{job['id']}/resume").status_code == 200
    assert wait(admin, path)["done"] == 150
    assert len(found(admin, cleared)) == 150


def test_rows_the_database_refuses_leave_the_others_alone(
    admin: httpx.Client, cleared: str
) -> None:
    row = ",客户," + LONG_ADDRESS + "\n"
    codes = [f"{cleared}{number % 40:02}" for number in range(50)]
    job = create(admin)
    done = finish(admin, job, "accountCode,accountName,address\n" + "".join(c + row for c in codes))
    assert (done["done"], done["failed"]) == (40, 10)
    failed = rows_of(admin, job, "failed")[1:]
    assert [(each[0], each[3]) for each in failed] == [
        (codes[number], str(number + 1)) for number in range(40, 50)
    ]
    assert {each[4] for each in failed} == {"field.not_unique"}
