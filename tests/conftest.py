"""Fixtures for every test: databases of both dialects, and strictness about skips.

With `PAAS_TEST_STRICT=1` a skipped test or module is a failure: on a machine that is meant to
have everything, nothing may be left out silently.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from paas.app.private_postgresql import PostgresqlUnavailable, postgresql_server
from paas.db import Database
from paas.db.migration import upgrade
from tests.support.database import Place

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
IS_STRICT = os.environ.get("PAAS_TEST_STRICT") == "1"


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of a PostgreSQL server, started when the first test needs it."""
    server = postgresql_server()
    try:
        url = server.__enter__()
    except PostgresqlUnavailable as reason:
        pytest.skip(f"PostgreSQL is unavailable: {reason}")
    yield url
    server.__exit__(None, None, None)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty place for one database, on each dialect."""
    if request.param == "sqlite":
        yield Place(f"sqlite:///{tmp_path}/tenant.db")
        return
    url = request.getfixturevalue("postgresql_url")
    schema = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        yield Place(url, schema)
        connection.execute("SET client_min_messages = warning")
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def empty_database(place: Place) -> Iterator[Database]:
    """An open database without any table, on each dialect."""
    database = place.open()
    yield database
    database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """An open database with the engine's tables, on each dialect."""
    upgrade(empty_database)
    return empty_database


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: the browser's driver keeps an event loop running in the thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _without_skips((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _without_skips((yield))


def _without_skips(report: Report) -> Report:
    if IS_STRICT and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"PAAS_TEST_STRICT=1 allows no skips. {reason}"
    return report
