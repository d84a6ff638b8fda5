"""Records shared one by one: sight of a single record for a single user, and its end.

Whoever asks people about records they could not see otherwise — an approval, say — shares them
here, inside the unit of work that does the asking. Shares are for reading only and are a term of
the one row predicate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from paas.db import bump_security_revision
from runtime.draft import Batch, ids_of
from runtime.sql.share import share_statements
from runtime.work import Participant, Work


@dataclass(frozen=True, slots=True)
class Share:
    """Sight of a record for a user. `source` is the id of what gives it."""

    user_id: str
    record_id: str
    source: str


def give_shares(work: Work, shares: Iterable[Share]) -> None:
    """Share records; what is shared already stays so."""
    wanted = list(dict.fromkeys(shares))
    if not wanted:
        return
    statements, connection = share_statements(work.dialect), work.connection
    ids = sorted({each.record_id for each in wanted})
    held = {Share(*row) for row in connection.fetch(statements.held, {"ids": ids})}
    new = [each for each in wanted if each not in held]
    if not new:
        return
    users = sorted({each.user_id for each in new})
    known = {row[0] for row in connection.fetch(statements.sharing, {"users": users})}
    rows = [
        {"user_id": each.user_id, "record_id": each.record_id, "source": each.source}
        for each in new
    ]
    connection.executemany(statements.give, rows)
    if not known.issuperset(users):
        bump_security_revision(connection)  # cached principals do not know of their first share


def take_shares(work: Work, shares: Iterable[Share]) -> None:
    """End shares; those that others gave remain."""
    rows = [
        {"user": each.user_id, "record": each.record_id, "origin": each.source}
        for each in dict.fromkeys(shares)
    ]
    if rows and work.connection.executemany(share_statements(work.dialect).take, rows):
        bump_security_revision(work.connection)


def _forget_deleted(batch: Batch, work: Work) -> None:
    if batch.operation == "delete":
        ids = ids_of(batch.drafts)
        work.connection.execute(share_statements(work.dialect).forget, {"ids": list(ids)})


FORGET_SHARES = Participant(
    key="shares", after_save=_forget_deleted, objects=lambda model: model.definition.owned
)
