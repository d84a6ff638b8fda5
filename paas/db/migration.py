"""Migrations: bring the engine's tables of a database to this version, by Alembic.

All steps run in one transaction, on both dialects, while nobody else writes. Going back is
restoring a backup: steps have no way down. Tables of records are none of Alembic's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from paas.db.database import Database
from paas.db.postgresql import lock_key
from paas.db.schema import metadata
from paas.db.sqlite import path_of
from paas.db.statement import POSTGRESQL, SQLITE

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Bring the engine's tables of `database` to the newest version; creates its schema, too."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)

    def steps(current: Any, _: MigrationContext) -> Any:
        return scripts._upgrade_revs("head", current)

    with sqlalchemy_connection(database) as connection:
        environment = EnvironmentContext(config, scripts, fn=steps, destination_rev="head")
        with environment:
            environment.configure(
                connection=connection, target_metadata=metadata, transactional_ddl=True
            )
            environment.run_migrations()


@contextmanager
def sqlalchemy_connection(database: Database) -> Iterator[sa.Connection]:
    """Open a connection of SQLAlchemy's own in one exclusive transaction, for Alembic's use."""
    engine = _OPENERS[database.dialect](database)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _sqlite(database: Database) -> sa.Engine:
    path = path_of(database.url)
    engine = sa.create_engine(
        f"sqlite:///{path}", poolclass=NullPool, connect_args={"isolation_level": None}
    )

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # Python's own transactions would commit before DDL.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(database: Database) -> sa.Engine:
    engine = sa.create_engine(database.url, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({lock_key(database.schema)})")
        if database.schema is not None:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {database.schema}")
            connection.exec_driver_sql(f"SET LOCAL search_path = {database.schema}")

    return engine


_OPENERS = {SQLITE: _sqlite, POSTGRESQL: _postgresql}
