"""Exports over HTTP: what the reader may see, in three formats, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import python_calamine

from tests.acceptance.test_bulk import clear, wait
from tests.acceptance.test_imports import IMPORTS, upload
from tests.http.test_refusals import LONG_ADDRESS, problem
from tests.support.server import Product

EXPORTS = "/api/v1/exports"
STREAM = f"{EXPORTS}/stream/account"
DANGEROUS = [
    "=1+1", "+8613800000000", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1",
    "=cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    return product.sign_in("admin")


@pytest.fixture
def mark(admin: httpx.Client) -> Iterator[str]:
    made = uuid.uuid4().hex[:10]
    yield made
    clear(admin, made)


def create(client: httpx.Client, mark: str, number: int, **values: Any) -> dict[str, Any]:
    body = {"accountCode": f"{mark}{number:02}", "accountName": "客户", "address": LONG_ADDRESS}
    answer = client.post("/api/v1/records/account", json={**body, **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def table(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def sheet(content: bytes) -> list[list[Any]]:
    book = python_calamine.load_workbook(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def query(mark: str, **more: str) -> dict[str, str]:
    return {"filter": f"BEGINS(accountCode, '{mark}')", "sort": "accountCode", **more}


def test_cells_that_look_like_formulas_are_made_harmless_and_read_back(
    admin: httpx.Client, mark: str
) -> None:
    for number, text in enumerate(DANGEROUS):
        create(admin, mark, number, accountName=text, annualRevenue=-number - 0.5)
    fields = "accountCode,accountName,annualRevenue,address"
    rows = table(admin.get(STREAM, params=query(mark, fields=fields, labels="false")))
    assert rows[0] == ["id", "accountCode", "accountName", "annualRevenue", "address"]
    shown = [row[2] for row in rows[1:]]
    assert all(text[0] not in "=+-@\t\r\n＝" for text in shown)
    assert shown == ["'" + text if text != "'=1" else text for text in DANGEROUS]
    assert [row[3] for row in rows[1:]] == [f"-{number}.50" for number in range(len(DANGEROUS))]
    workbook = admin.get(STREAM, params=query(mark, fields="accountName", format="xlsx"))
    assert [row[1] for row in sheet(workbook.content)[1:]] == DANGEROUS
    edited = io.StringIO(newline="")
    csv.writer(edited).writerows([rows[0][1:], *(row[1:] for row in rows[1:])])
    job = upload(admin, edited.getvalue().encode())
    admin.patch(f"{IMPORTS}/{job['id']}", json={"operation": "upsert", "match_by": "accountCode"})
    admin.post(f"{IMPORTS}/{job['id']}/start").raise_for_status()
    assert wait(admin, f"{IMPORTS}/{job['id']}")["failed"] == 0
    kept = admin.get("/api/v1/records/account", params=query(mark, fields="accountName")).json()
    assert [each["accountName"] for each in kept["records"]] == [
        text if text != "'=1" else "=1" for text in DANGEROUS
    ]


def test_labels_or_values_and_paths_through_lookups(admin: httpx.Client, mark: str) -> None:
    parent = create(admin, mark, 1, level="B", isListed=True, employeeNumber=5)
    create(admin, mark, 2, parentAccountId=parent["id"], establishedDate="2024-05-01")
    fields = "accountCode,level,isListed,employeeNumber,establishedDate,parentAccountId.accountCode"
    labelled = table(admin.get(STREAM, params=query(mark, fields=fields)))
    plain = table(admin.get(STREAM, params=query(mark, fields=fields, labels="false")))
    assert plain[0][1:] == fields.split(",")
    assert labelled[0][1:5] == ["客户编号", "客户级别", "是否上市", "总人数"]
    assert labelled[0][6].endswith(" / 客户编号")
    assert (plain[1][2:5], plain[2][5:]) == (["B", "true", "5"], ["2024-05-01", f"{mark}01"])
    assert labelled[1][2] == "B 级"
    assert labelled[1][3] == "是"
    book = sheet(admin.get(STREAM, params=query(mark, fields=fields, format="xlsx")).content)
    assert book[0] == labelled[0]
    assert (book[1][4], book[2][5].isoformat()) == (5.0, "2024-05-01")
    lines = admin.get(STREAM, params=query(mark, fields=fields, format="ndjson")).text.splitlines()
    assert json.loads(lines[0])["employeeNumber"] == 5


def test_an_export_holds_what_its_reader_may_see(product: Product, admin: httpx.Client) -> None:
    sales = product.sign_in("sales")
    rows = table(sales.get(STREAM, params={"labels": "false"}))
    listed = sales.get("/api/v1/records/account", params={"count": "true", "limit": 1}).json()
    assert len(rows) - 1 == listed["count"]
    assert "creditLimit" not in rows[0]
    refused = sales.get(STREAM, params={"fields": "creditLimit"})
    assert problem(refused, 422, "query.invalid")["errors"][0]["code"] == "query.field_unreadable"
    everything = table(admin.get(STREAM, params={"labels": "false"}))
    assert "creditLimit" in everything[0]
    assert len(everything) > len(rows)


@pytest.mark.parametrize("format", ["csv", "xlsx", "ndjson"])
def test_a_job_writes_the_file_for_its_owner_only(
    product: Product, admin: httpx.Client, mark: str, format: str
) -> None:
    create(admin, mark, 1)
    body = {"object": "account", "fields": ["accountCode"], "format": format, **query(mark)}
    started = admin.post(EXPORTS, json=body)
    assert started.status_code == 202, started.text
    done = wait(admin, f"/api/v1/jobs/{started.json()['id']}")
    assert (done["status"], done["done"], done["total"]) == ("done", 1, 1)
    answer = admin.get(f"{EXPORTS}/{done['id']}/file")
    assert answer.status_code == 200
    assert f"{mark}01" in (str(sheet(answer.content)) if format == "xlsx" else answer.text)
    problem(product.sign_in("sales").get(f"{EXPORTS}/{done['id']}/file"), 404, "job.not_found")


def test_every_export_is_on_record(admin: httpx.Client, mark: str) -> None:
    create(admin, mark, 1)
    admin.get(STREAM, params=query(mark))
    newest = admin.get("/api/v1/jobs", params={"limit": 1}).json()["jobs"][0]
    assert (newest["kind"], newest["status"], newest["done"]) == ("export", "done", 1)


@pytest.mark.parametrize(
    "asked",
    [{"filter": "nonsense ="}, {"sort": "nonsense"}, {"fields": "nonsense"}, {"format": "pdf"}],
)
def test_a_bad_question_is_refused(admin: httpx.Client, asked: dict[str, str]) -> None:
    problem(admin.get(STREAM, params=asked), 422)
    if "format" not in asked:
        body: dict[str, Any] = {"object": "account", **asked}
        body = body | ({"fields": ["nonsense"]} if "fields" in asked else {})
        problem(admin.post(EXPORTS, json=body), 422)
    problem(admin.get(f"{EXPORTS}/stream/nonsense"), 404, "metadata.object_unknown")
