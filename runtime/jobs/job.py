"""A job as a value: what is to be done, for whom, how far it has come, and how it ended."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Document = Mapping[str, Any]
"""Plain JSON values."""


class JobStatus(enum.StrEnum):
    """Where a job stands. The last three are the ends."""

    OPEN = "open"
    """Still being put together; no worker looks at it."""
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be enqueued.

    While an unfinished job of the same kind has the same `key`, enqueueing returns that one.
    `due_at` is the earliest time to begin. With `as_system` the work is done in system mode for
    the actor, else with his permissions as they are at each step. An `is_open` job waits for
    `Jobs.release`.
    """

    kind: str
    argument: Document = field(default_factory=dict)
    key: str | None = None
    due_at: datetime | None = None
    total: int | None = None
    as_system: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is kept. `state` is what its kind keeps from one step to the next."""

    id: str
    kind: str
    key: str | None
    status: JobStatus
    wanted: str | None
    """`pause` or `cancel`, when a running job has been asked to stop."""
    argument: Document
    state: Document
    done: int
    failed: int
    total: int | None
    attempts: int
    problem: Document | None
    actor_id: str | None
    as_system: bool
    language: str
    lease: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_ended(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Step:
    """What a step tells of itself: committed together with what it wrote.

    `state` replaces the job's state, None keeps it; `done` and `failed` are added.
    """

    state: Document | None = None
    done: int = 0
    failed: int = 0
    total: int | None = None
