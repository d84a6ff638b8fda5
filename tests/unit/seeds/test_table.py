"""Reading data files: keys, references, cells, and every mistake with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import metadata
from metadata import FIELD_TYPES, FieldDef, ObjectDef, ObjectModel, Snapshot
from paas.kernel import CallContext, Extensions, Violation
from seeds.table import Table, read_table

CONTEXT = CallContext(now=datetime(2030, 3, 31, 17, 30, tzinfo=UTC))
"""In Shanghai it is the first of April already."""


@pytest.fixture(scope="module")
def model() -> ObjectModel:
    extensions = Extensions()
    metadata.register(extensions)
    fields = [
        {"name": "code", "type": "text"},
        {"name": "amount", "type": "currency"},
        {"name": "size", "type": "integer"},
        {"name": "open", "type": "boolean"},
        {"name": "due", "type": "date"},
        {"name": "seen", "type": "datetime"},
        {"name": "parentId", "type": "lookup", "to": "ticket"},
    ]
    definitions = [
        ObjectDef(name="ticket", name_field="code"),
        *(FieldDef.model_validate({"object": "ticket", **each}) for each in fields),
    ]
    return Snapshot(definitions, field_types=extensions.of(FIELD_TYPES)).object("ticket")


def read(tmp_path: Path, model: ObjectModel, text: str) -> tuple[Table, list[Violation]]:
    file = tmp_path / "ticket.csv"
    file.write_text(text, encoding="utf-8")
    violations: list[Violation] = []
    return read_table(file, model, CONTEXT, violations), violations


def cell(tmp_path: Path, model: ObjectModel, column: str, text: str) -> object:
    table, violations = read(tmp_path, model, f"code,{column}\nT1,{text}\n")
    assert violations == []
    return table.rows[0].values[column]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("amount", "12.50", Decimal("12.50")),
        ("amount", "-3", Decimal(-3)),
        ("size", "7", 7),
        ("open", "true", True),
        ("open", "false", False),
        ("due", "2024-02-29", "2024-02-29"),
        ("due", "today", "2030-04-01"),
        ("due", "today+30", "2030-05-01"),
        ("due", "today-1", "2030-03-31"),
        ("seen", "2024-05-06 09:30", "2024-05-06T01:30:00.000Z"),
        ("seen", "today-2 18:05", "2030-03-30T10:05:00.000Z"),
        ("seen", "today", "2030-03-31T16:00:00.000Z"),
    ],
)
def test_a_cell_becomes_the_api_value_of_its_field(
    tmp_path: Path, model: ObjectModel, column: str, text: str, value: object
) -> None:
    assert cell(tmp_path, model, column, text) == value


def test_an_empty_cell_leaves_the_field_out(tmp_path: Path, model: ObjectModel) -> None:
    table, _ = read(tmp_path, model, "code,amount,size\nT1,,3\n")
    assert table.rows[0].values == {"code": "T1", "size": 3}


def test_a_dotted_column_refers_by_key(tmp_path: Path, model: ObjectModel) -> None:
    table, violations = read(tmp_path, model, "code,parentId.code\nT1,\nT2,T1\n")
    assert violations == []
    assert [dict(row.references) for row in table.rows] == [{}, {"parentId": "T1"}]
    assert [(each.target, each.target_key) for each in table.references] == [("ticket", "code")]


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path, model: ObjectModel) -> None:
    table, violations = read(tmp_path, model, "\ufeffcode,size\nT1,1\n\nT2,2\n")
    assert violations == []
    assert [(row.line, row.key) for row in table.rows] == [(2, "T1"), (4, "T2")]


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("code,nothing\nT1,1\n", "pack.column_unknown", {"object": "ticket", "name": "nothing"}),
        ("code,size.code\nT1,1\n", "pack.not_a_reference", {"object": "ticket", "name": "size"}),
        ("code,size\nT1\n", "pack.cells_wrong", {"line": 2}),
        ("code,size\n,4\n", "pack.key_missing", {"line": 2, "column": "code"}),
        ("code\nT1\nT1\n", "pack.key_twice", {"line": 3, "column": "code", "value": "T1"}),
        (
            "code,due\nT1,tomorrow\n",
            "pack.cell_unreadable",
            {"line": 2, "column": "due", "value": "tomorrow"},
        ),
        (
            "code,open\nT1,perhaps\n",
            "pack.cell_unreadable",
            {"line": 2, "column": "open", "value": "perhaps"},
        ),
        (
            "code,amount\nT1,NaN\n",
            "pack.cell_unreadable",
            {"line": 2, "column": "amount", "value": "NaN"},
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, model: ObjectModel, text: str, code: str, params: dict
) -> None:
    _, violations = read(tmp_path, model, text)
    assert [(each.code, each.pointer, each.params) for each in violations] == [
        (code, "/data/ticket.csv", params)
    ]


def test_every_mistake_of_a_file_is_told(tmp_path: Path, model: ObjectModel) -> None:
    _, violations = read(tmp_path, model, "code,size\nT1,x\n,1\nT2,2,3\n")
    assert [each.params["line"] for each in violations] == [2, 3, 4]
