"""Connections: what a unit of work holds in its hands. One thin class over both drivers.

Rows are plain tuples of the driver's values. SQLite gives TEXT as str and INTEGER as int, and
whoever reads decodes; PostgreSQL gives uuid and json as str, date as `date`, timestamptz as
aware UTC `datetime`, numeric as `Decimal`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from paas.db.statement import ORDERED, Parameters, Statement


@dataclass(frozen=True, slots=True)
class Driver:
    """The few things a connection needs of sqlite3 or psycopg.

    `run` and `run_many` execute and return the cursor; `translate` turns one of `failures` into
    what it means.
    """

    dialect: str
    run: Callable[..., Any]
    run_many: Callable[[str, Any], Any]
    failures: type[Exception]
    translate: Callable[[Exception], Exception]
    limit: Callable[[float | None], None]
    """Lets every statement from now on take so many seconds; None takes the limit away."""


class Connection:
    """One open connection, used by one thread at a time. `statements` counts driver executes.

    `sql` is a `Statement`, or text in the driver's own parameter style (`?` and `:name` on
    SQLite, `%s` and `%(name)s` on PostgreSQL). Text without parameters is executed as it is.
    """

    __slots__ = ("__weakref__", "_depth", "_driver", "_run", "dialect", "statements")

    def __init__(self, driver: Driver) -> None:
        self.dialect = driver.dialect
        self.statements = 0
        self._driver = driver
        self._run = driver.run
        self._depth = 0

    def fetch(self, sql: str | Statement, params: Parameters = ()) -> list[tuple[Any, ...]]:
        """Execute a statement that returns rows, and return all of them."""
        self.statements += 1
        try:
            if isinstance(sql, Statement):
                cursor = self._run(sql.text, sql.bind(params))
            else:
                cursor = self._run(sql, params) if params else self._run(sql)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        except self._driver.failures as error:
            raise self._driver.translate(error) from error
        return rows

    def execute(self, sql: str | Statement, params: Parameters = ()) -> int:
        """Execute one statement and return the number of rows it changed."""
        self.statements += 1
        try:
            if isinstance(sql, Statement):
                cursor = self._run(sql.text, sql.bind(params))
            else:
                cursor = self._run(sql, params) if params else self._run(sql)
            count: int = cursor.rowcount
        except self._driver.failures as error:
            raise self._driver.translate(error) from error
        return count

    def executemany(self, sql: str | Statement, rows: Sequence[Parameters]) -> int:
        """Execute one statement for every row; it counts as one. Return the rows changed."""
        if not rows:
            return 0
        self.statements += 1
        text, values = sql, rows
        if isinstance(sql, Statement):
            text = sql.text
            if sql.constants or not isinstance(rows[0], ORDERED):
                values = [sql.bind(row) for row in rows]
        try:
            count: int = self._driver.run_many(str(text), values).rowcount
        except self._driver.failures as error:
            raise self._driver.translate(error) from error
        return count

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Let each statement in the block take no longer; raises `StatementTooSlow`.

        The block stands in a transaction or a snapshot, whose other statements are not limited.
        """
        self._driver.limit(seconds)
        try:
            yield
        finally:
            self._driver.limit(None)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote, and only that, if it raises. May be nested."""
        self._depth += 1
        name = f"s{self._depth}"
        self.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self.execute(f"ROLLBACK TO SAVEPOINT {name}")
            self.execute(f"RELEASE SAVEPOINT {name}")
            raise
        else:
            self.execute(f"RELEASE SAVEPOINT {name}")
        finally:
            self._depth -= 1
