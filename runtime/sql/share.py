"""Statements about records shared one by one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from paas.db import Statement, compile_statement, one_of
from paas.db.schema import share


@dataclass(frozen=True, slots=True)
class ShareStatements:
    """Everything that is asked of the table of shares, for one dialect."""

    of_user: Statement
    """A row if anything is shared with the parameter `user`."""
    sharing: Statement
    """The users among `users` with whom something is shared already."""
    held: Statement
    """The rows (user, record, source) of the records `ids`."""
    give: Statement
    take: Statement
    forget: Statement
    """Removes every share of the records `ids`."""


@cache
def share_statements(dialect: str) -> ShareStatements:
    """Return the statements of a dialect."""
    user, record, source = share.c.user_id, share.c.record_id, share.c.source

    def made(clause: sa.ClauseElement, **options: Any) -> Statement:
        return compile_statement(clause, dialect, **options)

    return ShareStatements(
        of_user=made(
            sa.select(sa.literal(1)).where(user == sa.bindparam("user", type_=user.type)).limit(1)
        ),
        sharing=made(sa.select(user).distinct().where(one_of(user, "users"))),
        held=made(sa.select(user, record, source).where(one_of(record, "ids"))),
        give=made(sa.insert(share), columns=["user_id", "record_id", "source"]),
        take=made(
            sa.delete(share).where(
                user == sa.bindparam("user", type_=user.type),
                record == sa.bindparam("record", type_=record.type),
                source == sa.bindparam("origin", type_=source.type),
            )
        ),
        forget=made(sa.delete(share).where(one_of(record, "ids"))),
    )
