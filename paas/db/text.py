"""Small hand-written statements on engine tables, for floors that do not build clauses.

`{paas_session}` stands for the table in the tenant's schema, `:name` for a parameter; the result
is an ordinary `Statement` for the database's dialect.
"""

from __future__ import annotations

import re

import sqlalchemy as sa

from paas.db.statement import Statement, compile_statement

_TABLE = re.compile(r"\{(\w+)\}")


def text_statement(sql: str, *, dialect: str, schema: str | None) -> Statement:
    """Compile `sql` for `dialect` with tables in `schema`."""
    prefix = f'"{schema}".' if schema else ""
    return compile_statement(sa.text(_TABLE.sub(rf"{prefix}\1", sql)), dialect)
