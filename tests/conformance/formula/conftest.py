"""What evaluates formulas besides Python: a connection of each dialect, and the web client.

Neither connection has tables. The interpreter of the web client is started once; without Node or
the client's tools its tests are a visible skip.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formula.targets.browser import BrowserEvaluator, BrowserMissing
from formula.targets.sql import sqlite_functions
from formula.targets.sql.evaluator import SqlEvaluator
from paas.db import open_database


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlEvaluator]:
    url = f"sqlite:///{tmp_path_factory.mktemp('formula')}/tenant.db"
    database = open_database(url, functions=sqlite_functions())
    with database.read() as connection:
        yield SqlEvaluator(connection)
    database.close()


@pytest.fixture(scope="session")
def on_postgresql(postgresql_url: str) -> Iterator[SqlEvaluator]:
    database = open_database(postgresql_url)
    with database.read() as connection:
        yield SqlEvaluator(connection)
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def evaluator(request: pytest.FixtureRequest) -> SqlEvaluator:
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserEvaluator]:
    try:
        evaluator = BrowserEvaluator()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    yield evaluator
    evaluator.close()
