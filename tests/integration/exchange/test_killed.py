"""`kill -9` in the middle of a bulk job: nothing is lost, doubled or half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from metadata import Change
from paas.app.settings import Settings
from paas.app.tenant import open_tenant
from paas.http import Services
from paas.kernel import CallContext
from runtime import BulkJobs, Job, JobStatus, ListQuery, Load, Part
from runtime.exchange.chunk import chunks
from tests.support.database import Place

ROWS = 7000
CHUNK = 100
KILLS = 3
SECONDS = 100


def settings(place: Place, home: Path) -> Settings:
    return Settings(database_url=place.url, database_schema=place.schema, home=home)


@contextmanager
def victim(place: Place, home: Path) -> Iterator[subprocess.Popen[str]]:
    module = "tests.integration.exchange.victim"
    command = [sys.executable, "-m", module, place.url, place.schema or "", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() != ""
        yield process
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def prepare(services: Services) -> Job:
    """Describe an object and hand in a file with some rows that a rule refuses."""
    context = CallContext(now=services.clock(), origin="test")
    documents: list[tuple[str, dict[str, Any]]] = [
        ("object", {"name": "thing", "label": "事物", "name_field": "code"}),
        ("field", {"object": "thing", "name": "code", "type": "text", "unique": True}),
        ("field", {"object": "thing", "name": "number", "type": "integer"}),
        ("validation_rule", {"object": "thing", "name": "seven", "message": "不是七的倍数",
                             "when": "MOD(number, 7) = 0"}),
    ]  # fmt: skip
    services.publish(context, [Change("put", kind, each) for kind, each in documents])
    with services.database.read() as connection:
        snapshot = services.catalog.snapshot(connection)
    bulk = BulkJobs(services.jobs, services.tools)
    job = bulk.create(context, snapshot, Load("thing", "create", chunk_size=CHUNK))
    name, path = bulk.spool.new("csv")
    lines = [f"c{number},{number}" for number in range(1, ROWS + 1)]
    path.write_text("code,number\n" + "\n".join(lines), encoding="utf-8")
    bulk.add_part(job, Part(1, name, path.stat().st_size))
    return bulk.close(job)


def until_moved(services: Services, job_id: str, done: int) -> int:
    """Wait until the job has come beyond `done` rows; return how far it is."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        job = services.jobs.get(job_id)
        if job.done + job.failed > done or job.is_ended:
            return job.done + job.failed
        time.sleep(0.005)
    raise AssertionError(f"the job stands still at {done}")


@pytest.mark.slow
def test_a_killed_job_goes_on_where_it_was(place: Place, tmp_path: Path) -> None:
    services = open_tenant(settings(place, tmp_path))
    try:
        job = prepare(services)
        done, killed = 0, 0
        while killed < KILLS:
            with victim(place, tmp_path) as process:
                done = until_moved(services, job.id, done)
                assert not services.jobs.get(job.id).is_ended, "too few rows to kill in between"
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            done = services.jobs.get(job.id).done + services.jobs.get(job.id).failed
        with victim(place, tmp_path):
            while done < ROWS:
                done = until_moved(services, job.id, done)
            until = time.monotonic() + SECONDS
            while not services.jobs.get(job.id).is_ended and time.monotonic() < until:
                time.sleep(0.02)
        check(services, job.id)
    finally:
        services.close()


def check(services: Services, job_id: str) -> None:
    refused = {number for number in range(1, ROWS + 1) if number % 7 == 0}
    job = services.jobs.get(job_id)
    assert (job.status, job.done, job.failed, job.total) == (
        JobStatus.DONE, ROWS - len(refused), len(refused), ROWS,
    )  # fmt: skip
    context = CallContext(now=services.clock(), origin="test")
    numbers, cursor = [], None
    while True:
        query = ListQuery(fields=("number",), sort="id", limit=5000, cursor=cursor)
        page = services.records.scroll(context, "thing", query)
        numbers += [each["number"] for each in page.records]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(numbers) == [n for n in range(1, ROWS + 1) if n not in refused]
    row, ids = 0, []
    for chunk in chunks(services.database, job_id):
        assert chunk.first_row == row
        for place, record_id in enumerate(chunk.ids):
            row += 1
            assert (record_id is None) == (row in refused) == (str(place) in chunk.errors)
            ids.append(record_id)
    assert row == ROWS
    assert len({each for each in ids if each}) == len(numbers)
