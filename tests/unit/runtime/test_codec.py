"""Values keep their exact meaning on the way into each database and out again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from paas.db import Statement
from runtime.sql.codec import reader, store_value, writer

COLUMNS = (
    ("name", "text"),
    ("count", "integer"),
    ("amount", "scaled:2"),
    ("rate", "scaled:0"),
    ("active", "boolean"),
    ("day", "date"),
    ("at", "datetime"),
)
MOMENT = datetime(2024, 2, 29, 23, 59, 59, 999000, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "name": "大众",
    "count": 7,
    "amount": Decimal("-9999999999999999.99"),
    "rate": Decimal(5),
    "active": False,
    "day": date(1, 1, 1),
    "at": MOMENT,
}
STORED = {
    "sqlite": ("大众", 7, -999999999999999999, 5, 0, "0001-01-01", "2024-02-29T23:59:59.999Z"),
    "postgresql": tuple(VALUES.values()),
}


def statement(dialect: str) -> Statement:
    names = tuple(name for name, _encoding in COLUMNS)
    return Statement("", names if dialect == "sqlite" else None)


@pytest.mark.parametrize("dialect", STORED)
def test_drafts_are_stored_and_come_back(dialect: str) -> None:
    columns = {name: (name, encoding) for name, encoding in COLUMNS}
    write = writer(columns, statement(dialect), dialect=dialect)
    read = reader(COLUMNS, purpose="draft", dialect=dialect)
    row = write(VALUES)
    stored = tuple(row) if dialect == "sqlite" else tuple(row.values())
    assert stored == STORED[dialect]
    assert read(stored) == VALUES
    blank = dict.fromkeys(VALUES)
    assert read(tuple(None for _each in COLUMNS)) == blank
    assert [
        store_value(value, COLUMNS[n][1], dialect) for n, value in enumerate(VALUES.values())
    ] == list(STORED[dialect])


@pytest.mark.parametrize("dialect", STORED)
def test_json_is_the_same_from_both_databases(dialect: str) -> None:
    read = reader(COLUMNS, purpose="json", dialect=dialect, skip=1, trail=2)
    text = orjson.dumps(read((9, *STORED[dialect], 8, 7))).decode()
    assert text == (
        '{"name":"大众","count":7,"amount":-9999999999999999.99,"rate":5,"active":false,'
        '"day":"0001-01-01","at":"2024-02-29T23:59:59.999Z"}'
    )


@pytest.mark.parametrize("dialect", STORED)
def test_formulas_see_decimals(dialect: str) -> None:
    read = reader(COLUMNS[1:3], purpose="formula", dialect=dialect)
    found = read(STORED[dialect][1:3])
    assert found == {"count": Decimal(7), "amount": Decimal("-9999999999999999.99")}
    assert isinstance(found["count"], Decimal)


def test_amounts_of_cents_are_exact() -> None:
    read = reader([("amount", "scaled:2")], purpose="json", dialect="sqlite")
    for cents in (1, 10, 115, 4_350, 999_999_999_999_999, 10**15, 10**17 + 1):
        text = orjson.dumps(read((cents,))["amount"]).decode()
        assert Decimal(text) == Decimal(cents).scaleb(-2)
