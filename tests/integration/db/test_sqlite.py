"""What only SQLite has: a file, functions, connections per thread, durability on our watch."""

import gc
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from paas.db import Connection, Database, open_database


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/a.db"


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    functions = [("twice", 1, lambda value: value * 2)]
    database = open_database(url, functions=functions)
    database.write(lambda c: c.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)"))
    yield database
    database.close()


def settings(connection: Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
    return {name: connection.fetch(f"PRAGMA {name}")[0][0] for name in names}


def test_every_connection_is_durable_and_strict(db: Database):
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 0,
    }
    assert db.write(settings) == expected
    with db.read() as connection:
        assert settings(connection) == expected


def test_functions_are_there_on_every_connection_and_deterministic(db: Database):
    query = "SELECT twice(21)"
    assert db.write(lambda c: c.fetch(query)) == [(42,)]
    with db.read() as connection:
        assert connection.fetch(query) == [(42,)]
    db.exclusive(lambda c: c.execute("CREATE INDEX doubled ON t (twice(n))"))


def test_readers_cannot_write(db: Database):
    with db.read() as connection, pytest.raises(sqlite3.Error, match="readonly"):
        connection.execute("INSERT INTO t VALUES (1)")


def test_a_thread_has_one_reading_connection_and_takes_it_along(db: Database):
    seen = []

    def work() -> None:
        with db.read() as first, db.read() as second:
            seen.append(first is second)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    assert seen == [True] * 5
    assert len(db._readers) == 0  # type: ignore[attr-defined]


def test_an_exclusive_unit_may_rebuild_a_table_that_others_refer_to(db: Database):
    db.write(lambda c: c.execute("CREATE TABLE child (t INTEGER REFERENCES t (n))"))
    db.write(
        lambda c: (c.execute("INSERT INTO t VALUES (1)"), c.execute("INSERT INTO child VALUES (1)"))
    )

    def rebuild(connection: Connection) -> None:
        connection.execute("CREATE TABLE new_t (n INTEGER PRIMARY KEY, more TEXT)")
        connection.execute("INSERT INTO new_t (n) SELECT n FROM t")
        connection.execute("DROP TABLE t")
        connection.execute("ALTER TABLE new_t RENAME TO t")

    db.exclusive(rebuild)
    with db.read() as connection:
        assert connection.fetch("SELECT * FROM t JOIN child ON child.t = t.n") == [(1, None, 1)]


WRITER = """
import sys, threading
from paas.db import open_database

database = open_database(sys.argv[1])
lock = threading.Lock()

def client(first):
    for number in range(first, 10**9, 8):
        database.write(lambda c: c.execute("INSERT INTO t VALUES (?)", (number,)))
        with lock:
            print(number, flush=True)

for first in range(8):
    threading.Thread(target=client, args=(first,)).start()
"""


def test_what_was_acknowledged_survives_a_kill(db: Database, url: str):
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(300)]
    process.kill()
    rest = process.stdout.read().split("\n")[:-1]  # the last line may be cut off
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    acknowledged += [int(line) for line in rest]
    with db.read() as connection:
        kept = {number for (number,) in connection.fetch("SELECT n FROM t")}
        assert connection.fetch("PRAGMA integrity_check") == [("ok",)]
    assert len(acknowledged) >= 300
    assert kept >= set(acknowledged)
    assert db.write(lambda c: c.execute("INSERT INTO t VALUES (-1)")) == 1
