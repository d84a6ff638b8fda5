"""The writer thread: groups, failures inside and at the commit, closing."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from paas.db import Connection, DatabaseClosed, TenantBusy, TenantUnavailable
from paas.db.writer import Writer

HANG = 10


class Driver:
    """The driver's connection, with a fault that can be switched on."""

    def __init__(self, path: Path) -> None:
        self._driver = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.executemany = self._driver.executemany
        self.close = self._driver.close
        self.faults: dict[str, Exception] = {}
        self.log: list[str] = []

    @property
    def in_transaction(self) -> bool:
        return self._driver.in_transaction

    def execute(self, sql: str, params=()):
        self.log.append(sql)
        if sql in self.faults:
            raise self.faults.pop(sql)
        return self._driver.execute(sql, params)


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    driver = Driver(tmp_path / "a.db")
    driver.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    driver.log.clear()
    return driver


@pytest.fixture
def commits() -> list[int]:
    return []


@pytest.fixture
def writer(driver: Driver, commits: list[int]) -> Iterator[Writer]:
    writer = Writer(driver, timeout=5, on_commit=lambda: commits.append(1))  # type: ignore[arg-type]
    yield writer
    writer.close()


def insert(n: int):
    return lambda connection: connection.execute("INSERT INTO t VALUES (?)", (n,))


def put(writer: Writer, work) -> Future:
    future: Future = Future()
    writer.put(work, future)
    return future


class Hold:
    """A unit of work that keeps the writer busy until told otherwise."""

    def __init__(self, writer: Writer) -> None:
        self._begun, self._end = threading.Event(), threading.Event()
        self.future = put(writer, self._work)
        assert self._begun.wait(HANG)

    def _work(self, _: Connection) -> None:
        self._begun.set()
        assert self._end.wait(HANG)

    def release(self) -> None:
        self._end.set()


def rows(writer: Writer) -> list[int]:
    found = put(writer, lambda c: c.fetch("SELECT n FROM t ORDER BY n")).result(HANG)
    return [n for (n,) in found]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, what waits joins the group."""
    monkeypatch.setattr("paas.db.writer.GROUP_SECONDS", HANG)


@pytest.mark.usefixtures("patient")
def test_what_waits_is_committed_together(writer: Writer, commits: list[int]):
    hold = Hold(writer)
    futures = [put(writer, insert(n)) for n in range(100)]
    assert not any(future.done() for future in futures)
    hold.release()
    assert [future.result(HANG) for future in futures] == [1] * 100
    assert len(commits) == 1


@pytest.mark.usefixtures("patient")
def test_a_failing_unit_is_rolled_back_alone(writer: Writer):
    hold = Hold(writer)

    def write_then_fail(connection: Connection) -> None:
        insert(100)(connection)
        raise LookupError("mine")

    futures = [put(writer, work) for work in (insert(1), write_then_fail, insert(2))]
    hold.release()
    assert futures[0].result(HANG) == 1
    with pytest.raises(LookupError, match="mine"):
        futures[1].result(HANG)
    assert futures[2].result(HANG) == 1
    assert rows(writer) == [1, 2]


def test_groups_are_bounded(writer: Writer, commits: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("paas.db.writer.GROUP_SECONDS", HANG)
    monkeypatch.setattr("paas.db.writer.GROUP_UNITS", 10)
    hold = Hold(writer)
    futures = [put(writer, insert(n)) for n in range(29)]
    hold.release()
    for future in futures:
        future.result(HANG)
    assert len(commits) == 3


def test_nobody_joins_a_group_that_has_run_long(
    writer: Writer, commits: list[int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("paas.db.writer.GROUP_SECONDS", 0)
    hold = Hold(writer)
    futures = [put(writer, insert(n)) for n in range(2)]
    hold.release()
    for future in futures:
        future.result(HANG)
    assert len(commits) == 3


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("fault", [sqlite3.OperationalError("disk I/O error"), MemoryError()])
def test_a_failing_commit_fails_its_group_and_nothing_else(
    writer: Writer, driver: Driver, fault: Exception
):
    hold = Hold(writer)
    driver.faults["COMMIT"] = fault
    futures = [put(writer, insert(n)) for n in range(3)]
    hold.release()
    for future in [hold.future, *futures]:
        with pytest.raises(type(fault)):
            future.result(HANG)
    assert rows(writer) == []
    assert put(writer, insert(7)).result(HANG) == 1
    assert rows(writer) == [7]


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "SAVEPOINT unit", "RELEASE unit"])
def test_no_fault_ends_the_thread(writer: Writer, driver: Driver, statement: str):
    driver.faults[statement] = sqlite3.OperationalError("injected")
    with pytest.raises(sqlite3.OperationalError, match="injected"):
        put(writer, insert(1)).result(HANG)
    assert put(writer, insert(2)).result(HANG) == 1
    assert rows(writer) == [2]


@pytest.mark.usefixtures("patient")
def test_a_transaction_lost_on_the_way_fails_the_group(writer: Writer, driver: Driver):
    hold = Hold(writer)

    def lose(_: Connection) -> None:
        driver.execute("ROLLBACK")  # what SQLite does on its own when the disk is full
        raise LookupError("lost")

    before, loser, after = put(writer, insert(1)), put(writer, lose), put(writer, insert(2))
    hold.release()
    with pytest.raises(TenantUnavailable):
        before.result(HANG)
    with pytest.raises(LookupError):
        loser.result(HANG)
    assert after.result(HANG) == 1
    assert rows(writer) == [2]


def test_a_unit_that_waited_too_long_is_refused_as_busy(writer: Writer):
    hold = Hold(writer)
    writer._timeout = 0.01
    late = put(writer, insert(1))
    writer._timeout = HANG
    time.sleep(0.05)
    hold.release()
    with pytest.raises(TenantBusy):
        late.result(HANG)
    assert rows(writer) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), StopIteration("x")])
def test_whatever_a_unit_raises_reaches_its_caller(writer: Writer, error: BaseException):
    def fail(_: Connection) -> None:
        raise error

    expected = RuntimeError if isinstance(error, StopIteration) else type(error)
    assert isinstance(put(writer, fail).exception(HANG), expected)
    assert rows(writer) == []


def test_a_cancelled_unit_is_not_done(writer: Writer):
    hold = Hold(writer)
    future = put(writer, insert(1))
    assert future.cancel()
    hold.release()
    assert rows(writer) == []


def test_an_exclusive_unit_waits_for_the_group_before_it(writer: Writer, driver: Driver):
    hold = Hold(writer)
    first: Future = Future()
    alone: Future = Future()
    last: Future = Future()
    writer.put(insert(1), first)
    writer.put(lambda c: c.execute("CREATE TABLE u (n)"), alone, rebuild=True)
    writer.put(insert(2), last)
    hold.release()
    last.result(HANG)
    assert [line for line in driver.log if "unit" not in line] == [
        "BEGIN IMMEDIATE",
        "INSERT INTO t VALUES (?)",
        "COMMIT",
        "PRAGMA foreign_keys = OFF",
        "BEGIN IMMEDIATE",
        "CREATE TABLE u (n)",
        "PRAGMA foreign_key_check",
        "COMMIT",
        "PRAGMA foreign_keys = ON",
        "BEGIN IMMEDIATE",
        "INSERT INTO t VALUES (?)",
        "COMMIT",
    ]


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "PRAGMA foreign_key_check", "COMMIT"])
def test_foreign_keys_are_on_again_after_a_failed_exclusive_unit(
    writer: Writer, driver: Driver, statement: str
):
    driver.faults[statement] = sqlite3.OperationalError("injected")
    future: Future = Future()
    writer.put(insert(1), future, rebuild=True)
    with pytest.raises(sqlite3.OperationalError):
        future.result(HANG)
    on = put(writer, lambda c: c.fetch("PRAGMA foreign_keys")).result(HANG)
    assert (on, rows(writer)) == ([(1,)], [])


@pytest.mark.usefixtures("patient")
def test_a_failing_commit_does_not_lose_the_exclusive_unit_behind_it(
    writer: Writer, driver: Driver
):
    hold = Hold(writer)
    alone: Future = Future()
    writer.put(insert(1), alone, rebuild=True)
    driver.faults["COMMIT"] = sqlite3.OperationalError("injected")
    hold.release()
    with pytest.raises(sqlite3.OperationalError):
        hold.future.result(HANG)
    assert alone.result(HANG) == 1


def test_who_queued_behind_a_busy_file_waits_no_longer_than_it(
    tmp_path: Path, driver: Driver, writer: Writer
):
    driver.execute("PRAGMA busy_timeout = 200")
    writer._timeout = 0.2
    blocker = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    futures = [put(writer, insert(n)) for n in range(20)]
    for future in futures:
        assert isinstance(future.exception(HANG), TenantBusy)
    assert time.monotonic() - begun < 2
    blocker.close()


def test_closing_finishes_what_is_queued(writer: Writer):
    hold = Hold(writer)
    futures = [put(writer, insert(n)) for n in range(5)]
    closing = threading.Thread(target=writer.close)
    closing.start()
    hold.release()
    closing.join(HANG)
    assert [future.result(0) for future in futures] == [1] * 5
    with pytest.raises(DatabaseClosed):
        put(writer, insert(9))
    writer.close()


@pytest.mark.usefixtures("patient")
def test_a_group_wakes_a_loop_once(writer: Writer, monkeypatch: pytest.MonkeyPatch):
    async def main() -> tuple[list[int], int]:
        loop = asyncio.get_running_loop()
        wake, calls = loop.call_soon_threadsafe, []

        def count(*args):
            calls.append(args)
            return wake(*args)

        monkeypatch.setattr(loop, "call_soon_threadsafe", count)
        hold = Hold(writer)
        futures = [loop.create_future() for _ in range(20)]
        for n, future in enumerate(futures):
            writer.put(insert(n), future, loop=loop)
        futures[3].cancel()
        hold.release()
        results = await asyncio.gather(*futures, return_exceptions=True)
        return [r for r in results if not isinstance(r, BaseException)], len(calls)

    assert asyncio.run(main()) == ([1] * 19, 1)
    assert rows(writer) == [n for n in range(20) if n != 3]


def test_a_loop_that_is_gone_harms_nobody(writer: Writer):
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    loop.close()
    writer.put(insert(1), future, loop=loop)
    assert rows(writer) == [1]
