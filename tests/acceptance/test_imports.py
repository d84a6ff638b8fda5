"""The import wizard over HTTP: files of every make, mapping, preview, dry run, undo."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlsxwriter

from tests.acceptance.test_bulk import clear, found, wait
from tests.http.test_refusals import LONG_ADDRESS, problem
from tests.support.server import Product

IMPORTS = "/api/v1/imports"
HEAD = ["客户编号", "客户名称", "详细地址", "总人数", "是否上市", "客户级别", "成立日期"]


@pytest.fixture(scope="module")
def admin(product: Product) -> httpx.Client:
    return product.sign_in("admin")


@pytest.fixture
def mark(admin: httpx.Client) -> Iterator[str]:
    made = uuid.uuid4().hex[:10]
    yield made
    clear(admin, made)


def csv_text(*rows: list[str], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def rows(mark: str) -> list[list[str]]:
    return [
        [f"{mark}1", "甲公司", LONG_ADDRESS, "1,200", "是", "B 级", "2024/5/1"],
        [f"{mark}2", "乙公司", "太短", "1", "否", "B", "2024-05-02"],
        [f"{mark}3", "丙公司", LONG_ADDRESS, "7", "", "", ""],
    ]


def upload(client: httpx.Client, content: bytes, name: str = "a.csv") -> dict[str, Any]:
    answer = client.post(IMPORTS, params={"object": "account", "file": name}, content=content)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def paths(shown: dict[str, Any]) -> list[str | None]:
    return [each["path"] for each in shown["columns"]]


MAPPED = ["accountCode", "accountName", "address", "employeeNumber", "isListed", "level",
          "establishedDate"]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("gbk", "gb18030"),
        ("gb18030", "gb18030"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encoding_delimiter_header_and_mapping_are_detected(
    admin: httpx.Client, mark: str, encoding: str, told: str, delimiter: str
) -> None:
    if told.startswith("utf-16-"):
        text = csv_text(["accountCode", "accountName"], ["1", "Western"], delimiter=delimiter)
        shown = upload(admin, text.encode(encoding))
        expected = ["accountCode", "accountName"]
    else:
        shown = upload(admin, csv_text(HEAD, *rows(mark), delimiter=delimiter).encode(encoding))
        expected = MAPPED
    assert (shown["encoding"], shown["delimiter"], shown["has_header"]) == (told, delimiter, True)
    assert paths(shown) == expected
    assert admin.get(f"{IMPORTS}/{shown['id']}").json() == shown


def workbook(path: Path, *table: list[Any]) -> bytes:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(table):
        for column, value in enumerate(row):
            if hasattr(value, "year"):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write(number, column, value)
    book.close()
    return path.read_bytes()


def test_a_workbook_is_previewed_tried_run_and_taken_back(
    admin: httpx.Client, mark: str, tmp_path: Path
) -> None:
    table: list[list[Any]] = [
        HEAD,
        [f"{mark}1", "甲公司", LONG_ADDRESS, 1200, True, "B 级", date(2024, 5, 1)],
        [f"{mark}2", "乙公司", "太短", 1, False, "B", date(2024, 5, 2)],
        [f"{mark}3", "丙公司", LONG_ADDRESS, "很多", "", "", ""],
    ]
    shown = upload(admin, workbook(tmp_path / "a.xlsx", *table), "客户.xlsx")
    assert (shown["file"], paths(shown)) == ("客户.xlsx", MAPPED)
    path = f"{IMPORTS}/{shown['id']}"
    preview = admin.get(f"{path}/preview").json()["rows"]
    assert preview[0]["values"] == {
        "accountCode": f"{mark}1", "accountName": "甲公司", "address": LONG_ADDRESS,
        "employeeNumber": 1200, "isListed": True, "level": "B", "establishedDate": "2024-05-01",
    }  # fmt: skip
    assert [each["problem"] and each["problem"]["errors"][0]["code"] for each in preview] == [
        None, "rule.violated", "field.type_mismatch",
    ]  # fmt: skip
    tried = admin.post(f"{path}/dry-run")
    assert tried.status_code == 202
    dry = wait(admin, f"{IMPORTS}/{tried.json()['id']}")
    assert (dry["is_dry"], dry["done"], dry["failed"]) == (True, 1, 2)
    assert found(admin, mark) == []
    problem(admin.post(f"{IMPORTS}/{dry['id']}/undo"), 409, "import.undo_impossible")
    problem(admin.post(f"{path}/undo"), 409, "import.undo_impossible")
    assert admin.post(f"{path}/start").status_code == 202
    done = wait(admin, path)
    assert (done["status"], done["done"], done["failed"]) == ("done", 1, 2)
    (record,) = found(admin, mark)
    assert (record["employeeNumber"], record["establishedDate"]) == (1200, "2024-05-01")
    errors = list(csv.reader(io.StringIO(admin.get(f"{path}/errors").content.decode("utf-8-sig"))))
    assert errors[0] == [*HEAD, "行号", "代码", "原因"]
    assert [(row[0], row[7], row[8]) for row in errors[1:]] == [
        (f"{mark}2", "2", "rule.violated"), (f"{mark}3", "3", "field.type_mismatch"),
    ]  # fmt: skip
    undone = admin.post(f"{path}/undo")
    assert wait(admin, f"/api/v1/jobs/{undone.json()['id']}")["done"] == 1
    assert found(admin, mark) == []
    problem(admin.post(f"{path}/undo"), 409, "import.undo_impossible")


def test_undo_restores_what_was_changed_unless_somebody_changed_it_since(
    admin: httpx.Client, mark: str
) -> None:
    base = {"accountName": "原名", "address": LONG_ADDRESS, "level": "C"}
    for number in (1, 2):
        code = {"accountCode": f"{mark}{number}"}
        assert admin.post("/api/v1/records/account", json={**base, **code}).status_code == 201
    table = [[*HEAD[:2], "客户级别", "详细地址"]]
    table += [[f"{mark}{number}", f"新名{number}", "D", LONG_ADDRESS] for number in (1, 2, 3, 4)]
    shown = upload(admin, csv_text(*table).encode())
    path = f"{IMPORTS}/{shown['id']}"
    settings = {"operation": "upsert", "match_by": "accountCode"}
    assert admin.patch(path, json=settings).json()["match_by"] == "accountCode"
    admin.post(f"{path}/start").raise_for_status()
    assert wait(admin, path)["done"] == 4
    records = found(admin, mark, "accountName", "level")
    assert [each["accountName"] for each in records] == ["新名1", "新名2", "新名3", "新名4"]
    for each in (records[1], records[3]):
        answer = admin.patch(f"/api/v1/records/account/{each['id']}", json={"phone": None,
                             "accountName": "后来"})  # fmt: skip
        assert answer.status_code == 200
    undone = admin.post(f"{path}/undo")
    result = wait(admin, f"/api/v1/jobs/{undone.json()['id']}")
    assert (result["done"], result["failed"]) == (2, 2)
    lines = admin.get(f"/api/v1/jobs/{undone.json()['id']}/errors").text.splitlines()
    assert [json.loads(line)["error"]["code"] for line in lines] == ["record.stale"] * 2
    left = found(admin, mark, "accountCode", "accountName", "level")
    assert [(each["accountCode"], each["accountName"], each["level"]) for each in left] == [
        (f"{mark}1", "原名", "C"), (f"{mark}2", "后来", "D"), (f"{mark}4", "后来", "D"),
    ]  # fmt: skip


def test_a_mapping_is_remembered_and_wrong_ones_are_refused(
    product: Product, admin: httpx.Client, mark: str
) -> None:
    manager = product.sign_ins["manager"].name
    head = ["代号", "名字", "地址栏", "谁"]
    first = upload(admin, csv_text(head, [f"{mark}1", "甲", LONG_ADDRESS, manager]).encode())
    path = f"{IMPORTS}/{first['id']}"
    problem(admin.post(f"{path}/start"), 422, "import.mapping_invalid")
    bad = ["accountCode", "nonsense", "accountName.name", "ownerId.employeeCode"]
    admin.patch(path, json={"columns": bad}).raise_for_status()
    refused = problem(admin.get(f"{path}/preview"), 422, "import.mapping_invalid")
    assert [each["pointer"] for each in refused["errors"]] == [
        "/columns/1", "/columns/2", "/columns/3",
    ]  # fmt: skip
    good = ["accountCode", "accountName", "address", "ownerId.name"]
    admin.patch(path, json={"columns": good}).raise_for_status()
    second = upload(admin, csv_text(head, [f"{mark}2", "乙", LONG_ADDRESS, manager]).encode())
    assert paths(second) == good
    admin.post(f"{IMPORTS}/{second['id']}/start").raise_for_status()
    assert wait(admin, f"{IMPORTS}/{second['id']}")["done"] == 1
    assert found(admin, mark, "ownerId.name")[0]["ownerId.name"] == manager
    upsert = {"operation": "upsert", "match_by": "creditCode"}
    admin.patch(path, json=upsert).raise_for_status()
    refused = problem(admin.post(f"{path}/dry-run"), 422, "import.mapping_invalid")
    assert refused["errors"][0]["code"] == "import.match_not_mapped"


def test_reading_a_file_otherwise_proposes_anew(admin: httpx.Client, mark: str) -> None:
    text = csv_text(["1", "2"], ["3", "4"], delimiter="|")
    shown = upload(admin, text.encode())
    assert (shown["has_header"], [each["header"] for each in shown["columns"]]) == (
        False,
        ["1", "2"],
    )
    path = f"{IMPORTS}/{shown['id']}"
    other = admin.patch(path, json={"delimiter": ",", "has_header": True}).json()
    assert [each["header"] for each in other["columns"]] == ["1|2"]
    problem(admin.patch(path, json={"delimiter": "x"}), 422, "request.malformed")
    problem(admin.patch(path, json={"encoding": "rot13"}), 422, "request.malformed")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"PK\x03\x04 not really", 422),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 422),
    ],
    ids=["empty", "no archive", "no old workbook"],
)
def test_what_is_no_table_is_refused(admin: httpx.Client, content: bytes, status: int) -> None:
    answer = admin.post(IMPORTS, params={"object": "account"}, content=content)
    problem(answer, status, "file.unreadable")


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(admin: httpx.Client) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _each in range(300):
            part.write(b"\0" * (1 << 20))
    assert len(packed.getvalue()) < 400_000
    answer = admin.post(IMPORTS, params={"object": "account"}, content=packed.getvalue())
    refused = problem(answer, 422, "file.unreadable")
    assert "解压" in refused["detail"]


def test_no_file_is_left_behind_by_a_refusal(product: Product, admin: httpx.Client) -> None:
    folder = product.services.tools.spool
    before = set(folder.iterdir()) if folder.is_dir() else set()
    admin.post(IMPORTS, params={"object": "account"}, content=b"PK\x03\x04 no")
    problem(admin.post(IMPORTS, params={"object": "nonsense"}, content=b"a,b"), 404)
    assert set(folder.iterdir()) - before == set()


def test_only_the_owner_gets_at_an_import(product: Product, admin: httpx.Client, mark: str) -> None:
    shown = upload(admin, csv_text(HEAD, *rows(mark)).encode())
    sales = product.sign_in("sales")
    for path in ("", "/preview", "/errors"):
        problem(sales.get(f"{IMPORTS}/{shown['id']}{path}"), 404, "job.not_found")
    for act in ("start", "dry-run", "undo"):
        problem(sales.post(f"{IMPORTS}/{shown['id']}/{act}"), 404, "job.not_found")


def test_an_exported_file_comes_back_as_changes(admin: httpx.Client, mark: str) -> None:
    body = {"accountCode": f"{mark}1", "accountName": "旧名", "address": LONG_ADDRESS}
    record = admin.post("/api/v1/records/account", json=body).json()
    asked = {"filter": f"id = '{record['id']}'", "fields": "accountName,level,accountCode"}
    exported = admin.get("/api/v1/exports/stream/account", params=asked).content.decode("utf-8")
    shown = upload(admin, exported.replace("旧名", "新名").encode())
    assert (shown["operation"], shown["match_by"]) == ("upsert", None)
    assert paths(shown) == ["id", "accountName", "level", "accountCode"]
    path = f"{IMPORTS}/{shown['id']}"
    admin.patch(path, json={"operation": "create"}).raise_for_status()
    refused = problem(admin.post(f"{path}/start"), 422, "import.mapping_invalid")
    assert [each["pointer"] for each in refused["errors"]] == ["/columns/0"]
    admin.patch(path, json={"operation": "upsert"}).raise_for_status()
    admin.post(f"{path}/start").raise_for_status()
    assert wait(admin, path)["done"] == 1
    (changed,) = found(admin, mark)
    assert (changed["id"], changed["accountName"], changed["version"]) == (
        record["id"], "新名", 2,
    )  # fmt: skip
