"""`kill -9` in the middle of writing: records, events, history and the bin still agree."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter

from formula.targets.sql import sqlite_functions
from runtime import ListQuery
from tests.integration.runtime.world import World
from tests.support.database import Place

KILLS, SECONDS, ENOUGH = 2, 30, 60


def test_what_is_written_along_agrees_after_a_kill(place: Place) -> None:
    database = place.open(functions=sqlite_functions())
    world = World.build(database)
    world.publish(("object", {"name": "visit", "sharing": "read", "history": True}))
    for _each in range(KILLS):
        kill_while_writing(place, world)
    events = world.rows("SELECT record_id, operation FROM paas_outbox WHERE origin = 'victim'")
    history = world.rows("SELECT record_id, version, operation FROM paas_history")
    assert Counter(events) == Counter((row[0], row[2]) for row in history)
    live = records(world)
    last = {str(row[0]): row[1:] for row in sorted(history, key=lambda row: row[1])}
    binned = [str(row[0]) for row in world.rows("SELECT record_id FROM paas_bin")]
    assert live == {key: version for key, (version, kind) in last.items() if kind != "delete"}
    assert sorted(binned) == sorted(key for key, (_version, kind) in last.items()
                                    if kind == "delete")  # fmt: skip
    database.close()


def kill_while_writing(place: Place, world: World) -> None:
    module = "tests.integration.runtime.victim"
    command = [sys.executable, "-m", module, place.url, place.schema or ""]
    before = count(world)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        until = time.monotonic() + SECONDS
        while count(world) < before + ENOUGH and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    assert count(world) >= before + ENOUGH


def count(world: World) -> int:
    found: int = world.rows("SELECT count(*) FROM paas_history")[0][0]
    return found


def records(world: World) -> dict[str, int]:
    found: dict[str, int] = {}
    cursor = None
    while True:
        query = ListQuery(fields=("version",), limit=200, cursor=cursor)
        page = world.records.list(world.system, "visit", query)
        found |= {each["id"]: each["version"] for each in page.records}
        cursor = page.next
        if cursor is None:
            return found
