"""The job that makes search tokens for records that were there before their field was searched.

It also begins with the workers and once a day, so a new tokenizer or a publish whose process died
is made up for without anybody asking.
"""

from __future__ import annotations

from datetime import timedelta

from runtime.jobs import JobKind, JobRun, NewJob, Step
from runtime.search import fill_step
from runtime.work import Work

FILL = "search_fill"
FILL_NOW = NewJob(FILL, key="now", as_system=True)


def _run(run: JobRun) -> None:
    is_last = False

    def act(work: Work) -> Step:
        nonlocal is_last
        done = fill_step(work)
        is_last = done.is_last
        return Step(done=done.records)

    while not is_last:
        run.step(act)


SEARCH_FILL = JobKind(
    FILL,
    _run,
    label={"zh-CN": "建立搜索索引", "en-US": "Prepare searching"},
    every=timedelta(days=1),
    is_listed=False,
)
