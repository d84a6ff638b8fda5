"""Definitions in the database: rows of documents, and the journal of publishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson

from metadata.change import Applied
from metadata.definition import Definition
from metadata.document import digest, parse, to_document
from metadata.kind import DefinitionKind
from metadata.snapshot import Snapshot
from paas.db import Connection, Database, Statement, text_statement
from paas.kernel import CallContext

_READ = "SELECT uid, kind, document, hash FROM {paas_definition} ORDER BY uid"
_DELETE = "DELETE FROM {paas_definition} WHERE uid = :uid"
_WRITE = """
INSERT INTO {paas_definition} (uid, kind, name, namespace, parent, document, hash, revision)
VALUES (:uid, :kind, :name, :namespace, :parent, :document, :hash, :revision)
ON CONFLICT (uid) DO UPDATE SET
  kind = excluded.kind, name = excluded.name, namespace = excluded.namespace,
  parent = excluded.parent, document = excluded.document, hash = excluded.hash,
  revision = excluded.revision
"""
_JOURNAL = """
INSERT INTO {paas_journal} (revision, at, actor, changes, ddl)
VALUES (:revision, :at, :actor, :changes, :ddl)
"""

Held = Mapping[str, tuple[str, Definition]]
"""Definitions read before, by uid, with their fingerprint."""


@dataclass(frozen=True)
class Store:
    """Reads and writes definitions of one tenant."""

    database: Database
    kinds: Mapping[str, DefinitionKind]

    def read(self, connection: Connection, held: Held) -> dict[str, tuple[str, Definition]]:
        """Return every definition, those that did not change as they are `held`.

        Rows of kinds that nobody plugs in any more stay where they are, unseen.
        """
        found: dict[str, tuple[str, Definition]] = {}
        for uid, kind, document, fingerprint in connection.fetch(self._read):
            known = held.get(uid)
            if known and known[0] == fingerprint:
                found[uid] = known
            elif kind in self.kinds:
                found[uid] = (fingerprint, self._parsed(kind, document))
        return found

    def _parsed(self, kind: str, document: str) -> Definition:
        read = parse(self.kinds[kind].model, orjson.loads(document))
        if isinstance(read, list):
            raise ValueError(f"stored {kind} cannot be read: {read[0].detail('en-US')}")
        return read

    def write(
        self, connection: Connection, target: Snapshot, changes: Sequence[Applied], revision: int
    ) -> None:
        """Store what changed."""
        gone = [{"uid": change.uid} for change in changes if change.action == "delete"]
        kept = [target.stored(change.uid) for change in changes if change.action != "delete"]
        connection.executemany(self._delete, gone)
        connection.executemany(
            self._write, [self._row(each, target, revision) for each in kept if each]
        )

    @staticmethod
    def _row(definition: Definition, target: Snapshot, revision: int) -> dict[str, Any]:
        document = to_document(definition)
        owner = target.find("object", definition.parent) if definition.parent else None
        return {
            "uid": definition.uid,
            "kind": definition.kind,
            "name": definition.name,
            "namespace": definition.namespace,
            "parent": owner.uid if owner else None,
            "document": orjson.dumps(document).decode(),
            "hash": digest(document),
            "revision": revision,
        }

    def record(
        self,
        connection: Connection,
        context: CallContext,
        revision: int,
        changes: Sequence[Applied],
        ddl: Sequence[str],
    ) -> None:
        """Write the publish into the journal."""
        entry = {
            "revision": revision,
            "at": moment(context.now),
            "actor": context.user_id,
            "changes": orjson.dumps([change.as_json() for change in changes]).decode(),
            "ddl": orjson.dumps(list(ddl)).decode(),
        }
        connection.execute(self._journal, entry)

    # Compiled once per database.

    def _statement(self, text: str) -> Statement:
        return text_statement(text, dialect=self.database.dialect, schema=self.database.schema)

    @cached_property
    def _read(self) -> Statement:
        return self._statement(_READ)

    @cached_property
    def _write(self) -> Statement:
        return self._statement(_WRITE)

    @cached_property
    def _delete(self) -> Statement:
        return self._statement(_DELETE)

    @cached_property
    def _journal(self) -> Statement:
        return self._statement(_JOURNAL)


def moment(value: datetime) -> str:
    """Return a time in the fixed form that sorts as text; PostgreSQL reads it as well."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
