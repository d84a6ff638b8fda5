"""SQLite: a file in WAL mode, one writer thread, a reading connection per thread.

Nothing acknowledged is ever lost (`synchronous=FULL`); the writer's group commits make that
affordable and the checkpointer keeps it smooth. Caches are small because every thread has one.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from paas.db.checkpoint import Checkpointer
from paas.db.connection import Connection, Driver
from paas.db.database import Database, DatabaseClosed, Function, Work
from paas.db.integrity import from_sqlite
from paas.db.statement import SQLITE
from paas.db.time_limit import time_limit
from paas.db.writer import Writer

T = TypeVar("T")

CACHED_STATEMENTS = 256
READER_CACHE_KIB = 1024
WRITER_CACHE_KIB = 8192
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 0",
    "temp_store = MEMORY",
    "journal_size_limit = 67108864",
)


class SqliteDatabase(Database):
    """A tenant in a file."""

    def __init__(
        self, url: str, *, functions: Sequence[Function] = (), timeout: float = 10.0
    ) -> None:
        super().__init__(url, dialect=SQLITE)
        self._path = path_of(url)
        self._functions = tuple(functions)
        self._timeout = timeout
        self._local = threading.local()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()
        self._is_closed = False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        writing = self._connect(WRITER_CACHE_KIB)
        self._checkpointer = Checkpointer(self._connect(READER_CACHE_KIB))
        self._writer = Writer(writing, timeout=timeout, on_commit=self._committed)
        self._checkpointer.turn = self._writer.turn

    def read(self, *, snapshot: bool = False) -> AbstractContextManager[Connection]:
        """Lend the thread's own connection; opening it is the first call's business."""
        if self._is_closed:
            raise DatabaseClosed("the database is closed")
        try:
            reader: _Reader = self._local.reader
        except AttributeError:
            reader = self._open_reader()
        return reader.snapshot() if snapshot else reader

    def aside(self, connection: Connection) -> AbstractContextManager[Connection]:
        """Lend the unit's own connection: nobody else writes."""
        return nullcontext(connection)

    def submit(self, work: Work[T]) -> Future[T]:
        """Queue `work` for the writer thread."""
        future: Future[T] = Future()
        self._writer.put(work, future)
        return future

    def submit_async(self, work: Work[T], *, loop: asyncio.AbstractEventLoop) -> asyncio.Future[T]:
        """Queue `work` for the writer thread, for a caller on `loop`."""
        future: asyncio.Future[T] = loop.create_future()
        self._writer.put(work, future, loop=loop)
        return future

    def write(self, work: Work[T]) -> T:
        """Queue `work` for the writer thread and wait."""
        return self._wait_for(work)

    def exclusive(self, work: Work[T], *, rebuild: bool = True) -> T:
        """Queue `work` to be run alone by the writer thread, and wait."""
        return self._wait_for(work, rebuild=rebuild)

    def close(self) -> None:
        """Finish what is queued, checkpoint and close every connection."""
        self._is_closed = True
        self._writer.close()
        self._checkpointer.close()
        for reader in list(self._readers):
            reader.close()

    def _committed(self) -> None:
        self._checkpointer.mark()
        self.commits.happened()

    def _wait_for(self, work: Work[T], *, rebuild: bool | None = None) -> T:
        if self._writer.is_current_thread:
            raise RuntimeError("a unit of work must not start another one and wait for it")
        future: Future[T] = Future()
        self._writer.put(work, future, rebuild=rebuild)
        return future.result()

    def _open_reader(self) -> _Reader:
        driver = self._connect(READER_CACHE_KIB)
        driver.execute("PRAGMA query_only = ON")
        reader = self._local.reader = _Reader(driver)
        self._readers.add(reader)
        return reader

    def _connect(self, cache_kib: int) -> sqlite3.Connection:
        """Open and set up one connection. It begins transactions only when told to."""
        try:
            driver = sqlite3.connect(
                self._path,
                timeout=self._timeout,
                isolation_level=None,
                check_same_thread=False,  # closing happens on another thread
                cached_statements=CACHED_STATEMENTS,
            )
        except sqlite3.Error as error:
            raise from_sqlite(error) from error
        try:
            for pragma in (*PRAGMAS, f"cache_size = -{cache_kib}"):
                driver.execute(f"PRAGMA {pragma}").fetchall()
        except sqlite3.Error as error:
            driver.close()
            raise from_sqlite(error) from error
        for name, arguments, function in self._functions:
            if isinstance(function, type):
                driver.create_aggregate(name, arguments, function)
            else:
                driver.create_function(name, arguments, function, deterministic=True)
        return driver


class _Reader:
    """A thread's reading connection; as a context manager it lends it out, statement by statement.

    Kept alive by the thread that uses it, and closed with it.
    """

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        self._connection = Connection(
            Driver(
                SQLITE,
                driver.execute,
                driver.executemany,
                sqlite3.Error,
                from_sqlite,
                time_limit(driver),
            )
        )
        self.close = weakref.finalize(self, driver.close)

    def __enter__(self) -> Connection:
        return self._connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Return a block that sees one moment; the outer block, if already inside one."""
        return self if self._driver.in_transaction else _Snapshot(self._driver, self._connection)


class _Snapshot:
    def __init__(self, driver: sqlite3.Connection, connection: Connection) -> None:
        self._driver = driver
        self._connection = connection

    def __enter__(self) -> Connection:
        self._driver.execute("BEGIN")
        return self._connection

    def __exit__(self, *failure: Any) -> None:
        self._driver.execute("COMMIT")


def path_of(url: str) -> Path:
    """Return the file that `sqlite:///relative` or `sqlite:////absolute` means."""
    scheme, _, path = url.partition(":///")
    if scheme != SQLITE or not path or path == ":memory:":
        raise ValueError(f"not the URL of a SQLite file: {url!r}")
    return Path(path)
