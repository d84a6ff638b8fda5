"""Rows a second and memory of bulk loads and exports: `python -m bench.bulk [ROWS]`.

Each part runs in a process of its own, so that its memory is its own: the hand-written
application's batch insert (same file, same chunks, SQLAlchemy Core, no rules, no history), our
bulk job, and exports of what it loaded. Memory is resident memory before the work, after it, and
the most in between. `PAAS_DATABASE_URL` puts our side on PostgreSQL.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from bench.floor.store import account, connect, new_id, now
from bench.scenario import row
from metadata import load_folder
from paas.app.settings import Settings
from paas.app.tenant import open_tenant
from paas.http import Services
from paas.kernel import CallContext
from runtime import (
    BulkJobs,
    Export,
    Exports,
    Job,
    JobStatus,
    Load,
    Part,
    Workers,
)

ROWS = 100_000
CHUNK = 500
OBJECT = "benchAccount"
PACK = Path(__file__).parent / "pack"
FIELDS = ("name", "industry", "annualRevenue", "employees", "address")


def write_file(path: Path, rows: int) -> None:
    """Write the file that everybody loads."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        write = csv.writer(stream)
        write.writerow(FIELDS)
        for number in range(rows):
            values = row(number)
            write.writerow([values[name] for name in FIELDS])


# ---------------------------------------------------------------- in processes of their own


def floor(file: Path, home: Path) -> int:
    """Insert the file as a hand-written application would; return the rows."""
    engine = connect(str(home / "floor.db"), synchronous="FULL")
    insert, count = account.insert(), 0
    with file.open(encoding="utf-8", newline="") as stream:
        lines = csv.DictReader(stream)
        while some := list(islice(lines, CHUNK)):
            moment = now()
            rows = [
                {
                    "id": new_id(),
                    **each,
                    "annualRevenue": float(each["annualRevenue"]),
                    "employees": int(each["employees"]),
                    "approvalStatus": None,
                    "ownerId": "x",
                    "createdBy": "x",
                    "createdAt": moment,
                    "updatedBy": "x",
                    "updatedAt": moment,
                    "version": 1,
                }
                for each in some
            ]
            with engine.begin() as connection:
                connection.execute(insert, rows)
            count += len(rows)
    return count


def tenant(home: Path) -> Services:
    """Open our tenant, with the benchmark's object."""
    services = open_tenant(Settings(home=home))
    services.publish(system(services), load_folder(PACK))
    return services


def system(services: Services) -> CallContext:
    """Return the context of the benchmark."""
    return CallContext(now=services.clock(), origin="bench")


def load(services: Services, file: Path) -> int:
    """Load the file by a bulk job; return the rows."""
    bulk = BulkJobs(services.jobs, services.tools)
    with services.database.read() as connection:
        snapshot = services.catalog.snapshot(connection)
    job = bulk.create(system(services), snapshot, Load(OBJECT, "create", chunk_size=CHUNK))
    name, path = bulk.spool.new("csv")
    path.symlink_to(file)
    bulk.add_part(job, Part(1, name, file.stat().st_size))
    return run(services, bulk.close(job))


def export(services: Services, format: Any) -> int:
    """Export everything by a job; return the records."""
    with services.database.read() as connection:
        snapshot = services.catalog.snapshot(connection)
    asked = Export(OBJECT, ("id", *FIELDS, "createdAt"), format=format)
    return run(services, Exports(services.jobs, services.tools).start(
        system(services), snapshot, asked))  # fmt: skip


def run(services: Services, job: Job) -> int:
    """Run a job here and return what it has done."""
    Workers(services.jobs, services.tools).run_due()
    done = services.jobs.get(job.id)
    assert (done.status, done.failed) == (JobStatus.DONE, 0), done.problem
    return done.done


def measured(act: Callable[[], int]) -> dict[str, float]:
    """Do something and tell its rows, seconds and memory (MB)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the most so far
    before, started = memory("VmRSS"), time.perf_counter()
    rows = act()
    seconds = time.perf_counter() - started
    return {
        "rows": rows,
        "seconds": seconds,
        "before": before,
        "after": memory("VmRSS"),
        "most": memory("VmHWM"),
    }


def memory(name: str) -> float:
    """Return a line of this process's memory, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    line = next(each for each in lines if each.startswith(name))
    return int(line.split()[1]) / 1024


def part(name: str, file: Path, home: Path) -> dict[str, float]:
    """Run one part in this process."""
    if name == "floor":
        return measured(lambda: floor(file, home))
    services = tenant(home)
    try:
        if name == "load":
            return measured(lambda: load(services, file))
        return measured(lambda: export(services, name))
    finally:
        services.close()


# ---------------------------------------------------------------- the report

PARTS = {
    "floor": "hand-written batch insert",
    "load": "bulk job, CSV in",
    "csv": "export job, CSV out",
    "xlsx": "export job, workbook out",
}


def main(rows: int) -> None:
    """Run every part and print a table."""
    print(f"## Bulk: {rows:,} rows, chunks of {CHUNK:,}\n")
    print("| | rows/s | seconds | MB before | MB after | MB at most |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="zhuji-bulk-") as folder:
        home = Path(folder)
        file = home / "rows.csv"
        write_file(file, rows)
        for name, title in PARTS.items():
            if name == "xlsx" and rows > 1_048_575:
                continue
            command = [sys.executable, "-m", "bench.bulk", name, str(file), str(home)]
            ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            found = json.loads(ran.stdout.splitlines()[-1])
            rate = found["rows"] / found["seconds"]
            shown = " | ".join(f"{found[key]:.0f}" for key in ("before", "after", "most"))
            print(f"| {title} | {rate:,.0f} | {found['seconds']:.1f} | {shown} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(part(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
