"""Runs every benchmark and writes bench/results/latest.md: `make bench`."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

REPORT = Path(__file__).resolve().parent / "results" / "latest.md"
PARTS = ("bench.formula", "bench.formula_rivals", "bench.browser", "bench.http", "bench.bulk")


def main() -> None:
    """Run the parts one after another; the arguments go to the HTTP part."""
    sections = [f"# Benchmark of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n{machine()}\n"]
    for part in PARTS:
        arguments = sys.argv[1:] if part == "bench.http" else []
        print(f"running {part}", file=sys.stderr)
        run = subprocess.run(
            [sys.executable, "-m", part, *arguments], stdout=subprocess.PIPE, text=True, check=True
        )
        sections.append(run.stdout)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(sections), encoding="utf-8")
    print("\n".join(sections))


def machine() -> str:
    """Return a line on the machine."""
    load = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load at start {load:.1f}"
        " (a busy machine blurs the rates; the ratios are taken in pairs for that reason)."
    )


if __name__ == "__main__":
    main()
