"""Counting up: one statement that makes or advances a counter and tells where it stands."""

from __future__ import annotations

from functools import cache

from paas.db import Statement
from runtime.sql.codec import SQLITE

_TEXT = """
INSERT INTO paas_counter (field_uid, scope, next) VALUES ({field_uid}, {scope}, {start} + {count})
ON CONFLICT (field_uid, scope) DO UPDATE SET next =
  CASE WHEN paas_counter.next < {start} THEN {start} ELSE paas_counter.next END + {count}
RETURNING next
"""
NAMES = ("field_uid", "scope", "start", "count")


@cache
def count_statement(dialect: str) -> Statement:
    """Return the statement; it takes `field_uid`, `scope`, `start` and `count`."""
    order = ("field_uid", "scope", "start", "count", "start", "start", "count")
    if dialect == SQLITE:
        return Statement(_TEXT.format(**dict.fromkeys(NAMES, "?")), order)
    types = {"field_uid": "uuid", "scope": "text", "start": "bigint", "count": "bigint"}
    return Statement(_TEXT.format(**{name: f"%({name})s::{types[name]}" for name in NAMES}))
