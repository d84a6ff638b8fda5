"""What formulas in statements know besides records, as parameters: the moment and the caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata import GLOBALS, Snapshot
from paas.db import Connection
from paas.kernel import CallContext
from runtime.moment import moment_of
from runtime.prefetch import of_paths
from runtime.principal import user_row
from runtime.sql.codec import encoding_of, store_value
from runtime.sql.source import Parameter, global_field

USER = next(iter(GLOBALS))


def parameters(
    environment: Mapping[str, Parameter],
    context: CallContext,
    *,
    connection: Connection,
    snapshot: Snapshot,
) -> dict[str, Any]:
    """Return the parameters a statement's formulas need, in the form the database stores."""
    if not environment:
        return {}
    dialect = connection.dialect
    moments = {"today": context.today, "now": moment_of(context), "zone": context.zone}
    paths = {key: name[1:] for key, name in environment.items() if isinstance(name, tuple)}
    caller = _caller(set(paths.values()), context, connection, snapshot) if paths else {}
    found: dict[str, Any] = {}
    for key, name in environment.items():
        if isinstance(name, str):
            found[key] = store_value(moments[name], name, dialect)
        else:
            field = global_field(snapshot, name)
            found[key] = store_value(_follow(caller, paths[key]), encoding_of(field), dialect)
    return found


def _caller(
    paths: set[tuple[str, ...]], context: CallContext, connection: Connection, snapshot: Snapshot
) -> Mapping[str, Any]:
    row = user_row(connection, snapshot, context)
    if not row or all(len(path) == 1 for path in paths):
        return row
    model = snapshot.object(GLOBALS[USER])
    related = of_paths(snapshot, model, paths, (), connection.dialect)
    complete = dict(row)
    related.complete(connection, [complete])
    return complete


def _follow(row: Mapping[str, Any] | None, path: tuple[str, ...]) -> Any:
    for step in path[:-1]:
        row = (row or {}).get(f"@{step}")
    return (row or {}).get(path[-1])
