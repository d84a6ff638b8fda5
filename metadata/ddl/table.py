"""Objects as SQLAlchemy tables. Columns are keyed by API name and named physically.

Every text column compares by code point. Decimals are scaled integers on SQLite and
`numeric(18, s)` on PostgreSQL whatever their precision, which the pipeline checks: so a precision
can grow without touching the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from metadata.field_type import FieldModel, Storage
from metadata.model import ObjectModel

DIGITS = 18
"""Digits of a decimal column."""

ColumnType = sa.types.TypeEngine[Any]

_SQLITE: dict[Storage, Callable[[FieldModel], ColumnType]] = {
    Storage.TEXT: lambda _: sa.Text(),
    Storage.INTEGER: lambda _: sa.Integer(),
    Storage.DECIMAL: lambda _: sa.Integer(),
    Storage.BOOLEAN: lambda _: sa.Integer(),
    Storage.DATE: lambda _: sa.Text(),
    Storage.DATETIME: lambda _: sa.Text(),
    Storage.TIME: lambda _: sa.Text(),
    Storage.REFERENCE: lambda _: sa.Text(),
    Storage.SEVERAL: lambda _: sa.Text(),
    Storage.PLACE: lambda _: sa.Text(),
    Storage.DOCUMENT: lambda _: sa.Text(),
}
_POSTGRESQL: dict[Storage, Callable[[FieldModel], ColumnType]] = {
    Storage.TEXT: lambda _: sa.Text(collation="C"),
    Storage.INTEGER: lambda _: sa.BigInteger(),
    Storage.DECIMAL: lambda field: sa.Numeric(DIGITS, field.scale),
    Storage.BOOLEAN: lambda _: sa.Boolean(),
    Storage.DATE: lambda _: sa.Date(),
    Storage.DATETIME: lambda _: postgresql.TIMESTAMP(timezone=True, precision=3),
    Storage.TIME: lambda _: postgresql.TIME(precision=3),
    Storage.REFERENCE: lambda _: postgresql.UUID(as_uuid=False),
    Storage.SEVERAL: lambda _: sa.Text(collation="C"),
    Storage.PLACE: lambda _: postgresql.ARRAY(sa.Numeric()),
    Storage.DOCUMENT: lambda _: sa.Text(collation="C"),
}
_TYPES = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}

NOT_NULL = frozenset({"id", "version"})
"""Field types whose columns are never null. Anything else is the pipeline's to require."""


def column_type(field: FieldModel, dialect: str) -> ColumnType:
    """Return the type of the field's column."""
    assert field.type.storage is not None, f"{field} has no column"
    return _TYPES[dialect][field.type.storage](field)


def columns(model: ObjectModel) -> tuple[FieldModel, ...]:
    """Return the fields that have columns, in order."""
    return tuple(field for field in model.fields.values() if field.column)


def table(
    model: ObjectModel,
    dialect: str,
    schema: str | None = None,
    *,
    catalog: sa.MetaData | None = None,
) -> sa.Table:
    """Return the object's table, for building statements. `c` is keyed by API name.

    `catalog` collects tables; without, the table gets one of its own.
    """
    return sa.Table(
        model.table,
        catalog if catalog is not None else sa.MetaData(),
        *(_column(field, dialect) for field in columns(model)),
        schema=schema,
    )


def _column(field: FieldModel, dialect: str) -> sa.Column[Any]:
    return sa.Column(
        field.column,
        column_type(field, dialect),
        key=field.name,
        primary_key=field.type.name == "id",
        nullable=field.type.name not in NOT_NULL,
    )
