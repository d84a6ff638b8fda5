"""PostgreSQL: `lowering` walks, `native` says how a function is written, the rest are tables."""

from __future__ import annotations

from formula.targets.sql.postgresql.functions import FUNCTIONS
from formula.targets.sql.postgresql.lowering import PostgresqlLowering

__all__ = ["FUNCTIONS", "PostgresqlLowering"]
