"""The checkpointer: the file catches up with the WAL, and the WAL does not grow for ever."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from paas.db.checkpoint import Checkpointer

HANG = 10


def connect(path: Path) -> sqlite3.Connection:
    driver = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA wal_autocheckpoint = 0")
    return driver


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


@pytest.fixture
def driver(path: Path) -> Iterator[sqlite3.Connection]:
    driver = connect(path)
    driver.execute("CREATE TABLE t (n, filler)")
    yield driver
    driver.close()


@pytest.fixture
def checkpointer(path: Path) -> Iterator[Checkpointer]:
    checkpointer = Checkpointer(connect(path), interval=0.01)
    yield checkpointer
    checkpointer.close()


def rows_in_the_file_alone(path: Path) -> int:
    try:
        reader = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        try:
            return reader.execute("SELECT count(*) FROM t").fetchone()[0]
        finally:
            reader.close()
    except sqlite3.Error:
        return -1


def wait_for(condition) -> None:
    deadline = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_commits_reach_the_file(path: Path, driver, checkpointer: Checkpointer):
    driver.execute("INSERT INTO t VALUES (1, '')")
    checkpointer.mark()
    wait_for(lambda: rows_in_the_file_alone(path) == 1)


def test_what_a_reader_held_up_follows_later(path: Path, driver, checkpointer: Checkpointer):
    reader = connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM t").fetchall()
    driver.execute("INSERT INTO t VALUES (1, '')")
    checkpointer.mark()
    time.sleep(0.1)
    assert rows_in_the_file_alone(path) < 1
    reader.execute("COMMIT")
    reader.close()
    wait_for(lambda: rows_in_the_file_alone(path) == 1)


def test_a_long_wal_starts_over_while_the_writer_goes_on(
    path: Path, driver, checkpointer: Checkpointer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("paas.db.checkpoint.LONG_WAL_PAGES", 100)
    turn = checkpointer.turn = threading.Lock()
    wal = path.with_name("a.db-wal")
    written = 0
    while written < 20_000_000:
        with turn:
            driver.execute("INSERT INTO t VALUES (1, ?)", ("x" * 100_000,))
        written += 100_000
        checkpointer.mark()
        time.sleep(0.001)
    assert wal.stat().st_size < written / 2


def test_closing_checkpoints_once_more(path: Path, driver):
    checkpointer = Checkpointer(connect(path), interval=60)
    driver.execute("INSERT INTO t VALUES (1, '')")
    checkpointer.mark()
    checkpointer.close()
    checkpointer.close()
    assert rows_in_the_file_alone(path) == 1
