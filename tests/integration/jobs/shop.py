"""The world of the job tests: that of the record tests, with a queue and kinds of job to try."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import metadata
import runtime
from metadata import Catalog
from paas.db import Database
from paas.kernel import CallContext, Extensions
from runtime import (
    JOB_KINDS,
    JobKind,
    JobRun,
    Jobs,
    ListQuery,
    Records,
    Step,
    Tools,
    Workers,
    WriteCommand,
)
from tests.integration.runtime.world import World, valid

CHUNK = 3


def fill(run: JobRun) -> None:
    """Create `rows` accounts, three a step, numbered."""
    made: int = run.job.state.get("made", 0)
    while made < run.job.argument["rows"]:
        numbers = range(made, min(made + CHUNK, run.job.argument["rows"]))

        def act(work: Any, numbers: range = numbers) -> Step:
            rows = [valid(accountName=f"第{number}", staff=number) for number in numbers]
            work.write(WriteCommand("create", "account", rows, is_batch=True))
            return Step(state={"made": numbers.stop}, done=len(rows))

        run.step(act)
        made = numbers.stop


@dataclass
class Tick:
    """A clock that tests move."""

    now: datetime = field(default_factory=lambda: datetime(2026, 5, 1, 8, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Shop:
    world: World
    jobs: Jobs
    tools: Tools
    workers: Workers
    clock: Tick
    acts: dict[str, Callable[[JobRun], Any]]

    @classmethod
    def build(cls, database: Database, *, spool: Path) -> Shop:
        acts: dict[str, Callable[[JobRun], Any]] = {}
        extensions, clock = Extensions(), Tick()
        for package in (metadata, runtime):
            package.register(extensions)
        extensions.register(
            JOB_KINDS,
            JobKind("fill", fill),
            JobKind("act", lambda run: acts[run.job.argument["name"]](run)),
            JobKind("ticking", lambda run: acts[run.job.kind](run), every=timedelta(hours=1)),
        )
        world = World.build(database)
        catalog = Catalog(database, extensions)
        tools = Tools(
            database, catalog, Records(database, catalog, extensions), extensions, clock,
            zone="Asia/Shanghai", spool=spool,
        )  # fmt: skip
        jobs = Jobs(database, extensions, clock)
        return cls(world, jobs, tools, Workers(jobs, tools, poll=0.05), clock, acts)

    def another(self) -> Workers:
        """Return workers of another process, as it were."""
        return Workers(self.jobs, self.tools, poll=0.05)

    @property
    def system(self) -> CallContext:
        return CallContext(now=self.clock(), origin="test")

    def accounts(self) -> list[str]:
        """Return the names of all accounts, in the order of their creation."""
        found, cursor = [], None
        while True:
            query = ListQuery(
                fields=("accountName",), sort="createdAt,id", limit=200, cursor=cursor
            )
            page = self.world.records.list(self.system, "account", query)
            found += [each["accountName"] for each in page.records]
            cursor = page.next
            if cursor is None:
                return found


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    done = threading.Event()
    for _each in range(int(seconds / 0.02)):
        if condition():
            return
        done.wait(0.02)
    raise AssertionError("it did not come to pass")
