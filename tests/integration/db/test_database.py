"""Units of work behave alike on both dialects."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from paas.db import (
    Connection,
    Database,
    DatabaseClosed,
    IntegrityViolation,
    TenantBusy,
    compile_statement,
    one_of,
)
from tests.support.database import Place

HANG = 10

TABLES = sa.MetaData()
PARENT = sa.Table(
    "parent",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("a", sa.Text, nullable=False),
    sa.Column("b", sa.Text),
    sa.UniqueConstraint("a", "b", name="parent_a_b"),
    sa.CheckConstraint("b <> 'bad'", name="parent_not_bad"),
    sa.Index("parent_folded", sa.text("lower(b)"), unique=True),
)
CHILD = sa.Table(
    "child",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", name="child_parent")),
)


@pytest.fixture
def db(empty_database: Database) -> Database:
    def create(connection: Connection) -> None:
        for table in TABLES.sorted_tables:
            connection.execute(compile_statement(sa.schema.CreateTable(table), connection.dialect))
            for index in table.indexes:
                connection.execute(
                    compile_statement(sa.schema.CreateIndex(index), connection.dialect)
                )

    empty_database.exclusive(create)
    return empty_database


@pytest.fixture
def other(place: Place) -> Iterator[Database]:
    """The same place, as another process has it; impatient."""
    database = place.open(timeout=0.2)
    yield database
    database.close()


def insert(number: int, a: str = "", b: str | None = None):
    def work(connection: Connection) -> int:
        statement = compile_statement(sa.insert(PARENT), connection.dialect)
        return connection.execute(statement, {"id": number, "a": a or str(number), "b": b})

    return work


def insert_child(number: int, parent: int):
    def work(connection: Connection) -> int:
        statement = compile_statement(sa.insert(CHILD), connection.dialect)
        return connection.execute(statement, {"id": number, "parent_id": parent})

    return work


def ids(connection: Connection) -> list[int]:
    return [number for (number,) in connection.fetch("SELECT id FROM parent ORDER BY id")]


def read_ids(database: Database) -> list[int]:
    with database.read() as connection:
        return ids(connection)


class Held:
    """A unit of work that runs until it is released."""

    def __init__(self, work=lambda _: None) -> None:
        self.begun, self.end, self._work = threading.Event(), threading.Event(), work

    def __call__(self, connection: Connection) -> None:
        self._work(connection)
        self.begun.set()
        assert self.end.wait(HANG)


def test_write_returns_what_the_unit_returns(db: Database):
    assert db.write(insert(1)) == 1
    assert read_ids(db) == [1]


def test_a_failing_unit_leaves_nothing(db: Database):
    def fail(connection: Connection) -> None:
        insert(1)(connection)
        raise LookupError

    with pytest.raises(LookupError):
        db.write(fail)
    assert read_ids(db) == []


def test_many_writers_and_one_that_fails(db: Database):
    def fail(connection: Connection) -> None:
        insert(1000)(connection)
        raise LookupError

    def client(first: int) -> None:
        for number in range(first, first + 20):
            db.write(insert(number))
            if number == 65:
                with pytest.raises(LookupError):
                    db.write(fail)

    with ThreadPoolExecutor(16) as threads:
        for done in [threads.submit(client, first) for first in range(0, 320, 20)]:
            done.result(HANG)
    assert read_ids(db) == list(range(320))


def test_submitted_units_resolve_after_their_commit(db: Database):
    futures = [db.submit(insert(number)) for number in range(30)]
    assert [future.result(HANG) for future in futures] == [1] * 30
    assert read_ids(db) == list(range(30))


def test_units_submitted_from_a_loop(db: Database):
    async def main() -> list:
        loop = asyncio.get_running_loop()
        units = [insert(1), insert(2), insert(1), insert(3)]
        futures = [db.submit_async(unit, loop=loop) for unit in units]
        return await asyncio.gather(*futures, return_exceptions=True)

    results = asyncio.run(main())
    assert sum(isinstance(result, IntegrityViolation) for result in results) == 1
    assert results.count(1) == 3
    assert read_ids(db) == [1, 2, 3]


def test_savepoints_nest(db: Database):
    def work(connection: Connection) -> None:
        insert(1)(connection)
        with connection.savepoint():
            insert(2)(connection)
            with pytest.raises(IntegrityViolation), connection.savepoint():
                insert(3)(connection)
                insert(1)(connection)
            insert(4)(connection)
        with pytest.raises(LookupError), connection.savepoint():
            with connection.savepoint():
                insert(5)(connection)
            raise LookupError

    db.write(work)
    assert read_ids(db) == [1, 2, 4]


def test_units_do_not_wait_for_units_inside_them(db: Database):
    for work in (lambda _: db.write(insert(1)), lambda _: db.exclusive(insert(1))):
        with pytest.raises(RuntimeError, match="another"):
            db.write(work)
    assert read_ids(db) == []


def test_a_snapshot_sees_one_moment(db: Database):
    db.write(insert(1))
    with db.read(snapshot=True) as connection:
        assert ids(connection) == [1]
        db.write(insert(2))
        assert ids(connection) == [1]
        with db.read(snapshot=True) as inner:
            assert ids(inner) == [1]
        with db.read() as inner:
            assert ids(inner) == [1]
        assert ids(connection) == [1]
    assert read_ids(db) == [1, 2]


def test_a_snapshot_inside_a_plain_read_ends_with_its_block(db: Database):
    with db.read() as outer:
        with db.read(snapshot=True) as connection:
            assert ids(connection) == []
            db.write(insert(1))
            assert ids(connection) == []
        assert ids(outer) == [1]


def test_a_snapshot_ends_when_its_block_raises(db: Database):
    with pytest.raises(LookupError), db.read(snapshot=True) as connection:
        ids(connection)
        raise LookupError
    db.write(insert(1))
    assert read_ids(db) == [1]


def test_a_plain_read_sees_what_is_committed_meanwhile(db: Database):
    with db.read() as connection:
        assert ids(connection) == []
        db.write(insert(1))
        assert ids(connection) == [1]


def test_an_exclusive_unit_keeps_writers_out_and_lets_readers_in(db: Database):
    held = Held(insert(1))
    with ThreadPoolExecutor(2) as threads:
        alone = threads.submit(db.exclusive, held)
        assert held.begun.wait(HANG)
        waiting = threads.submit(db.write, ids)
        time.sleep(0.1)
        assert not waiting.done()
        assert read_ids(db) == []
        held.end.set()
        alone.result(HANG)
        assert waiting.result(HANG) == [1]


def test_an_exclusive_unit_waits_for_running_writers(db: Database):
    held = Held(insert(1))
    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(db.write, held)
        assert held.begun.wait(HANG)
        alone = threads.submit(db.exclusive, ids)
        time.sleep(0.1)
        assert not alone.done()
        held.end.set()
        writing.result(HANG)
        assert alone.result(HANG) == [1]


def test_another_process_that_waits_too_long_is_told_it_is_busy(db: Database, other: Database):
    held = Held()
    with ThreadPoolExecutor(1) as threads:
        alone = threads.submit(db.exclusive, held)
        assert held.begun.wait(HANG)
        for attempt in (other.write, other.exclusive):
            with pytest.raises(TenantBusy):
                attempt(insert(1))
        held.end.set()
        alone.result(HANG)
    assert other.write(insert(2)) == 1
    assert read_ids(db) == [2]


def test_a_failing_exclusive_unit_leaves_neither_rows_nor_tables(db: Database):
    def fail(connection: Connection) -> None:
        connection.execute("CREATE TABLE more (id integer)")
        connection.execute("ALTER TABLE parent ADD COLUMN c integer")
        insert(1)(connection)
        raise LookupError

    with pytest.raises(LookupError):
        db.exclusive(fail)
    assert db.exclusive(lambda c: c.execute("CREATE TABLE more (id integer)")) is not None
    assert db.write(insert(1)) == 1
    with db.read() as connection:
        assert len(connection.fetch("SELECT * FROM parent")[0]) == 3


@pytest.mark.parametrize("rebuild", [True, False])
def test_an_exclusive_unit_cannot_leave_orphans(db: Database, rebuild: bool):
    with pytest.raises(IntegrityViolation) as caught:
        db.exclusive(insert_child(1, 99), rebuild=rebuild)
    assert caught.value.kind == "foreign_key"
    with pytest.raises(IntegrityViolation):
        db.write(insert_child(1, 99))
    with db.read() as connection:
        assert connection.fetch("SELECT * FROM child") == []


def test_statements_are_counted(db: Database):
    many = compile_statement(sa.insert(PARENT), db.dialect)

    def work(connection: Connection) -> int:
        before = connection.statements
        rows = [{"id": number, "a": str(number), "b": None} for number in range(50)]
        assert connection.executemany(many, rows) == 50
        assert connection.executemany(many, []) == 0
        ids(connection)
        connection.execute("DELETE FROM parent")
        return connection.statements - before

    assert db.write(work) == 3


def test_one_of_finds_rows_by_a_list(db: Database):
    for number in range(5):
        db.write(insert(number, b=str(number)))
    by_id = compile_statement(sa.select(PARENT.c.a).where(one_of(PARENT.c.id, "ids")), db.dialect)
    by_text = compile_statement(sa.select(PARENT.c.a).where(one_of(PARENT.c.b, "b")), db.dialect)
    with db.read() as connection:
        assert sorted(connection.fetch(by_id, {"ids": [1, 3, 9]})) == [("1",), ("3",)]
        assert connection.fetch(by_id, {"ids": []}) == []
        assert connection.fetch(by_text, {"b": ["4"]}) == [("4",)]


def violation(database: Database, *works) -> tuple:
    def work(connection: Connection) -> None:
        for step in works:
            step(connection)

    with pytest.raises(IntegrityViolation) as caught:
        database.write(work)
    error = caught.value
    assert str(error)
    return error.kind, error.table, error.columns, error.constraint


def test_unique_violations(db: Database):
    on_sqlite = db.dialect == "sqlite"
    kind, table, columns, name = violation(db, insert(1), insert(1, a="x"))
    assert (kind, table, columns) == ("unique", "parent", ("id",))
    assert name == (None if on_sqlite else "parent_pkey")
    kind, table, columns, name = violation(db, insert(1, "x", "y"), insert(2, "x", "y"))
    if on_sqlite:  # it names the index over the expression first
        assert (kind, columns, name) == ("unique", (), "parent_folded")
    else:
        assert (kind, columns, name) == ("unique", ("a", "b"), "parent_a_b")


def test_unique_violation_of_an_index_over_an_expression(db: Database):
    kind, _, columns, name = violation(db, insert(1, "x", "y"), insert(2, "z", "Y"))
    assert (kind, columns, name) == ("unique", (), "parent_folded")


def test_not_null_violation(db: Database):
    found = violation(db, lambda c: c.execute("INSERT INTO parent (id) VALUES (1)"))
    assert found == ("not_null", "parent", ("a",), None)


def test_check_violation(db: Database):
    kind, _, _, name = violation(db, insert(1, "x", "bad"))
    assert (kind, name) == ("other", "parent_not_bad")


def test_foreign_key_violation(db: Database):
    kind, *rest = violation(db, insert_child(1, 5))
    assert kind == "foreign_key"
    if db.dialect == "sqlite":
        assert rest == [None, (), None]
    else:
        assert rest == ["child", ("parent_id",), "child_parent"]


def test_deleting_a_parent_is_a_foreign_key_violation(db: Database):
    delete = lambda c: c.execute("DELETE FROM parent")  # noqa: E731
    assert violation(db, insert(1), insert_child(1, 1), delete)[0] == "foreign_key"


def test_a_failed_executemany_is_an_integrity_violation(db: Database):
    statement = compile_statement(sa.insert(PARENT), db.dialect)
    rows = [{"id": 1, "a": "x", "b": None}] * 2
    assert violation(db, lambda c: c.executemany(statement, rows))[0] == "unique"


def test_bugs_in_statements_stay_bugs(db: Database):
    with pytest.raises(Exception, match="nowhere"):
        db.write(lambda c: c.fetch("SELECT * FROM nowhere"))
    assert db.write(insert(1)) == 1


def test_closing(place: Place):
    database = place.open()
    future = database.submit(lambda c: c.fetch("SELECT 1"))
    database.close()
    database.close()
    assert future.result(0) == [(1,)]
    for attempt in (database.write, database.submit, database.exclusive):
        with pytest.raises(DatabaseClosed):
            attempt(lambda c: c.fetch("SELECT 1"))
    with pytest.raises(DatabaseClosed), database.read():
        pass
