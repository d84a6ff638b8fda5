"""Writers in a process of their own, for a test that kills it: `python -m … URL SCHEMA`."""

from __future__ import annotations

import sys
import threading
import time

import metadata
import runtime
from formula.targets.sql import sqlite_functions
from metadata import Catalog
from paas.db import open_database
from paas.kernel import CallContext, Extensions, system_clock
from runtime import Records, WriteCommand

THREADS, LONGEST = 3, 60


def main(url: str, schema: str) -> None:
    """Create, change, delete and restore until somebody kills the process."""
    database = open_database(url, schema=schema or None, functions=sqlite_functions())
    extensions = Extensions()
    for package in (metadata, runtime):
        package.register(extensions)
    records = Records(database, Catalog(database, extensions), extensions)
    context = CallContext(now=system_clock(), origin="victim")

    def work() -> None:
        while True:
            made = records.write(context, WriteCommand("create", "visit", [{"name": "0"}] * 3))
            for name in "ab":
                rows = [{"id": each.id, "name": name} for each in made]
                records.write(context, WriteCommand("update", "visit", rows))
            records.write(context, WriteCommand("delete", "visit", [{"id": made[0].id}]))
            entry = records.bin(context, runtime.BinQuery("visit", limit=1))["entries"][0]
            if entry["recordId"] == made[0].id:
                records.restore(context, entry["id"])

    for _each in range(THREADS):
        threading.Thread(target=work, daemon=True).start()
    print("ready", flush=True)
    time.sleep(LONGEST)


if __name__ == "__main__":
    main(*sys.argv[1:])
