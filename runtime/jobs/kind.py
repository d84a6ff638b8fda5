"""Kinds of job, and what a job has in its hands while it runs.

A kind is a value on `JOB_KINDS`. Its `run` does the job in steps: each `JobRun.step` is one unit of
work that commits what it wrote together with how far the job has come. A run that begins again
after a crash finds in `job.state` what the last committed step left there and goes on from it, so
nothing is lost and nothing is done twice.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from metadata import Catalog
from paas.db import Connection, Database
from paas.kernel import CallContext, Clock, ExtensionPoint, Extensions
from runtime.jobs.job import Job, Step
from runtime.jobs.problem import JobActorGone
from runtime.jobs.store import store_of
from runtime.principal import load_principal
from runtime.records import Records
from runtime.work import Work

LEASE = timedelta(seconds=30)


class JobInterrupted(Exception):
    """The run must end now; `reason` is pause, cancel, shutdown or lost. Not a failure."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs work with: one tenant's database and what stands around it."""

    database: Database
    catalog: Catalog
    records: Records
    extensions: Extensions
    clock: Clock
    zone: str
    spool: Path
    """Folder of files handed in and handed out; every process of the tenant sees the same."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job.

    `run` returns when the job is done, or raises: a problem of kind `unavailable` and any
    exception that is no problem are tried again later, at most `max_attempts` times without a
    committed step in between; every other problem ends the job as failed. With `every` the job
    enqueues itself again when it is done. `is_listed` shows it among a user's jobs.
    """

    key: str
    run: Callable[[JobRun], None]
    label: Mapping[str, str] = field(default_factory=dict)
    max_attempts: int = 5
    every: timedelta | None = None
    is_listed: bool = True


JOB_KINDS = ExtensionPoint[JobKind]("job_kinds", JobKind, lambda value: value.key)


class JobRun:
    """One attempt at a job, in the hands of its kind."""

    def __init__(self, job: Job, tools: Tools, *, lease: timedelta = LEASE) -> None:
        assert job.lease is not None
        self.job = job
        self.tools = tools
        self.lease = job.lease
        self._length = lease
        self._store = store_of(tools.database.dialect)
        self._interrupted = threading.Event()
        self._reason = ""
        if job.wanted:
            self.interrupt(job.wanted)

    def interrupt(self, reason: str) -> None:
        """Have the run end before its next step. Any thread may ask."""
        self._reason = self._reason or reason
        self._interrupted.set()

    def check(self) -> None:
        """Raise `JobInterrupted` if the run is to end."""
        if self._interrupted.is_set():
            raise JobInterrupted(self._reason)

    def step(self, act: Callable[[Work], Step]) -> Step:
        """Do `act` in a unit of work of its own that also keeps what the step tells.

        If the lease was lost meanwhile, nothing of it is kept and the run ends.
        """
        self.check()

        def unit(connection: Connection) -> tuple[Step, str | None]:
            work = self.tools.records.work(connection, self.context(connection))
            step = act(work)
            until = self.tools.clock() + self._length
            holds, wanted = self._store.keep_step(connection, self.job.id, self.lease, step, until)
            if not holds:
                raise JobInterrupted("lost")
            return step, wanted

        step, wanted = self.tools.database.write(unit)
        self.job = replace(
            self.job,
            state=self.job.state if step.state is None else step.state,
            done=self.job.done + step.done,
            failed=self.job.failed + step.failed,
            total=self.job.total if step.total is None else step.total,
        )
        if wanted:
            self.interrupt(wanted)
        return step

    def context(self, connection: Connection) -> CallContext:
        """Return the context the work is done in now; raises `JobActorGone`."""
        job, tools = self.job, self.tools
        context = CallContext(
            now=tools.clock(),
            language=job.language,
            zone=tools.zone,
            origin="job",
            trace_id=job.id,
            actor_id=job.actor_id,
        )
        if job.as_system or job.actor_id is None:
            return context
        snapshot = tools.catalog.snapshot(connection)
        principal = load_principal(connection, snapshot, job.actor_id)
        if principal is None:
            raise JobActorGone()
        return replace(context, principal=principal, zone=principal.zone or tools.zone)
