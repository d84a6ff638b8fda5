"""Which record a key stands for: the ids a pack's references resolve to.

Keys of the pack's own tables are learnt while they are loaded. Everything else is looked up as
upserts do it: one query for a field, never row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paas.kernel import CallContext
from runtime import Records
from seeds.table import Table


class KeyBook:
    """Ids by object, key field and key."""

    def __init__(self, records: Records, context: CallContext) -> None:
        self._records = records
        self._context = context
        self._ids: dict[tuple[str, str], dict[str, str]] = {}

    def look_up(self, tables: Sequence[Table]) -> None:
        """Find what the tables speak of and the database holds already."""
        wanted: dict[tuple[str, str], set[str]] = {}
        for table in tables:
            wanted.setdefault((table.object, table.key), set()).update(
                row.key for row in table.rows
            )
            for column in table.references:
                keys = wanted.setdefault((str(column.target), str(column.target_key)), set())
                keys.update(
                    row.references[column.field.name]
                    for row in table.rows
                    if column.field.name in row.references
                )
        for (object_name, field), keys in wanted.items():
            found = self._records.ids_by_key(self._context, object_name, field, keys)
            self._ids[object_name, field] = found

    def learn(self, table: Table, ids: Mapping[str, str]) -> None:
        """Take up the ids of records just created, by key."""
        self._ids[table.object, table.key].update(ids)

    def find(self, object_name: str, field: str, key: str) -> str | None:
        """Return the id of the record with that key, if it is known."""
        return self._ids.get((object_name, field), {}).get(key)
