"""Retention: what is kept along with records goes after a while, a bounded piece at a time.

Each piece is one unit of work that removes at most a given number of rows, so that nobody waits
for a clean-up. A recurring job does them one after the other until nothing is old any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from paas.db import Connection
from runtime.jobs import JobKind, JobRun, Step
from runtime.sql.bin import bin_statements
from runtime.sql.codec import SQLITE, stamp
from runtime.sql.feed import feed_statements
from runtime.sql.history import history_statements

PIECE = 1000
"""Rows that one unit of work removes."""
Remove = Callable[[Connection, datetime, int], int]
"""Removes at most so many rows older than a moment; returns how many it removed."""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days things are kept; None keeps them for good."""

    history_days: int | None = None
    events_days: int | None = 7
    bin_days: int | None = 30

    def periods(self) -> Iterator[tuple[int, Remove]]:
        """Yield what goes, with the days it is kept."""
        for days, remove in (
            (self.history_days, remove_history),
            (self.events_days, remove_events),
            (self.bin_days, remove_deleted),
        ):
            if days is not None:
                yield days, remove


def remove_history(connection: Connection, before: datetime, limit: int) -> int:
    """Remove the oldest changes of records."""
    values = {"moment": _stored(before, connection.dialect), "limit": limit}
    return connection.execute(history_statements(connection.dialect).purge, values)


def remove_events(connection: Connection, before: datetime, limit: int) -> int:
    """Remove the oldest events, in the feed's order, and note how far they are gone."""
    statements = feed_statements(connection.dialect)
    moment = _stored(before, connection.dialect)
    old: list[dict[str, Any]] = []
    for txid, sequence, at in connection.fetch(statements.oldest, {"limit": limit}):
        if at >= moment:
            break
        old.append({"txid": txid, "sequence": sequence})
    if not old:
        return 0
    connection.execute(statements.mark, old[-1])
    return connection.execute(statements.remove, old[-1])


def remove_deleted(connection: Connection, before: datetime, limit: int) -> int:
    """Remove the records that were deleted first from the recycle bin; their history stays."""
    values = {"moment": _stored(before, connection.dialect), "limit": limit}
    return connection.execute(bin_statements(connection.dialect).purge, values)


def _stored(moment: datetime, dialect: str) -> Any:
    """Return a moment as rows have it, in milliseconds."""
    if dialect == SQLITE:
        return stamp(moment.astimezone(UTC))
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def retention_job(retention: Retention) -> JobKind:
    """Return the recurring job that removes what is too old."""

    def run(job: JobRun) -> None:
        now = job.tools.clock()
        for days, remove in retention.periods():
            before = now - timedelta(days=days)
            while _piece(job, remove, before) == PIECE:
                pass

    label = {"zh-CN": "清理过期的历史", "en-US": "Removal of what is too old"}
    return JobKind("retention", run, label=label, every=timedelta(hours=1), is_listed=False)


def _piece(job: JobRun, remove: Remove, before: datetime) -> int:
    return job.step(lambda work: Step(done=remove(work.connection, before, PIECE))).done
