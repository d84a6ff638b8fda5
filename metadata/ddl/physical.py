"""What a database holds already: removed fields stay, and their columns' names stay taken."""

from __future__ import annotations

from collections.abc import Mapping

from paas.db import Connection

Columns = Mapping[str, frozenset[str]]
"""Names of columns by name of table, of all tables of records."""

TABLE_PREFIX = "o_"

_SQLITE = """
SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND substr(t.name, 1, 2) = 'o_'
"""
_POSTGRESQL = """
SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
  AND left(c.relname, 2) = 'o_' AND a.attnum > 0 AND NOT a.attisdropped
"""
_READ = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def existing_columns(connection: Connection) -> Columns:
    """Return the tables of records and their columns, as they are."""
    found: dict[str, set[str]] = {}
    for table, column in connection.fetch(_READ[connection.dialect]):
        found.setdefault(table, set()).add(column)
    return {table: frozenset(columns) for table, columns in found.items()}
