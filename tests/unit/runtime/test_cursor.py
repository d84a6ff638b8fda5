"""Cursors carry sort keys and are believed only as far as they are checked."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest

from runtime import QueryInvalid
from runtime.cursor import digest_of, read_cursor, write_cursor

KEYS = (("k0", "scaled:2"), ("k1", "datetime"), ("k2", "date"), ("k3", "boolean"), ("k4", "text"))
VALUES = {
    "sqlite": (1250, "2024-01-01T00:00:00.000Z", "2024-01-01", 1, "客户"),
    "postgresql": (
        Decimal("12.50"), datetime(2024, 1, 1, tzinfo=UTC), date(2024, 1, 1), True, "客户",
    ),
}  # fmt: skip


@pytest.mark.parametrize("dialect", VALUES)
def test_keys_come_back_as_the_database_gave_them(dialect: str) -> None:
    digest = digest_of("query")
    for values in (VALUES[dialect], (None,) * 5):
        assert read_cursor(write_cursor(digest, values), digest, KEYS, dialect) == values


@pytest.mark.parametrize("dialect", VALUES)
def test_keys_of_another_kind_are_refused(dialect: str) -> None:
    digest = digest_of("query")
    for position in range(len(KEYS)):
        strange: list[object] = [[], {}, "\x00", 1.5]
        for wrong in strange:
            held: list[object] = [digest, *VALUES[dialect]]
            held[position + 1] = wrong
            text = orjson.dumps(held, default=str)
            cursor = base64.urlsafe_b64encode(text).decode()
            with pytest.raises(QueryInvalid):
                read_cursor(cursor, digest, KEYS, dialect)


def test_a_cursor_of_another_query_is_refused() -> None:
    with pytest.raises(QueryInvalid):
        read_cursor(write_cursor(digest_of("a"), ("x",)), digest_of("b"), KEYS[4:], "sqlite")
