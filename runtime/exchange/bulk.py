"""Bulk jobs: files handed in part by part, then loaded.

A bulk job is an open load job; its parts are in the spool. What a caller may not do at all is
refused when he creates the job, what a row may not do when it is written.
"""

from __future__ import annotations

from metadata import Snapshot
from paas.db import Connection
from paas.kernel import CallContext, Problem
from runtime.access import Permissions
from runtime.command import SKIP_PERMISSION
from runtime.exchange.chunk import Part, add_part, parts_of
from runtime.exchange.load import Load
from runtime.exchange.spool import Spool
from runtime.jobs.job import Job, JobStatus, NewJob
from runtime.jobs.kind import Tools
from runtime.jobs.problem import JobWrongState
from runtime.jobs.queue import Jobs
from runtime.key import match_field
from runtime.problem import AccessDenied

BULK = "bulk"
IMPORT = "import"
NEEDS = {"upsert": ("create", "update")}


def check_load(snapshot: Snapshot, context: CallContext, load: Load) -> None:
    """Raise what the caller may not do with any row."""
    model = snapshot.object(load.object)
    permissions = Permissions.of(context, snapshot)
    for operation in NEEDS.get(load.operation, (load.operation,)):
        permissions.require_object(model, operation)  # type: ignore[arg-type]
    if load.skip and not permissions.has(SKIP_PERMISSION):
        raise AccessDenied(object=model.label, operation=SKIP_PERMISSION)
    if load.operation == "upsert" or load.match_by is not None:
        match_field(snapshot, context, model, load.match_by)


class BulkJobs:
    """Loads that take their files in parts."""

    def __init__(self, jobs: Jobs, tools: Tools) -> None:
        self._jobs = jobs
        self._tools = tools
        self.spool = Spool(tools.spool)

    def create(self, context: CallContext, snapshot: Snapshot, load: Load) -> Job:
        """Open a job."""
        check_load(snapshot, context, load)
        return self._jobs.enqueue(context, NewJob(BULK, load.document(), is_open=True))

    def require_open(self, job: Job) -> None:
        """Raise `JobWrongState` if no more files are taken."""
        if job.status is not JobStatus.OPEN:
            raise JobWrongState(status=job.status.value)

    def add_part(self, job: Job, part: Part) -> None:
        """Take a file; another one at the same position is replaced."""

        def act(connection: Connection) -> str | None:
            self._jobs.hold_open(connection, job.id)
            known = {each.position: each.file for each in parts_of(connection, job.id)}
            add_part(connection, job.id, part)
            return known.get(part.position)

        try:
            replaced = self._tools.database.write(act)
        except Problem:
            self.spool.remove(part.file)
            raise
        if replaced:
            self.spool.remove(replaced)

    def parts(self, job: Job) -> list[Part]:
        """Return the files of a job."""
        with self._tools.database.read() as connection:
            return list(parts_of(connection, job.id))

    def close(self, job: Job) -> Job:
        """Have the job done."""
        return self._jobs.release(job.id)
