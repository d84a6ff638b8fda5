"""What only PostgreSQL has: typed values, transactions that fail for good, schemas."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest

from paas.db import Connection, Database, TenantBusy, TenantUnavailable, open_database, upgrade
from paas.db.integrity import from_postgresql
from paas.kernel import uuid7

pytestmark = pytest.mark.postgresql


@pytest.fixture
def schema(postgresql_url: str) -> Iterator[str]:
    """A schema that does not exist yet."""
    name = f"t_{uuid7().replace('-', '')}"
    yield name
    with psycopg.connect(postgresql_url.replace("+psycopg", "")) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


@pytest.fixture
def db(postgresql_url: str, schema: str) -> Iterator[Database]:
    database = open_database(postgresql_url, schema=schema)
    upgrade(database)
    yield database
    database.close()


def test_values_come_as_documented(db: Database):
    text = '{"zh-CN": "客户", "en-US": 1.10}'
    query = """SELECT '0190b6a8-0000-7000-8000-000000000000'::uuid, date '2026-02-03',
        timestamptz '2026-02-03 04:05:06.789+08', 12345678901234.56::numeric(18,2),
        %s::json, true, 1::bigint, NULL"""
    with db.read() as connection:
        assert connection.fetch(query, (text,)) == [
            (
                "0190b6a8-0000-7000-8000-000000000000",
                date(2026, 2, 3),
                datetime(2026, 2, 2, 20, 5, 6, 789000, UTC),
                Decimal("12345678901234.56"),
                text,
                True,
                1,
                None,
            )
        ]


def test_upgrade_makes_the_schema_and_stays_in_it(db: Database, schema: str):
    query = """SELECT DISTINCT table_schema FROM information_schema.tables
        WHERE table_name LIKE 'paas%' OR table_name = 'alembic_version'"""
    with db.read() as connection:
        assert (schema,) in connection.fetch(query)
        assert connection.fetch("SELECT current_schema()") == [(schema,)]


def test_a_swallowed_error_is_not_committed(db: Database):
    def work(connection: Connection) -> None:
        connection.execute("UPDATE paas_state SET metadata_revision = 7")
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT * FROM nowhere")

    with pytest.raises(RuntimeError, match="savepoint"):
        db.write(work)
    with db.read() as connection:
        assert connection.fetch("SELECT metadata_revision FROM paas_state") == [(0,)]


def test_outbox_rows_know_their_transaction(db: Database):
    row = (uuid7(), "account", uuid7(), "create", json.dumps(["name"]), "api", datetime.now(UTC))

    def work(connection: Connection) -> int:
        connection.execute(
            """INSERT INTO paas_outbox (transaction_id, object, record_id, operation,
            changed_fields, origin, at) VALUES (%s, %s, %s, %s, %s, %s, %s)""",
            row,
        )
        return connection.fetch("SELECT pg_current_xact_id()::text::bigint")[0][0]

    txid = db.write(work)
    with db.read() as connection:
        assert connection.fetch("SELECT sequence, txid FROM paas_outbox") == [(1, txid)]


def test_a_lost_connection_is_replaced(db: Database):
    kill = "SELECT pg_terminate_backend(pg_backend_pid())"
    with pytest.raises(TenantUnavailable):
        db.write(lambda c: c.fetch(kill))
    with pytest.raises(TenantUnavailable), db.read() as connection:
        connection.fetch(kill)
    assert db.write(lambda c: c.fetch("SELECT 1")) == [(1,)]


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (psycopg.errors.SerializationFailure(), TenantBusy),
        (psycopg.errors.DeadlockDetected(), TenantBusy),
        (psycopg.errors.LockNotAvailable(), TenantBusy),
        (psycopg.OperationalError(), TenantUnavailable),
        (psycopg.ProgrammingError(), psycopg.ProgrammingError),
    ],
)
def test_what_errors_mean(error: Exception, meaning: type[Exception]):
    assert type(from_postgresql(error)) is meaning


def test_schemas_do_not_wait_for_each_other(db: Database, postgresql_url: str):
    neighbour = open_database(postgresql_url, timeout=0.5)
    try:
        assert db.exclusive(lambda _: neighbour.write(lambda c: c.fetch("SELECT 1"))) == [(1,)]
    finally:
        neighbour.close()
