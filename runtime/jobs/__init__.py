"""Jobs: work that goes on behind the scenes, in steps that survive a crash.

One table of the tenant's database is the queue. A job is enqueued in the transaction of whatever
caused it, leased by one worker at a time, and done in steps: what a step writes and how far the
job has come are committed together. Which kinds of job there are is plugged in (`JOB_KINDS`).
"""

from runtime.jobs.job import Job, JobStatus, NewJob, Step
from runtime.jobs.kind import JOB_KINDS, JobKind, JobRun, Tools
from runtime.jobs.queue import Jobs, enqueue_in
from runtime.jobs.worker import Workers

__all__ = [
    "JOB_KINDS",
    "Job",
    "JobKind",
    "JobRun",
    "JobStatus",
    "Jobs",
    "NewJob",
    "Step",
    "Tools",
    "Workers",
    "enqueue_in",
]
