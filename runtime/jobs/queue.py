"""The queue as everybody else sees it: enqueue, look, cancel, pause, resume.

`enqueue_in` puts a job into somebody's unit of work, so the job exists exactly if what caused it
does. Doing jobs is the business of `runtime.jobs.worker`.
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from paas.db import Connection, Database
from paas.kernel import CallContext, Clock, Extensions, is_uuid, uuid7
from runtime.jobs.job import Job, JobStatus, NewJob
from runtime.jobs.kind import JOB_KINDS, JobKind
from runtime.jobs.problem import JobKindUnknown, JobNotFound, JobWrongState
from runtime.jobs.store import store_of
from runtime.work import Work

MAX_LISTED = 200


class Jobs:
    """One tenant's queue. Shared by all threads."""

    def __init__(self, database: Database, extensions: Extensions, clock: Clock) -> None:
        self.kinds: Mapping[str, JobKind] = extensions.of(JOB_KINDS)
        self.woken = threading.Event()
        """Set whenever something may have become due in this process."""
        self._database = database
        self._clock = clock
        self._store = store_of(database.dialect)

    # -- enqueueing ------------------------------------------------------------------------------

    def enqueue(self, context: CallContext, new: NewJob) -> Job:
        """Enqueue a job in a unit of work of its own."""
        return self._database.write(lambda connection: self._enqueue(connection, context, new))

    def enqueue_in(self, work: Work, new: NewJob) -> Job:
        """Enqueue a job in somebody's unit of work."""
        return self._enqueue(work.connection, work.context, new)

    def enqueue_on(self, connection: Connection, context: CallContext, new: NewJob) -> Job:
        """Enqueue a job in a transaction that is no unit of work, such as a publish."""
        return self._enqueue(connection, context, new)

    def note(
        self,
        connection: Connection,
        context: CallContext,
        new: NewJob,
        *,
        state: Mapping[str, Any],
        done: int,
    ) -> Job:
        """Keep the record of work that is done already, as a job that has come to its end."""
        return self._insert(
            connection, context, new, JobStatus.DONE, state=state, done=done, finished=context.now
        )

    def _enqueue(self, connection: Connection, context: CallContext, new: NewJob) -> Job:
        status = JobStatus.OPEN if new.is_open else JobStatus.WAITING
        job = self._insert(connection, context, new, status)
        self.woken.set()
        return job

    def _insert(
        self,
        connection: Connection,
        context: CallContext,
        new: NewJob,
        status: JobStatus,
        *,
        state: Mapping[str, Any] | None = None,
        done: int = 0,
        finished: datetime | None = None,
    ) -> Job:
        if new.kind not in self.kinds:
            raise JobKindUnknown(name=new.kind)
        return insert_job(
            connection, context, new, status, state=state, done=done, finished=finished
        )

    # -- looking ---------------------------------------------------------------------------------

    def get(self, job_id: str) -> Job:
        """Return a job; raises `JobNotFound`. Whether the caller may see it is his to check."""
        with self._database.read() as connection:
            return self._known(connection, job_id)

    def list(
        self, actor_id: str | None, *, kinds: Sequence[str] | None = None, limit: int = 50
    ) -> builtins.list[Job]:
        """Return the newest jobs that are shown to people, of one user or of all."""
        shown = [key for key, kind in self.kinds.items() if kind.is_listed]
        asked = shown if kinds is None else [each for each in kinds if each in self.kinds]
        with self._database.read() as connection:
            return self._store.list(connection, asked, actor_id, min(limit, MAX_LISTED))

    def _known(self, connection: Connection, job_id: str) -> Job:
        found = self._store.get(connection, job_id) if is_uuid(job_id) else None
        if found is None:
            raise JobNotFound()
        return found

    # -- steering --------------------------------------------------------------------------------

    def release(self, job_id: str, *, argument: Mapping[str, Any] | None = None) -> Job:
        """Hand an open job over to the workers, with its final argument if given."""
        return self._move(job_id, {JobStatus.OPEN: JobStatus.WAITING}, argument=argument)

    def amend(self, job_id: str, argument: Mapping[str, Any]) -> Job:
        """Change what an open job is about."""
        return self._move(job_id, {JobStatus.OPEN: JobStatus.OPEN}, argument=argument)

    def hold_open(self, connection: Connection, job_id: str) -> None:
        """Keep an open job open until the unit of work ends; raises `JobWrongState`."""
        if not self._store.move(connection, job_id, JobStatus.OPEN, JobStatus.OPEN):
            raise JobWrongState(status=self._known(connection, job_id).status.value)

    def pause(self, job_id: str) -> Job:
        """Have a job stop after its current step, until it is resumed."""
        return self._move(job_id, {JobStatus.WAITING: JobStatus.PAUSED}, wanted="pause")

    def resume(self, job_id: str) -> Job:
        """Have a paused job go on where it stopped."""
        return self._move(job_id, {JobStatus.PAUSED: JobStatus.WAITING})

    def cancel(self, job_id: str) -> Job:
        """End a job: at once, or after its current step. What it has committed stays."""
        idle = (JobStatus.OPEN, JobStatus.WAITING, JobStatus.PAUSED)
        return self._move(job_id, dict.fromkeys(idle, JobStatus.CANCELLED), wanted="cancel")

    def _move(
        self,
        job_id: str,
        moves: Mapping[JobStatus, JobStatus],
        *,
        wanted: str | None = None,
        argument: Mapping[str, Any] | None = None,
    ) -> Job:
        def act(connection: Connection) -> Job:
            job = self._known(connection, job_id)
            if job.status is JobStatus.RUNNING and wanted:
                self._store.want(connection, job_id, wanted)
            elif job.status not in moves:
                raise JobWrongState(status=job.status.value)
            else:
                after = moves[job.status]
                ended = self._clock() if after is JobStatus.CANCELLED else None
                moved = self._store.move(
                    connection, job_id, job.status, after, finished_at=ended, argument=argument
                )
                if not moved:
                    raise JobWrongState(status=self._known(connection, job_id).status.value)
            return self._known(connection, job_id)

        job = self._database.write(act)
        self.woken.set()
        return job


def insert_job(
    connection: Connection,
    context: CallContext,
    new: NewJob,
    status: JobStatus,
    *,
    state: Mapping[str, Any] | None = None,
    done: int = 0,
    finished: datetime | None = None,
) -> Job:
    """Keep a new job, or return the unfinished one that has its key."""
    store, job_id = store_of(connection.dialect), uuid7()
    row = {
        "id": job_id,
        "kind": new.kind,
        "key": new.key,
        "status": status.value,
        "argument": dict(new.argument),
        "state": dict(state or {}),
        "done": done,
        "total": new.total,
        "actor_id": context.user_id,
        "as_system": new.as_system or context.is_system,
        "language": context.language,
        "due_at": new.due_at or context.now,
        "created_at": context.now,
        "finished_at": finished,
    }
    if store.insert(connection, row):
        made = store.get(connection, job_id)
        assert made is not None
        return made
    assert new.key is not None
    standing = store.by_key(connection, new.kind, new.key)
    if standing is not None:
        return standing
    # It has just come to its end.
    return insert_job(connection, context, new, status, state=state, done=done, finished=finished)


def enqueue_in(work: Work, new: NewJob) -> Job:
    """Enqueue a job from inside a unit of work, as participants do, who know no queue.

    Workers find it within their next look, a second after the commit at most.
    """
    return insert_job(work.connection, work.context, new, JobStatus.WAITING)
