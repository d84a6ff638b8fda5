"""Databases of tenants: engines, connections, units of work, dialects, engine tables.

SQLite and PostgreSQL behave alike behind `Database`. What is stored in a tenant's own tables
and what it means is for the floors above; `paas.db.schema` has only the engine's tables.
"""

from paas.db.commits import Commits
from paas.db.connection import Connection
from paas.db.database import Database, DatabaseClosed, Function, Work
from paas.db.dialect import BUILT_IN_DIALECTS, DIALECTS, Dialect, open_database
from paas.db.integrity import IntegrityViolation, ViolationKind
from paas.db.migration import upgrade
from paas.db.problem import TenantBusy, TenantUnavailable
from paas.db.state import State, bump_metadata_revision, bump_security_revision, read_state
from paas.db.statement import Parameters, Statement, compile_statement, one_of, sqlalchemy_dialect
from paas.db.text import text_statement

__all__ = [
    "BUILT_IN_DIALECTS",
    "DIALECTS",
    "Commits",
    "Connection",
    "Database",
    "DatabaseClosed",
    "Dialect",
    "Function",
    "IntegrityViolation",
    "Parameters",
    "State",
    "Statement",
    "TenantBusy",
    "TenantUnavailable",
    "ViolationKind",
    "Work",
    "bump_metadata_revision",
    "bump_security_revision",
    "compile_statement",
    "one_of",
    "open_database",
    "read_state",
    "sqlalchemy_dialect",
    "text_statement",
    "upgrade",
]
