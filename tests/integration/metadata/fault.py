"""A database that fails at a chosen statement of a publish, and a picture of what it holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from paas.db import Connection, Database


class Injected(Exception):
    """The failure a test asked for."""


class FaultyConnection:
    """Passes everything on, until statement number `failing`."""

    def __init__(self, inner: Connection, failing: int) -> None:
        self._inner = inner
        self._failing = failing
        self.dialect = inner.dialect
        self.seen = 0

    def fetch(self, *args: Any) -> list[tuple[Any, ...]]:
        return self._pass(self._inner.fetch, *args)

    def execute(self, *args: Any) -> int:
        return self._pass(self._inner.execute, *args)

    def executemany(self, *args: Any) -> int:
        return self._pass(self._inner.executemany, *args)

    def _pass(self, call: Callable[..., Any], *args: Any) -> Any:
        self.seen += 1
        if self.seen == self._failing:
            raise Injected
        return call(*args)


class FaultyDatabase:
    """Passes everything on; units of an exclusive work get a connection that fails."""

    def __init__(self, inner: Database, failing: int) -> None:
        self._inner = inner
        self._failing = failing
        self.dialect = inner.dialect
        self.schema = inner.schema
        self.statements = 0

    def read(self, **how: Any) -> AbstractContextManager[Connection]:
        return self._inner.read(**how)

    def exclusive(self, work: Any, **how: Any) -> Any:
        def unit(connection: Connection) -> Any:
            faulty = FaultyConnection(connection, self._failing)
            try:
                return work(faulty)
            finally:
                self.statements = faulty.seen

        return self._inner.exclusive(unit, **how)


def picture(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything a publish may touch: engine tables, tables, columns, indexes, keys."""
    tables = ("paas_state", "paas_definition", "paas_journal")
    with database.read() as connection:
        found = {
            name: sorted(connection.fetch(f"SELECT * FROM {name}"), key=str) for name in tables
        }
        for name, query in SCHEMA[database.dialect].items():
            found[name] = sorted(connection.fetch(query), key=str)
    return found


SCHEMA = {
    "sqlite": {"schema": "SELECT type, name, tbl_name, sql FROM sqlite_master"},
    "postgresql": {
        "columns": "SELECT table_name, column_name, data_type, is_nullable "
        "FROM information_schema.columns WHERE table_schema = current_schema()",
        "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
        "keys": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = current_schema()::regnamespace",
    },
}
