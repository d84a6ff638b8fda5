"""What a driver's refusal means: one vocabulary for SQLite's sentences and PostgreSQL's fields.

Which field of which record is at fault is for the runtime to say; here a violation has only
physical names.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Literal

import psycopg
from psycopg import errors as pg
from psycopg_pool import PoolTimeout

from paas.db.problem import StatementTooSlow, TenantBusy, TenantUnavailable

ViolationKind = Literal["unique", "foreign_key", "not_null", "other"]


class IntegrityViolation(Exception):
    """The database refused rows. Names are physical; what the driver does not tell is empty.

    SQLite names the columns of a unique constraint (or the index, when it is over expressions)
    and nothing at all for a foreign key; PostgreSQL names constraint, table and columns.
    """

    def __init__(
        self,
        kind: ViolationKind,
        *,
        table: str | None = None,
        columns: tuple[str, ...] = (),
        constraint: str | None = None,
        message: str = "",
    ) -> None:
        super().__init__(message or kind)
        self.kind = kind
        self.table = table
        self.columns = columns
        self.constraint = constraint


# ---------------------------------------------------------------- SQLite

_SQLITE_KINDS: dict[str, ViolationKind] = {
    "UNIQUE": "unique",
    "FOREIGN KEY": "foreign_key",
    "NOT NULL": "not_null",
}
_SQLITE_MESSAGE = re.compile(r"(?P<kind>[A-Z ]+) constraint failed(?:: (?P<what>.*))?", re.DOTALL)
_SQLITE_INDEX = re.compile(r"index '(?P<name>.*)'", re.DOTALL)

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)


def from_sqlite(error: Exception) -> Exception:
    """Return what `error` of sqlite3 means to a caller, or `error` itself if that is nothing."""
    if isinstance(error, sqlite3.IntegrityError):
        return _sqlite_violation(str(error))
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return TenantBusy()
    if code in _UNUSABLE:
        return TenantUnavailable()
    if code == sqlite3.SQLITE_INTERRUPT:
        return StatementTooSlow()
    return error


def _sqlite_violation(message: str) -> IntegrityViolation:
    match = _SQLITE_MESSAGE.fullmatch(message)
    if match is None:
        return IntegrityViolation("other", message=message)
    kind = _SQLITE_KINDS.get(match["kind"], "other")
    what = match["what"] or ""
    if index := _SQLITE_INDEX.fullmatch(what):
        return IntegrityViolation(kind, constraint=index["name"], message=message)
    if kind == "other":
        return IntegrityViolation(kind, constraint=what or None, message=message)
    pairs = [name.rpartition(".") for name in what.split(", ")] if what else []
    return IntegrityViolation(
        kind,
        table=pairs[0][0] if pairs else None,
        columns=tuple(column for _, _, column in pairs),
        message=message,
    )


# ---------------------------------------------------------------- PostgreSQL

_POSTGRESQL_KINDS: dict[type[psycopg.Error], ViolationKind] = {
    pg.UniqueViolation: "unique",
    pg.ForeignKeyViolation: "foreign_key",
    pg.NotNullViolation: "not_null",
}
_POSTGRESQL_KEY = re.compile(r"\((?P<names>.*?)\)=\(")
_TRY_AGAIN = (
    pg.SerializationFailure,
    pg.DeadlockDetected,
    pg.LockNotAvailable,
    pg.TooManyConnections,
    PoolTimeout,
)


def from_postgresql(error: Exception) -> Exception:
    """Return what `error` of psycopg means to a caller, or `error` itself if that is nothing."""
    if isinstance(error, psycopg.IntegrityError):
        return _postgresql_violation(error)
    if isinstance(error, pg.QueryCanceled):
        return StatementTooSlow()
    if isinstance(error, _TRY_AGAIN):
        return TenantBusy()
    if isinstance(error, psycopg.OperationalError):
        return TenantUnavailable()
    return error


def _postgresql_violation(error: psycopg.IntegrityError) -> IntegrityViolation:
    diag = error.diag
    names: tuple[str, ...] = (diag.column_name,) if diag.column_name else ()
    if not names and (match := _POSTGRESQL_KEY.search(diag.message_detail or "")):
        # Columns stand bare or quoted; anything else is an expression and names no column.
        parts = [part.strip('"') for part in match["names"].split(", ")]
        names = tuple(parts) if all(part.isidentifier() for part in parts) else ()
    kinds = (kind for cls, kind in _POSTGRESQL_KINDS.items() if isinstance(error, cls))
    return IntegrityViolation(
        next(kinds, "other"),
        table=diag.table_name,
        columns=names,
        constraint=diag.constraint_name,
        message=diag.message_primary or str(error),
    )
