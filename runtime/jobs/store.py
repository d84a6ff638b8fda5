"""The queue's table: one small statement for each thing that happens to a job.

Statements are plain text in the form both databases understand; where they differ, the difference
stands here. Whatever a lease protects names the lease in its condition, so a worker that has lost
it changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from paas.db import Connection, Statement, text_statement
from runtime.jobs.job import Job, JobStatus, Step
from runtime.sql.codec import SQLITE, stamp

COLUMNS = (
    "id, kind, key, status, wanted, argument, state, done, failed, total, attempts, problem,"
    " actor_id, as_system, language, lease, created_at, finished_at"
)
_AMONG = {
    "sqlite": "IN (SELECT value FROM json_each(:{0}))",
    "postgresql": "= ANY(CAST(:{0} AS text[]))",
}
_DUE = """finished_at IS NULL AND due_at <= :now AND kind {kinds}
AND (status = 'waiting' OR (status = 'running' AND lease_until < :now))"""

_INSERT = """INSERT INTO {paas_job} (id, kind, key, status, argument, state, done, failed, total,
attempts, actor_id, as_system, language, due_at, created_at, finished_at)
VALUES (:id, :kind, :key, :status, :argument, :state, :done, 0, :total, 0, :actor_id, :as_system,
:language, :due_at, :created_at, :finished_at)
ON CONFLICT (kind, key) WHERE finished_at IS NULL DO NOTHING"""
_GET = f"SELECT {COLUMNS} FROM {{paas_job}} WHERE id = :id"
_BY_KEY = f"""SELECT {COLUMNS} FROM {{paas_job}}
WHERE kind = :kind AND key = :key AND finished_at IS NULL"""
_LIST_ALL = f"""SELECT {COLUMNS} FROM {{paas_job}} WHERE kind {{kinds}}
ORDER BY created_at DESC, id DESC LIMIT :limit"""
_LIST_OF = _LIST_ALL.replace("ORDER", "AND actor_id = :actor ORDER")
_ANY_DUE = f"SELECT 1 FROM {{paas_job}} WHERE {_DUE} LIMIT 1"
_CLAIM = f"""UPDATE {{paas_job}} SET status = 'running', lease = :lease, lease_until = :until,
attempts = attempts + 1 WHERE id = (SELECT id FROM {{paas_job}} WHERE {_DUE}
ORDER BY due_at, id LIMIT 1 {{skip}}) RETURNING {COLUMNS}"""
_BEAT = """UPDATE {paas_job} SET lease_until = :until WHERE id = :id AND lease = :lease"""
_HELD = """SELECT id, wanted FROM {paas_job}
WHERE finished_at IS NULL AND CAST(lease AS text) {leases}"""
_STEP = """UPDATE {paas_job} SET state = COALESCE(:state, state), done = done + :done,
failed = failed + :failed, total = COALESCE(:total, total), attempts = 0, lease_until = :until
WHERE id = :id AND lease = :lease RETURNING wanted"""
_LEAVE = """UPDATE {paas_job} SET status = :status, lease = NULL, lease_until = NULL,
wanted = CASE WHEN :again = 1 THEN wanted ELSE NULL END,
problem = :problem, finished_at = :finished_at, due_at = COALESCE(:due_at, due_at),
attempts = attempts - :forgiven WHERE id = :id AND lease = :lease"""
_MOVE = """UPDATE {paas_job} SET status = :status, wanted = NULL, finished_at = :finished_at,
due_at = COALESCE(:due_at, due_at), argument = COALESCE(:argument, argument)
WHERE id = :id AND status = :before"""
_WANT = "UPDATE {paas_job} SET wanted = :wanted WHERE id = :id AND status = 'running'"
_PURGE = """DELETE FROM {paas_job} WHERE id IN (SELECT id FROM {paas_job}
WHERE kind {kinds} AND finished_at < :before LIMIT :limit)"""


@lru_cache(maxsize=4)
def store_of(dialect: str) -> Store:
    """Return the store of a dialect."""
    return Store(dialect)


class Store:
    """The statements over `paas_job` for one dialect. It holds no other state."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self._is_sqlite = dialect == SQLITE
        self._compiled: dict[str, Statement] = {}

    def statement(self, sql: str) -> Statement:
        """Return `sql` compiled; `{kinds}` and `{leases}` stand for `IN` a list of texts."""
        found = self._compiled.get(sql)
        if found is None:
            text = sql
            for name in ("kinds", "leases", "ids"):
                text = text.replace(f"{{{name}}}", _AMONG[self.dialect].format(name))
            text = text.replace("{skip}", "" if self._is_sqlite else "FOR UPDATE SKIP LOCKED")
            found = text_statement(text, dialect=self.dialect, schema=None)
            self._compiled[sql] = found
        return found

    def texts(self, values: Iterable[str]) -> Any:
        """Return a list as a parameter."""
        return json.dumps(list(values)) if self._is_sqlite else list(values)

    def moment(self, moment: datetime | None) -> Any:
        """Return a moment as a parameter."""
        if moment is None or not self._is_sqlite:
            return moment
        return stamp(moment.astimezone(UTC))

    # -- putting in and looking up ---------------------------------------------------------------

    def insert(self, connection: Connection, row: Mapping[str, Any]) -> bool:
        """Keep a new job; False when an unfinished one has its key."""
        moments = {name: self.moment(row[name]) for name in ("due_at", "created_at", "finished_at")}
        documents = {name: _dump(row[name]) for name in ("argument", "state")}
        values = {**row, **moments, **documents}
        return connection.execute(self.statement(_INSERT), values) > 0

    def get(self, connection: Connection, job_id: str) -> Job | None:
        """Return a job, if there is one."""
        return self._first(connection.fetch(self.statement(_GET), {"id": job_id}))

    def by_key(self, connection: Connection, kind: str, key: str) -> Job | None:
        """Return the unfinished job of a kind with a key."""
        values = {"kind": kind, "key": key}
        return self._first(connection.fetch(self.statement(_BY_KEY), values))

    def list(
        self, connection: Connection, kinds: Sequence[str], actor_id: str | None, limit: int
    ) -> list[Job]:
        """Return the newest jobs of some kinds, of one user or of all."""
        sql = _LIST_ALL if actor_id is None else _LIST_OF
        values = {"kinds": self.texts(kinds), "limit": limit}
        if actor_id is not None:
            values["actor"] = actor_id
        return [_job(row) for row in connection.fetch(self.statement(sql), values)]

    # -- leases ----------------------------------------------------------------------------------

    def is_any_due(self, connection: Connection, kinds: Sequence[str], now: datetime) -> bool:
        """Tell whether there is something to claim; only reads."""
        values = {"kinds": self.texts(kinds), "now": self.moment(now)}
        return bool(connection.fetch(self.statement(_ANY_DUE), values))

    def claim(
        self,
        connection: Connection,
        kinds: Sequence[str],
        *,
        lease: str,
        now: datetime,
        until: datetime,
    ) -> Job | None:
        """Lease the job that has been due longest: a waiting one, or one whose worker is gone."""
        values = {
            "kinds": self.texts(kinds),
            "lease": lease,
            "now": self.moment(now),
            "until": self.moment(until),
        }
        return self._first(connection.fetch(self.statement(_CLAIM), values))

    def beat(self, connection: Connection, held: Mapping[str, str], until: datetime) -> None:
        """Prolong leases, given by job."""
        at = self.moment(until)
        rows = [{"id": job, "lease": lease, "until": at} for job, lease in sorted(held.items())]
        connection.executemany(self.statement(_BEAT), rows)

    def held(self, connection: Connection, leases: Sequence[str]) -> dict[str, str | None]:
        """Return by job what is wanted of the jobs that still have these leases."""
        return dict(connection.fetch(self.statement(_HELD), {"leases": self.texts(leases)}))

    def keep_step(
        self, connection: Connection, job_id: str, lease: str, step: Step, until: datetime
    ) -> tuple[bool, str | None]:
        """Note a step; tells whether the lease still holds, and what is wanted of the job."""
        values = {
            "id": job_id,
            "lease": lease,
            "state": _dump(step.state) if step.state is not None else None,
            "done": step.done,
            "failed": step.failed,
            "total": step.total,
            "until": self.moment(until),
        }
        rows = connection.fetch(self.statement(_STEP), values)
        return bool(rows), rows[0][0] if rows else None

    def leave(
        self,
        connection: Connection,
        job_id: str,
        lease: str,
        status: JobStatus,
        *,
        problem: Mapping[str, Any] | None = None,
        finished_at: datetime | None = None,
        due_at: datetime | None = None,
        is_forgiven: bool = False,
    ) -> bool:
        """Give a leased job back in another status; False if the lease was lost."""
        values = {
            "id": job_id,
            "lease": lease,
            "status": status.value,
            "problem": _dump(problem) if problem is not None else None,
            "finished_at": self.moment(finished_at),
            "due_at": self.moment(due_at),
            "forgiven": int(is_forgiven),
            "again": int(status is JobStatus.WAITING),
        }
        return connection.execute(self.statement(_LEAVE), values) > 0

    # -- what people ask for ---------------------------------------------------------------------

    def move(
        self,
        connection: Connection,
        job_id: str,
        before: JobStatus,
        after: JobStatus,
        *,
        finished_at: datetime | None = None,
        due_at: datetime | None = None,
        argument: Mapping[str, Any] | None = None,
    ) -> bool:
        """Change the status of a job nobody works on; False if it is in another one."""
        values = {
            "id": job_id,
            "before": before.value,
            "status": after.value,
            "finished_at": self.moment(finished_at),
            "due_at": self.moment(due_at),
            "argument": _dump(argument) if argument is not None else None,
        }
        return connection.execute(self.statement(_MOVE), values) > 0

    def want(self, connection: Connection, job_id: str, wanted: str) -> bool:
        """Ask a running job to stop; False if it does not run."""
        values = {"id": job_id, "wanted": wanted}
        return connection.execute(self.statement(_WANT), values) > 0

    def purge(
        self, connection: Connection, kinds: Sequence[str], before: datetime, limit: int
    ) -> int:
        """Forget finished jobs of some kinds; returns their number."""
        values = {
            "kinds": self.texts(kinds),
            "before": self.moment(before),
            "limit": limit,
        }
        return connection.execute(self.statement(_PURGE), values)

    @staticmethod
    def _first(rows: Sequence[tuple[Any, ...]]) -> Job | None:
        return _job(rows[0]) if rows else None


def _dump(document: Any) -> str:
    """Return JSON text; half characters, which no database takes, become question marks."""
    text = json.dumps(document, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode()


def read_moment(stored: Any) -> Any:
    """Return a moment from an engine table as an aware datetime, or None."""
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


def _job(row: tuple[Any, ...]) -> Job:
    return Job(
        id=row[0],
        kind=row[1],
        key=row[2],
        status=JobStatus(row[3]),
        wanted=row[4],
        argument=json.loads(row[5]),
        state=json.loads(row[6]),
        done=row[7],
        failed=row[8],
        total=row[9],
        attempts=row[10],
        problem=json.loads(row[11]) if row[11] is not None else None,
        actor_id=row[12],
        as_system=bool(row[13]),
        language=row[14],
        lease=row[15],
        created_at=read_moment(row[16]),
        finished_at=read_moment(row[17]),
    )
