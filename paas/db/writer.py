"""The writer: the one thread that writes a SQLite file, committing in groups.

Units of work queue up. The thread takes what waits, runs each under a savepoint, commits once
and then resolves every future, so that a durable commit is paid once per group. A unit that
fails is rolled back alone; a commit that fails fails its group; nothing ends the thread but
`close`. Opening the file and reading from it are the business of `paas.db.sqlite`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from paas.db.connection import Connection, Driver
from paas.db.database import DatabaseClosed, Work
from paas.db.integrity import IntegrityViolation, from_sqlite
from paas.db.problem import TenantBusy, TenantUnavailable
from paas.db.time_limit import time_limit

GROUP_UNITS = 256
"""At most so many units share a commit…"""
GROUP_SECONDS = 0.02
"""…and none joins a group that has been running for so long, so that nobody waits for many."""

AnyFuture = Future[Any] | asyncio.Future[Any]


class Unit:
    """A unit of work on its way through the queue, with its outcome until the commit."""

    __slots__ = ("deadline", "error", "future", "loop", "rebuild", "result", "work")

    def __init__(
        self,
        work: Work[Any],
        future: AnyFuture,
        *,
        deadline: float,
        loop: asyncio.AbstractEventLoop | None = None,
        rebuild: bool | None = None,
    ) -> None:
        self.work = work
        self.future = future
        self.deadline = deadline
        self.loop = loop
        self.rebuild = rebuild
        """None for an ordinary unit; otherwise it runs alone, and says whether tables change."""
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Tell whoever waits. A future that was cancelled meanwhile is left alone."""
        with suppress(InvalidStateError, asyncio.InvalidStateError):
            if self.error is None:
                self.future.set_result(self.result)
            else:
                self.future.set_exception(self.error)

    @property
    def is_wanted(self) -> bool:
        """Tell whether somebody still waits, and from now on refuse cancellation if possible."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()


class Writer:
    """Owns the writing connection of a file and the thread that uses it.

    `turn` is held while a group or an exclusive unit runs; whoever takes it knows that the
    writer stands still. `on_commit` is called after every commit.
    """

    def __init__(
        self, driver: sqlite3.Connection, *, timeout: float, on_commit: Callable[[], None]
    ) -> None:
        self.turn = threading.Lock()
        self._driver = driver
        self._seam = Driver(
            "sqlite",
            driver.execute,
            driver.executemany,
            sqlite3.Error,
            from_sqlite,
            time_limit(driver),
        )
        self._timeout = timeout
        self._on_commit = on_commit
        self._queue: SimpleQueue[Unit | None] = SimpleQueue()
        self._held: Unit | None = None
        self._door = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._serve, name="sqlite-writer", daemon=True)
        self._thread.start()

    @property
    def is_current_thread(self) -> bool:
        """Tell whether the caller is a unit of work that is running."""
        return threading.current_thread() is self._thread

    def put(
        self,
        work: Work[Any],
        future: AnyFuture,
        *,
        loop: asyncio.AbstractEventLoop | None = None,
        rebuild: bool | None = None,
    ) -> None:
        """Queue a unit. It is refused as busy if it has not begun within the time-out."""
        deadline = time.monotonic() + self._timeout
        unit = Unit(work, future, deadline=deadline, loop=loop, rebuild=rebuild)
        with self._door:
            if self._is_closed:
                raise DatabaseClosed("the database is closed")
            self._queue.put(unit)

    def close(self) -> None:
        """Finish what is queued, end the thread and close the connection."""
        with self._door:
            if self._is_closed:
                return
            self._is_closed = True
            self._queue.put(None)
        self._thread.join()
        self._driver.close()

    # ------------------------------------------------------------ on the writer thread

    def _serve(self) -> None:
        unit = self._queue.get()
        while unit is not None:
            group = [unit]
            with self.turn:
                try:
                    if unit.rebuild is None:
                        self._together(group)
                    else:
                        self._alone(unit, rebuild=unit.rebuild)
                except BaseException as error:  # whatever happens, the thread serves on
                    self._abandon(group, error)
            _settle(group)
            unit, self._held = self._held, None
            if unit is None:
                del group  # while the thread waits, nothing it has done stays in memory
                unit = self._queue.get()

    def _together(self, group: list[Unit]) -> None:
        """Run the one unit in `group`, and what waits behind it, in one transaction."""
        if not _is_due(group[0]):
            return
        self._driver.execute("BEGIN IMMEDIATE")
        self._run(group[0])
        until = time.monotonic() + GROUP_SECONDS
        while len(group) < GROUP_UNITS and time.monotonic() < until:
            unit = self._take() if self._driver.in_transaction else None
            if unit is None:
                break
            group.append(unit)
            if _is_due(unit):
                self._run(unit)
        self._commit()

    def _take(self) -> Unit | None:
        """Return the next unit that may join a group; keep one that may not for later."""
        try:
            unit = self._queue.get_nowait()
        except Empty:
            return None
        if unit is None:
            self._queue.put(None)  # closing, but this group first
        elif unit.rebuild is not None:
            self._held = unit
            return None
        return unit

    def _run(self, unit: Unit) -> None:
        """Run `unit` in the open transaction, which keeps what it wrote if it succeeds."""
        driver = self._driver
        driver.execute("SAVEPOINT unit")
        try:
            unit.result = unit.work(Connection(self._seam))
        except BaseException as error:  # it belongs to the one who waits
            # A future would not take StopIteration.
            unit.error = RuntimeError(error) if isinstance(error, StopIteration) else error
            if not driver.in_transaction:
                return
            driver.execute("ROLLBACK TO unit")
        driver.execute("RELEASE unit")

    def _commit(self) -> None:
        if not self._driver.in_transaction:
            # The disk is full or failing, and SQLite has rolled everything back on its own.
            raise TenantUnavailable
        self._driver.execute("COMMIT")
        self._on_commit()

    def _abandon(self, group: list[Unit], reason: BaseException) -> None:
        """Roll the transaction back and fail every unit that believes to have succeeded."""
        meaning = from_sqlite(reason) if isinstance(reason, sqlite3.Error) else reason
        for unit in group:
            if unit.error is None:
                unit.error, unit.result = meaning, None
        if self._driver.in_transaction:
            with suppress(sqlite3.Error):
                self._driver.execute("ROLLBACK")

    def _alone(self, unit: Unit, *, rebuild: bool) -> None:
        """Run an exclusive unit: a transaction of its own, foreign keys off while it rebuilds."""
        if not _is_due(unit):
            return
        if rebuild:
            self._driver.execute("PRAGMA foreign_keys = OFF")  # inside a transaction: ignored
        try:
            self._driver.execute("BEGIN IMMEDIATE")
            self._run(unit)
            if unit.error is not None:
                raise unit.error
            if rebuild:
                self._check_foreign_keys()
            self._commit()
        except BaseException as error:
            self._abandon([unit], error)
        finally:
            if rebuild:
                self._driver.execute("PRAGMA foreign_keys = ON")

    def _check_foreign_keys(self) -> None:
        broken = self._driver.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            table, row, parent, _ = broken
            message = f"row {row} of {table} has no parent in {parent}"
            raise IntegrityViolation("foreign_key", table=table, message=message)


def _is_due(unit: Unit) -> bool:
    """Tell whether `unit` is to be run: somebody wants it, and has not waited too long."""
    if not unit.is_wanted:
        return False
    if time.monotonic() > unit.deadline:
        # At once, without waiting for the file: many may have queued up behind a busy one.
        unit.error = TenantBusy()
        return False
    return True


def _settle(group: list[Unit]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in group:
        if unit.loop is None:
            unit.settle()
        else:
            loops.setdefault(unit.loop, []).append(unit)
    for loop, units in loops.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle_here, units)


def _settle_here(units: list[Unit]) -> None:
    for unit in units:
        unit.settle()
