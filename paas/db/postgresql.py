"""PostgreSQL: a pool of connections, transactions on the calling thread, an advisory lock.

Every unit of work shares the schema's advisory lock, an exclusive one takes it alone, so a
publish waits for the writes that began before it and later ones wait for the publish. The lock
belongs to the transaction. The schema is the connection's `search_path`, set as it connects.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.types.string import TextLoader
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from paas.db.connection import Connection, Driver
from paas.db.database import Database, DatabaseClosed, Work
from paas.db.integrity import from_postgresql
from paas.db.problem import TenantUnavailable
from paas.db.statement import POSTGRESQL

T = TypeVar("T")
DriverConnection = psycopg.Connection[tuple[Any, ...]]

POOL_SIZE = 12
SUBMITTED_AT_ONCE = 8
"""Units handed to `submit` that may run at the same time; fewer than connections in the pool."""
PREPARED_STATEMENTS = 500

_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresqlDatabase(Database):
    """A tenant in a schema, or in a database of its own."""

    def __init__(self, url: str, *, schema: str | None = None, timeout: float = 10.0) -> None:
        super().__init__(url, dialect=POSTGRESQL, schema=schema)
        self._local = threading.local()
        self._begin = _beginnings(lock_key(schema))
        self._is_closed = False
        self._session_options = _options(url, schema, timeout)
        self._aside: DriverConnection | None = None
        self._aside_lock = threading.Lock()
        self._pool = ConnectionPool(
            conninfo_of(url),
            connection_class=DriverConnection,
            kwargs={"autocommit": True, "options": self._session_options},
            configure=_configure,
            min_size=1,
            max_size=POOL_SIZE,
            timeout=timeout,
            open=True,
            name=schema or "tenant",
        )
        self._wait_until_open(timeout)
        self._threads = ThreadPoolExecutor(SUBMITTED_AT_ONCE, thread_name_prefix="postgresql-unit")

    @contextmanager
    def read(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """Lend a connection from the pool for the length of the block."""
        outer: tuple[Connection, DriverConnection] | None = getattr(self._local, "reading", None)
        if outer is not None:
            yield from self._read_inside(*outer, snapshot=snapshot)
            return
        with self._lend() as driver:
            connection = _wrap(driver)
            self._local.reading = connection, driver
            try:
                yield from self._read_inside(connection, driver, snapshot=snapshot)
            finally:
                self._local.reading = None

    @contextmanager
    def aside(self, connection: Connection) -> Iterator[Connection]:  # noqa: ARG002
        """Lend the one connection that is kept beside the pool, so that no unit waits for another.

        Its commits do not wait for the disk: they lie before the unit's own in the log.
        """
        self._refuse_if_closed()
        with self._aside_lock:
            if self._aside is None or self._aside.closed:
                self._aside = self._connect_aside()
            try:
                yield _wrap(self._aside)
            except psycopg.Error as error:
                raise from_postgresql(error) from error

    def _connect_aside(self) -> DriverConnection:
        try:
            driver: DriverConnection = psycopg.connect(
                conninfo_of(self.url), autocommit=True, options=self._session_options
            )
            _configure(driver)
            driver.execute("SET synchronous_commit = off")
        except psycopg.Error as error:
            raise from_postgresql(error) from error
        return driver

    def submit(self, work: Work[T]) -> Future[T]:
        """Do `work` on one of a few threads."""
        self._refuse_if_closed()
        return self._threads.submit(self.write, work)

    def submit_async(self, work: Work[T], *, loop: asyncio.AbstractEventLoop) -> asyncio.Future[T]:
        """Do `work` on one of a few threads, for a caller on `loop`."""
        return asyncio.wrap_future(self.submit(work), loop=loop)

    def write(self, work: Work[T]) -> T:
        """Do `work` on the calling thread, sharing the schema's lock."""
        return self._transact(work, self._begin[0])

    def exclusive(self, work: Work[T], *, rebuild: bool = True) -> T:  # noqa: ARG002
        """Do `work` on the calling thread, alone on the schema's lock."""
        return self._transact(work, self._begin[1])

    def close(self) -> None:
        """Finish what was submitted and close the pool."""
        if self._is_closed:
            return
        self._is_closed = True
        self._threads.shutdown(wait=True)
        self._pool.close()
        if self._aside is not None:
            self._aside.close()

    def _transact(self, work: Work[T], begin: bytes) -> T:
        if getattr(self._local, "is_writing", False):
            raise RuntimeError("a unit of work must not start another one and wait for it")
        with self._lend() as driver:
            self._local.is_writing = True
            try:
                driver.execute(begin)
                result = work(_wrap(driver))
                _commit(driver)
            except BaseException as error:
                _roll_back(driver)
                if isinstance(error, psycopg.Error):
                    raise from_postgresql(error) from error
                raise
            finally:
                self._local.is_writing = False
        self.commits.happened()
        return result

    @staticmethod
    def _read_inside(
        connection: Connection, driver: DriverConnection, *, snapshot: bool
    ) -> Iterator[Connection]:
        """Yield `connection`, in a transaction of its own if a snapshot is asked for and absent."""
        is_idle = driver.info.transaction_status == TransactionStatus.IDLE
        if not (snapshot and is_idle):
            yield connection
            return
        driver.execute(_SNAPSHOT)
        try:
            yield connection
        finally:
            _roll_back(driver)

    @contextmanager
    def _lend(self) -> Iterator[DriverConnection]:
        self._refuse_if_closed()
        try:
            driver = self._pool.getconn()
        except PoolClosed as error:
            raise DatabaseClosed("the database is closed") from error
        except psycopg.Error as error:
            raise from_postgresql(error) from error
        try:
            yield driver
        finally:
            self._pool.putconn(driver)

    def _wait_until_open(self, timeout: float) -> None:
        try:
            self._pool.wait(timeout)
        except PoolTimeout as error:
            self._pool.close()
            raise TenantUnavailable from error

    def _refuse_if_closed(self) -> None:
        if self._is_closed:
            raise DatabaseClosed("the database is closed")


def conninfo_of(url: str) -> str:
    """Return the libpq form of a `postgresql+psycopg://` URL."""
    return "postgresql://" + url.partition("://")[2]


def lock_key(schema: str | None) -> int:
    """Return the advisory lock's number for `schema`: 64 bits that no other schema has."""
    digest = hashlib.sha256(f"zhuji:{schema or ''}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _beginnings(key: int) -> tuple[bytes, bytes]:
    """Return the texts that begin a shared and an exclusive unit, each in one round trip."""
    begin = "BEGIN; SELECT pg_advisory_xact_lock{}({})"
    return begin.format("_shared", key).encode(), begin.format("", key).encode()


def _options(url: str, schema: str | None, timeout: float) -> str:
    settings = {
        "timezone": "UTC",
        "lock_timeout": str(int(timeout * 1000)),
        "idle_in_transaction_session_timeout": "60000",
    }
    if schema is not None:
        if not _SCHEMA_NAME.fullmatch(schema):
            raise ValueError(f"not a schema name: {schema!r}")
        settings["search_path"] = schema
    given = psycopg.conninfo.conninfo_to_dict(conninfo_of(url)).get("options")
    ours = [f"-c {name}={value}" for name, value in settings.items()]
    return " ".join([str(given)] * bool(given) + ours)


def _configure(driver: DriverConnection) -> None:
    """Set up a new connection: prepare early, and hand uuid and json over as text."""
    driver.prepare_threshold = 1
    driver.prepared_max = PREPARED_STATEMENTS
    for name in ("uuid", "json", "jsonb"):
        driver.adapters.register_loader(name, TextLoader)


def _wrap(driver: DriverConnection) -> Connection:
    cursor = driver.cursor()

    def run_many(text: str, rows: Any) -> psycopg.Cursor[tuple[Any, ...]]:
        cursor.executemany(text, rows)
        return cursor

    def limit(seconds: float | None) -> None:
        if driver.info.transaction_status == TransactionStatus.INTRANS:
            driver.execute(f"SET LOCAL statement_timeout = {round((seconds or 0) * 1000)}".encode())

    return Connection(
        Driver(POSTGRESQL, cursor.execute, run_many, psycopg.Error, from_postgresql, limit)
    )


def _commit(driver: DriverConnection) -> None:
    """Commit. PostgreSQL takes COMMIT of a failed transaction for ROLLBACK, and says nothing."""
    if driver.info.transaction_status != TransactionStatus.INTRANS:
        raise RuntimeError("a unit of work caught a database error outside a savepoint")
    driver.execute("COMMIT")


def _roll_back(driver: DriverConnection) -> None:
    """End the transaction; a connection that cannot even do that is discarded by the pool."""
    try:
        driver.execute("ROLLBACK")
    except psycopg.Error:
        driver.close()
