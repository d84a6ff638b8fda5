"""What formulas in statements know besides records, as parameters: the moment and the globals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata import Snapshot, global_field
from paas.db import Connection
from paas.kernel import CallContext
from runtime.moment import moment_of
from runtime.sql.codec import encoding_of, store_value
from runtime.sql.source import Parameter
from runtime.surroundings import surroundings, value_at


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
    paths = {name for name in environment.values() if isinstance(name, tuple)}
    known = surroundings(snapshot, paths, dialect).known(connection, snapshot, context)
    found: dict[str, Any] = {}
    for key, name in environment.items():
        if isinstance(name, str):
            found[key] = store_value(moments[name], name, dialect)
        else:
            encoding = encoding_of(global_field(snapshot, name))
            found[key] = _stored(value_at(known, name), encoding, dialect)
    return found


def _stored(value: Any, encoding: str, dialect: str) -> Any:
    """Return a value of a formula's row as the database stores it; there, numbers are decimals."""
    if encoding == "integer" and value is not None:
        return int(value)
    return store_value(value, encoding, dialect)
