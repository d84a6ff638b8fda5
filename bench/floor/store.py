"""The hand-written application's table, its column types and its connection."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()


class Scaled(sa.TypeDecorator[Decimal]):
    """An exact decimal of two places, kept as an integer of hundredths."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value * 100)

    def process_result_value(self, value: Any, _dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("industry", sa.Text),
    sa.Column("annualRevenue", Scaled),
    sa.Column("employees", sa.Integer),
    sa.Column("address", sa.Text),
    sa.Column("approvalStatus", sa.Text),
    sa.Column("ownerId", sa.Text, nullable=False),
    sa.Column("createdBy", sa.Text, nullable=False),
    sa.Column("createdAt", sa.Text, nullable=False),
    sa.Column("updatedBy", sa.Text, nullable=False),
    sa.Column("updatedAt", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
# The same index as the product's, over what the list filters and sorts by.
sa.Index(
    "account_by_industry",
    account.c.industry,
    account.c.annualRevenue.desc(),
    account.c.id.desc(),
)

token = sa.Table(
    "token",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Integer, nullable=False),
)


def connect(path: str, *, synchronous: str) -> sa.Engine:
    """Return an engine on the SQLite file, with the pragmas a server wants."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
    pragmas = (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "cache_size=-65536",
        "mmap_size=268435456",
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    metadata.create_all(engine)
    return engine


def new_id() -> str:
    """Return a UUID of version 7."""
    text = f"{time.time_ns() // 1_000_000:012x}7{os.urandom(10).hex()[:19]}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-8{text[17:20]}-{text[20:]}"


def now() -> str:
    """Return the time as it is stored and sent."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
