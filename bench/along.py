"""What it costs to keep along: events, history and the recycle bin, for each record written.

In process, without HTTP: `python -m bench.along` on SQLite, with `PAAS_TEST_PG_DSN` on PostgreSQL
too. Each variant is the same work with one thing more; turns alternate, so that a machine that
slows down slows all. The figures are medians of processor time on SQLite and of elapsed time on
PostgreSQL, where the server's work counts; ratios are to the variant with events alone.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import metadata
import runtime
from formula.targets.sql import sqlite_functions
from metadata import Catalog, Change
from paas.db import Database, open_database
from paas.kernel import CallContext, Extensions
from runtime import Records, WriteCommand
from runtime.sql import trail

CONTEXT = CallContext(now=datetime(2026, 1, 1, tzinfo=UTC), origin="bench")
FIELDS = 12
BATCH, SINGLES, ROUNDS = 200, 60, 7
VARIANTS = {
    "events": (False, (trail.OUTBOX,)),
    "events, bin": (False, (trail.OUTBOX, trail.RECYCLE_BIN)),
    "events, bin, history": (True, (trail.OUTBOX, trail.RECYCLE_BIN, trail.HISTORY)),
}
WORK = ("create", "update", "delete")


@contextmanager
def tenant(url: str) -> Iterator[Database]:
    """An empty tenant that is gone afterwards."""
    schema = f"bench_{uuid.uuid4().hex}" if url.startswith("postgresql") else None
    functions = () if schema else sqlite_functions()
    database = open_database(url, schema=schema, functions=functions)
    try:
        yield database
    finally:
        if schema:
            database.write(lambda each: each.execute(f"DROP SCHEMA {schema} CASCADE"))
        database.close()


def prepare(database: Database, *, history: bool, trails: Sequence[Any]) -> Records:
    """Publish one object with a dozen fields and compile its plans with these trails."""
    extensions = Extensions()
    for package in (metadata, runtime):
        package.register(extensions)
    metadata.install(database, extensions)
    catalog = Catalog(database, extensions)
    documents: list[tuple[str, dict[str, Any]]] = [
        ("object", {"name": "thing", "name_field": "f0", "history": history})
    ]
    for number in range(FIELDS):
        kind = {"type": "text"} if number % 2 == 0 else {"type": "decimal"}
        documents.append(("field", {"object": "thing", "name": f"f{number}", **kind}))
    catalog.publish(CONTEXT, [Change("put", kind, each) for kind, each in documents])
    records = Records(database, catalog, extensions)
    with mock.patch.object(trail, "TRAILS", tuple(trails)):
        measure(records, 2, batch=True, clock=time.perf_counter)  # compiles everything once
    return records


def measure(records: Records, count: int, *, batch: bool, clock: Any) -> dict[str, float]:
    """Create, change and delete `count` records; return seconds for each record and operation."""
    row = {f"f{n}": f"value {n}" if n % 2 == 0 else n for n in range(FIELDS)}
    changed = {"f0": "another", "f1": 99, "f2": "and one more"}
    took: dict[str, float] = {}
    ids: list[str] = []
    for operation in WORK:
        rows_of: dict[str, list[dict[str, Any]]] = {
            "create": [dict(row) for _each in range(count)],
            "update": [{"id": each, **changed} for each in ids],
            "delete": [{"id": each} for each in ids],
        }
        rows = rows_of[operation]
        commands = [rows] if batch else [[each] for each in rows]
        began = clock()
        made = [
            outcome
            for some in commands
            for outcome in records.write(CONTEXT, WriteCommand(operation, "thing", some))  # type: ignore[arg-type]
        ]
        took[operation] = (clock() - began) / count
        ids = [outcome.id or "" for outcome in made]
    return took


def compare(url_of: Any, clock: Any) -> str:
    """Return the table of one database."""
    lines = ["| per record | " + " | ".join(VARIANTS) + " |", "|---" * (len(VARIANTS) + 1) + "|"]
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    for _round in range(ROUNDS):
        for name, (history, trails) in VARIANTS.items():
            with tenant(url_of()) as database:
                records = prepare(database, history=history, trails=trails)
                for form, count, batch in (("batch", BATCH, True), ("one by one", SINGLES, False)):
                    took = measure(records, count, batch=batch, clock=clock)
                    for operation, seconds in took.items():
                        key = (operation, form)
                        found.setdefault(key, {}).setdefault(name, []).append(seconds)
    for (operation, form), by_variant in found.items():
        base = statistics.median(by_variant["events"])
        cells = [
            f"{statistics.median(taken) * 1e6:.0f} µs ({statistics.median(taken) / base:.2f})"
            for taken in by_variant.values()
        ]
        lines.append(f"| {operation}, {form} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print a table for each database there is."""
    with tempfile.TemporaryDirectory() as folder:
        names = (f"sqlite:///{Path(folder)}/{number}.db" for number in range(1000))
        print(
            "## Kept along, SQLite (processor time)\n\n"
            + compare(names.__next__, time.process_time)
        )
    dsn = os.environ.get("PAAS_TEST_PG_DSN")
    if dsn:
        table = compare(lambda: dsn, time.perf_counter)
        print(f"\n## Kept along, PostgreSQL (elapsed)\n\n{table}")


if __name__ == "__main__":
    main()
