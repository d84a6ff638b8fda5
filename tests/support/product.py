"""The fixture `product`: the running product with the CRM pack, on each dialect, once a session."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.support.server import Product, running_product


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def product(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A served tenant with the CRM pack and its sample data."""
    home = tmp_path_factory.mktemp("product")
    if request.param == "sqlite":
        with running_product(f"sqlite:///{home}/tenant.db", home=home) as running:
            yield running
        return
    url = request.getfixturevalue("postgresql_url")
    with _schema(url) as schema, running_product(url, schema=schema, home=home) as running:
        yield running


class _schema:
    """A schema of the test server that goes with the block."""

    def __init__(self, url: str) -> None:
        self._dsn = url.replace("+psycopg", "")
        self._name = f"t_{uuid.uuid4().hex}"

    def __enter__(self) -> str:
        self._execute(f"CREATE SCHEMA {self._name}")
        return self._name

    def __exit__(self, *_: object) -> None:
        self._execute(f"SET client_min_messages = warning; DROP SCHEMA {self._name} CASCADE")

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(sql)
