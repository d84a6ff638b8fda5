"""Tables of objects, made once per snapshot. Names are unqualified: the connection knows where."""

from __future__ import annotations

import sqlalchemy as sa

from metadata import ObjectModel, Snapshot
from metadata.ddl import table as build_table


def table_of(snapshot: Snapshot, model: ObjectModel, dialect: str) -> sa.Table:
    """Return the table of `model`."""
    return snapshot.plan(
        ("table", model.name, dialect), lambda: build_table(model, dialect=dialect, schema=None)
    )
