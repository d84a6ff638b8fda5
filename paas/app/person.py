"""What goes with a user's record: his login, his sessions, the permission sets assigned to him."""

from __future__ import annotations

from functools import cache

from paas.db import Statement, text_statement
from runtime import Batch, Participant, Work

OBJECT = "user"
TABLES = ("paas_credential", "paas_session", "paas_assignment")


@cache
def _removals(dialect: str) -> tuple[Statement, ...]:
    return tuple(
        text_statement(
            f"DELETE FROM {{{table}}} WHERE user_id = :user_id",  # noqa: S608 -- our own names
            dialect=dialect,
            schema=None,
        )
        for table in TABLES
    )


def _remove(batch: Batch, work: Work) -> None:
    if batch.operation != "delete":
        return
    gone = [{"user_id": draft.id} for draft in batch.drafts if not draft.is_refused]
    for statement in _removals(work.dialect) if gone else ():
        work.connection.executemany(statement, gone)


FAREWELL = Participant(
    key="farewell", after_save=_remove, objects=lambda model: model.name == OBJECT
)
"""Ends every way in when a user is deleted, so that his login may be given to another."""
