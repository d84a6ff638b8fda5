"""The recycle bin as people see it: what they may restore, and emptying it for good.

Who may delete a record of an object may restore it: the bin shows what lies in the caller's
scope for deleting, by the owner and department the record had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metadata import ObjectDef, Snapshot
from paas.db import Connection
from paas.kernel import CallContext, is_uuid
from runtime.access import Permissions, reach_of
from runtime.cursor import digest_of, read_cursor, write_cursor
from runtime.plan_cache import cached
from runtime.problem import QUERY_LIMIT, AccessDenied, BinEntryNotFound, QueryInvalid
from runtime.scope import Rows, Scope
from runtime.sql.bin import bin_statements, list_statement
from runtime.sql.codec import stamp
from runtime.sql.history import would_see
from runtime.sql.predicate import reader_parameters
from runtime.work import Work

MAX_LIMIT = 200
KEYS = (("moment", "datetime"), ("group", "reference"))
PURGE = "purge_records"
"""The permission to remove records from the bin for good."""


@dataclass(frozen=True, slots=True)
class BinQuery:
    """Which entries are asked for: of one object or of all."""

    object: str | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A deleted record as the bin has it."""

    object_uid: str
    id: str
    is_root: bool
    title: str | None
    owner: str | None
    department: str | None
    document: str
    links: str


def list_bin(
    connection: Connection, snapshot: Snapshot, context: CallContext, query: BinQuery
) -> dict[str, Any]:
    """Return a page of entries, the last deleted first; raises `QueryInvalid`."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryInvalid(errors=[QUERY_LIMIT.at("/limit", limit=MAX_LIMIT)])
    scopes = _scopes(snapshot, context, query.object)
    if not scopes:
        return {"entries": [], "next": None}
    dialect, digest = connection.dialect, digest_of("bin", query.object)
    values: dict[str, Any] = {"limit": query.limit + 1, **reader_parameters(context)}
    if query.cursor is not None:
        values["moment"], values["group"] = read_cursor(query.cursor, digest, KEYS, dialect)
    names = {scope: f"objects_{index}" for index, scope in enumerate(scopes)}
    values |= {names[scope]: uids for scope, uids in scopes.items()}
    has_cursor = query.cursor is not None
    statement = cached(
        snapshot,
        ("bin", tuple(names.items()), has_cursor, dialect),
        lambda: list_statement(names, dialect, has_cursor=has_cursor),
    )
    rows = connection.fetch(statement, values)
    last = rows[query.limit - 1] if len(rows) > query.limit else None
    return {
        "entries": [_entry(row, snapshot) for row in rows[: query.limit]],
        "next": write_cursor(digest, [last[4], last[0]]) if last else None,
    }


def _scopes(
    snapshot: Snapshot, context: CallContext, name: str | None
) -> Mapping[Scope, list[str]]:
    """Return by scope the uids of the objects the caller may delete records of."""
    permissions, reach = Permissions.of(context, snapshot), reach_of(context)
    if name is not None:
        permissions.require_object(snapshot.object(name), "delete")
    found: dict[Scope, list[str]] = {}
    for each in [name] if name is not None else snapshot.objects:
        model = snapshot.object(each)
        scope = permissions.on(model).scope("delete", reach=reach)
        if scope.rows is not Rows.NONE:
            found.setdefault(scope, []).append(model.uid)
    return found


def _entry(row: Sequence[Any], snapshot: Snapshot) -> dict[str, Any]:
    group, object_uid, record, title, deleted_at, deleted_by, count = row
    definition = snapshot.by_uid(object_uid)
    at = stamp(deleted_at) if isinstance(deleted_at, datetime) else deleted_at
    return {
        "id": group,
        "object": definition.name if definition is not None else None,
        "recordId": record,
        "title": title,
        "deletedAt": at,
        "deletedBy": deleted_by,
        "records": count,
    }


# ---------------------------------------------------------------- one entry


def find_group(work: Work, group: str) -> list[Removed]:
    """Return the records of an entry, in the order in which they can come back.

    Raises `BinEntryNotFound` also where the caller may not restore it.
    """
    rows: Sequence[Any] = ()
    if is_uuid(group):
        rows = work.connection.fetch(bin_statements(work.dialect).group, {"group": group})
    found = [Removed(*row) for row in rows]
    root = next((each for each in found if each.is_root), None)
    if root is None or not _is_within_reach(work, root):
        raise BinEntryNotFound()
    return found


def _is_within_reach(work: Work, root: Removed) -> bool:
    definition, context = work.snapshot.by_uid(root.object_uid), work.context
    if not isinstance(definition, ObjectDef):
        return False
    model = work.snapshot.object(definition.name)
    access = Permissions.of(context, work.snapshot).on(model)
    statement = would_see(
        work.snapshot, access.scope("delete", reach=reach_of(context)), work.dialect
    )
    values = {"id": root.id, "owner": root.owner, "department": root.department, **work.reader}
    return bool(work.connection.fetch(statement, values))


def purge_group(work: Work, group: str) -> int:
    """Remove an entry and the history of its records for good; returns the number of records."""
    permissions = Permissions.of(work.context, work.snapshot)
    if not (permissions.has(PURGE) or permissions.has("modify_all")):
        raise AccessDenied(object={"zh-CN": "回收站", "en-US": "recycle bin"}, operation=PURGE)
    found = find_group(work, group)
    statements = bin_statements(work.dialect)
    work.connection.execute(statements.forget_history, {"group": group})
    work.connection.execute(statements.remove, {"group": group})
    return len(found)
