"""The migrations and the declared tables say the same."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from paas.db import Database, bump_metadata_revision, bump_security_revision, read_state, upgrade
from paas.db.migration import sqlalchemy_connection
from paas.db.schema import metadata
from paas.kernel import is_uuid


def test_migrated_tables_are_the_declared_ones(database: Database):
    with sqlalchemy_connection(database) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []


def test_migrated_ddl_is_the_declared_one(database: Database):
    """What alembic does not compare: checks, defaults, names of constraints."""
    with sqlalchemy_connection(database) as connection:
        migrated = _constraints(connection)
        for table in reversed(sa.inspect(connection).get_table_names()):
            connection.exec_driver_sql(
                f"DROP TABLE {table}" + (" CASCADE" if database.dialect == "postgresql" else "")
            )
        metadata.create_all(connection)
        assert migrated == _constraints(connection)


def _constraints(connection: sa.Connection) -> dict:
    inspector = sa.inspect(connection)
    return {
        table: {
            "checks": sorted(c["name"] for c in inspector.get_check_constraints(table)),
            "primary": inspector.get_pk_constraint(table),
            "foreign": inspector.get_foreign_keys(table),
            "unique": inspector.get_unique_constraints(table),
            "defaults": {c["name"]: c["default"] for c in inspector.get_columns(table)},
        }
        for table in inspector.get_table_names()
        if table.startswith("paas_")
    }


def test_upgrade_twice_changes_nothing(database: Database):
    with database.read() as connection:
        before = read_state(connection)
    upgrade(database)
    with database.read() as connection:
        assert read_state(connection) == before
    assert is_uuid(before.epoch)


def test_revisions_count_up_one_by_one(database: Database):
    assert database.write(bump_metadata_revision) == 1
    assert database.write(bump_metadata_revision) == 2
    assert database.write(bump_security_revision) == 1
    with database.read() as connection:
        assert read_state(connection)[:2] == (2, 1)
        before = connection.statements
        read_state(connection)
        assert connection.statements - before == 1
