"""One object with a field of every kind, stored as the product stores it, and telling rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from formula import Environment, Evaluation, FieldSymbol, Kind, ObjectSymbol, PicklistValue, Type

_LEVELS = tuple(
    PicklistValue(f"u{value}", value, {"zh-CN": label, "en-US": value})
    for value, label in (("A", "重点"), ("B", "普通"), ("C", "C"))
)
TYPES = {
    "n": Type(Kind.NUMBER, 18, 2),
    "k": Type(Kind.NUMBER, 18, 0),
    "s": Type(Kind.NUMBER, 6, 3),
    "p": Type(Kind.NUMBER, 5, 2, percent=True),
    "x": Type(Kind.NUMBER),
    "t": Type(Kind.TEXT),
    "u": Type(Kind.TEXT),
    "b": Type(Kind.BOOLEAN),
    "d": Type(Kind.DATE),
    "e": Type(Kind.DATE),
    "m": Type(Kind.DATETIME),
    "o": Type(Kind.DATETIME),
    "c": Type(Kind.TIME),
    "h": Type(Kind.TIME),
    "level": Type(Kind.PICKLIST, values=_LEVELS),
    "many": Type(Kind.MULTIPICKLIST, values=_LEVELS),
    "owner": Type(Kind.REFERENCE, target="thing"),
}
THING = ObjectSymbol(
    "thing",
    {name: FieldSymbol(name, kind, physical_scale=kind.scale) for name, kind in TYPES.items()},
)
NOW = datetime(2026, 5, 31, 22, 15, 30, 250_000, tzinfo=UTC)
BLANK: dict[str, Any] = dict.fromkeys(TYPES)


def environment(blank: str = "zero") -> Environment:
    return Environment(THING, {"thing": THING}.get, {}, blank=blank)  # type: ignore[arg-type]


def evaluation() -> Evaluation:
    return Evaluation(now=NOW, zone="Asia/Shanghai")


ROWS: tuple[dict[str, Any], ...] = (
    BLANK,
    {
        "n": Decimal("12.34"),
        "k": Decimal(7),
        "s": Decimal("2.005"),
        "p": Decimal("45.5"),
        "x": Decimal("0.1"),
        "t": "北京Abc b",
        "u": "b",
        "b": True,
        "d": date(2024, 2, 29),
        "e": date(2023, 12, 31),
        "m": NOW,
        "o": datetime(2024, 2, 29, 23, 59, 59, 999_000, tzinfo=UTC),
        "c": time(23, 59, 59, 999_000),
        "h": time(0, 0),
        "level": "A",
        "many": "A;C",
        "owner": "0192f0c1-2b3c-7d4e-8f90-123456789abc",
    },
    {
        "n": Decimal("-9999999999999999.99"),
        "k": Decimal("999999999999999999"),
        "s": Decimal("-999.999"),
        "p": Decimal(0),
        "x": Decimal("1E+40"),
        "t": " 😀x%_y\\ ",
        "u": "1e3",
        "b": False,
        "d": date(1, 1, 1),
        "e": date(9999, 12, 31),
        "m": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
        "o": datetime(1, 1, 1, tzinfo=UTC),
        "c": time(0, 0),
        "h": time(12, 34, 56, 789_000),
        "level": "B",
        "many": "B",
        "owner": "0192f0c1-2b3c-7d4e-8f90-000000000000",
    },
    {
        **BLANK,
        "n": Decimal(0),
        "k": Decimal(-3),
        "s": Decimal("0.001"),
        "p": Decimal(100),
        "x": Decimal("-3.5"),
        "t": "Große ÉLAN o'neil-smith 12",
        "u": "2024-2-29",
        "b": True,
        "d": date(2020, 1, 31),
        "e": date(2020, 2, 29),
        "m": datetime(2030, 12, 31, 16, 0, 0, 500_000, tzinfo=UTC),
        "o": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        "c": time(10, 40, 55, 666_000),
        "h": time(10, 40, 55),
        "level": "gone",
        "many": "A;B;C",
    },
    {
        **BLANK,
        "n": Decimal("0.50"),
        "k": Decimal(2),
        "s": Decimal("1.000"),
        "p": Decimal("0.01"),
        "x": Decimal("1E-30"),
        "t": "13800138000",
        "u": "08:30:00.5",
        "d": date(2024, 3, 9),
        "e": date(2024, 3, 17),
    },
    {
        **BLANK,
        "n": Decimal("-0.05"),
        "k": Decimal(65),
        "s": Decimal("31.000"),
        "x": Decimal(0),
        "t": "11010519491231002X",
        "u": "2016-3-1 13:15:10",
        "d": date(2024, 3, 10),
        "e": date(2024, 3, 4),
    },
)
