"""Dialects: which database a URL names, and how to open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from paas.db.database import Database, Function
from paas.db.postgresql import PostgresqlDatabase
from paas.db.sqlite import SqliteDatabase
from paas.db.statement import POSTGRESQL, SQLITE
from paas.kernel import ExtensionPoint

DEFAULT_TIMEOUT = 10.0
"""Seconds a unit of work may wait for its turn before it is refused as busy."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A kind of database: the scheme of its URLs, and what opens one.

    `open` takes the URL, the schema, the functions and the time-out.
    """

    name: str
    scheme: str
    open: Callable[[str, str | None, Sequence[Function], float], Database]


DIALECTS = ExtensionPoint("dialects", Dialect, key=lambda dialect: dialect.scheme)


def _open_sqlite(
    url: str, schema: str | None, functions: Sequence[Function], timeout: float
) -> Database:
    if schema is not None:
        raise ValueError("a SQLite file has no schemas")
    return SqliteDatabase(url, functions=functions, timeout=timeout)


def _open_postgresql(
    url: str, schema: str | None, _: Sequence[Function], timeout: float
) -> Database:
    return PostgresqlDatabase(url, schema=schema, timeout=timeout)


BUILT_IN_DIALECTS = (
    Dialect(SQLITE, "sqlite", _open_sqlite),
    Dialect(POSTGRESQL, "postgresql+psycopg", _open_postgresql),
)


def open_database(
    url: str,
    *,
    schema: str | None = None,
    functions: Sequence[Function] = (),
    timeout: float = DEFAULT_TIMEOUT,
    dialects: Sequence[Dialect] = BUILT_IN_DIALECTS,
) -> Database:
    """Open the tenant database at `url`: `sqlite:///file` or `postgresql+psycopg://…`.

    On PostgreSQL unqualified names mean tables in `schema`. `functions` are the deterministic
    functions that formulas use on SQLite; they are there on every connection.
    """
    scheme = url.partition(":")[0]
    for dialect in dialects:
        if dialect.scheme == scheme:
            return dialect.open(url, schema, functions, timeout)
    raise ValueError(f"no dialect for {scheme!r}; known: {[d.scheme for d in dialects]}")
