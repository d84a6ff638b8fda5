"""Workers: threads that lease jobs and run them, in the server's process or in one of their own.

A worker that dies leaves its lease to expire; another one then goes on behind the last committed
step. While jobs run, one thread prolongs their leases and brings the news that somebody wants them
to stop. Nothing here depends on a session of the database.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import timedelta

import structlog

from paas.db import DatabaseClosed
from paas.kernel import CallContext, Kind, Problem, uuid7
from runtime.jobs.job import Job, JobStatus, NewJob
from runtime.jobs.kind import LEASE, JobInterrupted, JobKind, JobRun, Tools
from runtime.jobs.problem import JobBroken, JobGaveUp, problem_document
from runtime.jobs.queue import Jobs
from runtime.jobs.store import store_of

log = structlog.get_logger("runtime.jobs")

POLL_SECONDS = 1.0
SOON_SECONDS = 0.05
"""How soon to look again after a hint: what was enqueued may not be committed yet."""
LONGEST_DELAY = timedelta(minutes=5)


class Workers:
    """Runs one tenant's jobs on a few threads."""

    def __init__(
        self, jobs: Jobs, tools: Tools, *, lease: timedelta = LEASE, poll: float = POLL_SECONDS
    ) -> None:
        self._jobs = jobs
        self._tools = tools
        self._lease = lease
        self._poll = poll
        self._store = store_of(tools.database.dialect)
        self._kinds = tuple(jobs.kinds)
        self._runs: dict[str, JobRun] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    # -- threads ---------------------------------------------------------------------------------

    def start(self, threads: int) -> None:
        """Start `threads` workers; none is a valid number."""
        if threads < 1 or self._threads:
            return
        self._stopping.clear()
        self._schedule()
        self._threads = [
            threading.Thread(target=self._serve, name=f"job-worker-{number}", daemon=True)
            for number in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._beat, name="job-beat", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have every running job give itself back after its current step, and wait for that."""
        self._stopping.set()
        self._jobs.woken.set()
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.interrupt("shutdown")
        for thread in self._threads:
            thread.join()
        self._threads = []

    def run_due(self) -> int:
        """Run what is due on the calling thread until nothing is; returns the number of runs."""
        count = 0
        while not self._stopping.is_set() and self._run_one():
            count += 1
        return count

    def _serve(self) -> None:
        soon = 0
        while not self._stopping.is_set():
            try:
                if self._run_one():
                    continue
            except DatabaseClosed:
                return
            except Problem as problem:  # busy or away: it will come back
                log.warning("the queue could not be read", code=problem.code)
            except Exception:
                log.exception("the queue could not be read")
            soon = 3 if self._jobs.woken.wait(SOON_SECONDS if soon else self._poll) else soon - 1
            soon = max(soon, 0)
            self._jobs.woken.clear()

    def _beat(self) -> None:
        while not self._stopping.wait(self._lease.total_seconds() / 4):
            with self._lock:
                runs = list(self._runs.values())
            if runs:
                with suppress(Problem, DatabaseClosed):
                    self._prolong(runs)

    def _prolong(self, runs: list[JobRun]) -> None:
        until = self._tools.clock() + self._lease
        held = {run.job.id: run.lease for run in runs}
        database = self._tools.database
        database.write(lambda connection: self._store.beat(connection, held, until))
        with database.read() as connection:
            wanted = self._store.held(connection, list(held.values()))
        for run in runs:
            reason = wanted.get(run.job.id, "lost")
            if reason:
                run.interrupt(reason)

    # -- one job ---------------------------------------------------------------------------------

    def _run_one(self) -> bool:
        """Lease and run one due job; False if there is none."""
        tools, now = self._tools, self._tools.clock()
        with tools.database.read() as connection:
            if not self._store.is_any_due(connection, self._kinds, now):
                return False
        lease, until = uuid7(), now + self._lease
        job = tools.database.write(
            lambda connection: self._store.claim(
                connection, self._kinds, lease=lease, now=now, until=until
            )
        )
        if job is None:
            return False
        run = JobRun(job, tools, lease=self._lease)
        with self._lock:
            self._runs[lease] = run
        try:
            self._attempt(run, self._jobs.kinds[job.kind])
        finally:
            with self._lock:
                self._runs.pop(lease, None)
        return True

    def _attempt(self, run: JobRun, kind: JobKind) -> None:
        started = time.monotonic()
        try:
            run.check()
            if run.job.attempts > kind.max_attempts:
                raise JobGaveUp(attempts=kind.max_attempts)
            kind.run(run)
            run.check()
        except JobInterrupted as interruption:
            self._interrupted(run, interruption.reason)
        except Problem as problem:
            if problem.kind is Kind.UNAVAILABLE and not isinstance(problem, JobGaveUp):
                self._again(run, kind, problem)
            else:
                self._fail(run, problem)
        except DatabaseClosed:
            return
        except Exception:
            log.exception("job broke", job=run.job.id, kind=kind.key)
            self._again(run, kind, JobBroken())
        else:
            self._leave(run, JobStatus.DONE)
        seconds = round(time.monotonic() - started, 3)
        log.info("job ran", job=run.job.id, kind=kind.key, done=run.job.done, seconds=seconds)

    def _interrupted(self, run: JobRun, reason: str) -> None:
        if reason == "lost":
            return
        if reason == "cancel":
            self._leave(run, JobStatus.CANCELLED)
        elif reason == "pause":
            self._leave(run, JobStatus.PAUSED, is_forgiven=True)
        else:
            self._leave(run, JobStatus.WAITING, is_forgiven=True)

    def _again(self, run: JobRun, kind: JobKind, problem: Problem) -> None:
        """Try the job again a while later, unless it was tried too often."""
        if run.job.attempts >= kind.max_attempts:
            self._fail(run, problem)
            return
        delay = min(timedelta(seconds=2**run.job.attempts), LONGEST_DELAY)
        self._leave(run, JobStatus.WAITING, delay=delay)

    def _fail(self, run: JobRun, problem: Problem) -> None:
        log.warning("job failed", job=run.job.id, kind=run.job.kind, code=problem.code)
        self._leave(run, JobStatus.FAILED, problem=problem)

    def _leave(
        self,
        run: JobRun,
        status: JobStatus,
        *,
        problem: Problem | None = None,
        delay: timedelta | None = None,
        is_forgiven: bool = False,
    ) -> None:
        now = self._tools.clock()
        is_ended = status in (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)
        self._tools.database.write(
            lambda connection: self._store.leave(
                connection,
                run.job.id,
                run.lease,
                status,
                problem=problem_document(problem) if problem is not None else None,
                finished_at=now if is_ended else None,
                due_at=now + delay if delay is not None else None,
                is_forgiven=is_forgiven,
            )
        )
        every = self._jobs.kinds[run.job.kind].every
        if is_ended and every is not None:
            self._enqueue_next(run.job, every)

    # -- jobs that come again and again ----------------------------------------------------------

    def _schedule(self) -> None:
        """Make sure that each recurring kind has its next job."""
        for kind in self._jobs.kinds.values():
            if kind.every is not None:
                self._jobs.enqueue(self._system(), NewJob(kind.key, key="every", as_system=True))

    def _enqueue_next(self, job: Job, every: timedelta) -> None:
        new = NewJob(job.kind, key="every", as_system=True, due_at=self._tools.clock() + every)
        self._jobs.enqueue(self._system(), new)

    def _system(self) -> CallContext:
        return CallContext(now=self._tools.clock(), zone=self._tools.zone, origin="job")
