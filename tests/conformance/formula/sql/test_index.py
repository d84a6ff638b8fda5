"""Conditions that an index can serve are served by it, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

import formula
from formula.targets.sql import ChildRows, lower_condition, sqlite_functions
from formula.tree import Aggregate, Call, FieldPath
from paas.db import Database, compile_statement, open_database
from tests.conformance.formula.sql import world
from tests.support.database import Place

OWNER = "0192f0c1-2b3c-7d4e-8f90-123456789abc"
SERVED = {
    "t = 'x'": "t",
    "level = '重点'": "level",
    "n >= 5": "n",
    "5 < n": "n",
    "n = 12.5": "n",
    "n > -1.255": "n",
    "k >= 5": "k",
    "k = 7.0": "k",
    "k > 6.5": "k",
    "p > 0.4": "p",
    "d >= TODAY()": "d",
    "d = DATE(2024, 2, 29)": "d",
    f"owner = '{OWNER}'": "owner",
    "t = 'x' && LEN(u) / n > 3": "t",
    "n >= 5 && LET(y, n * k, y * y) > 3": "n",
}
NATIVE = {
    "n": "numeric(18,2)",
    "k": "bigint",
    "s": "numeric(6,3)",
    "p": "numeric(5,2)",
    "d": "date",
    "owner": "uuid",
    "t": 'text COLLATE "C"',
    "u": "text",
    "level": 'text COLLATE "C"',
}
STORED = {
    "n": "integer",
    "k": "integer",
    "s": "integer",
    "p": "integer",
    "d": "text",
    "owner": "text",
    "t": "text",
    "u": "text",
    "level": "text",
}
TYPES: dict[str, Any] = {
    "n": sa.Numeric(),
    "k": sa.BigInteger(),
    "s": sa.Numeric(),
    "p": sa.Numeric(),
    "d": sa.Date(),
    "owner": sa.Uuid(as_uuid=False),
    "t": sa.Text(collation="C"),
    "u": sa.Text(),
    "level": sa.Text(collation="C"),
}


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def filled(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Database]:
    if request.param == "sqlite":
        place = Place(f"sqlite:///{tmp_path_factory.mktemp('index')}/tenant.db")
    else:
        place = Place(request.getfixturevalue("postgresql_url"))
    database = open_database(place.url, functions=sqlite_functions())
    kinds = STORED if database.dialect == "sqlite" else NATIVE
    database.write(lambda connection: _fill(connection, kinds))
    yield database
    database.write(lambda connection: connection.execute("DROP TABLE indexed"))
    database.close()


def _fill(connection: Any, kinds: dict[str, str]) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    connection.execute(f"CREATE TABLE indexed ({columns})")
    for name in kinds:
        connection.execute(f"CREATE INDEX indexed_{name} ON indexed ({name})")


class Columns:
    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        stored: dict[str, Any] = {
            name: sa.Integer() if kind == "integer" else sa.Text() for name, kind in STORED.items()
        }
        types = stored if dialect == "sqlite" else TYPES
        self.table = sa.table("indexed", *(sa.column(name, kind) for name, kind in types.items()))

    def column(self, node: FieldPath) -> sa.ColumnElement[Any]:
        return self.table.c[node.field.name]

    def children(self, node: Aggregate) -> ChildRows:
        raise AssertionError(node)

    def hierarchy(self, node: Call) -> sa.ColumnElement[bool]:
        raise AssertionError(node.function.name)

    def parameter(self, name: Any) -> sa.ColumnElement[Any]:
        return sa.bindparam(name, type_=sa.Text() if self.dialect == "sqlite" else sa.Date())


@pytest.mark.parametrize("source", SERVED)
def test_index_serves(filled: Database, source: str) -> None:
    columns = Columns(filled.dialect)
    known = formula.compile(source, world.environment("blank"))
    condition = lower_condition(known, filled.dialect, columns)
    query = compile_statement(
        sa.select(sa.literal_column("1")).select_from(columns.table).where(condition),
        filled.dialect,
    )
    plan = filled.write(lambda connection: _plan(connection, query))
    assert f"indexed_{SERVED[source]}" in plan, plan
    assert "SCAN indexed" not in plan


def _plan(connection: Any, query: Any) -> str:
    today = world.evaluation().today
    if connection.dialect == "sqlite":
        text, params = f"EXPLAIN QUERY PLAN {query.text}", query.bind({"today": str(today)})
    else:
        connection.execute("SET LOCAL enable_seqscan = off")
        text, params = f"EXPLAIN {query.text}", query.bind({"today": today})
    return "\n".join(str(row) for row in connection.fetch(text, params))
