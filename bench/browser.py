"""F1-F8 on the browser target and on other formula engines for JavaScript, in Node.

`bench/rivals/package.json` names the others; they are installed there on first use, and left out
with a word where that fails. What is measured, and how, stands in `web/bench/formula.mjs`.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import formula
from bench.formula import FORMULAS, SHARED, environment, load
from formula.targets.browser import WEB, BrowserMissing, bundle, case_json, node
from formula.tree import FieldPath, walk

ROWS = 500
RIVALS = Path(__file__).resolve().parent / "rivals"
OURS = "ours"
ALIKE = 0.99


def cases() -> dict[str, Any]:
    """Return trees and rows as the pages have them: JSON, related values under dotted paths."""
    data = load("formula_data")
    records, olds = data.gen(ROWS, "B")
    now = datetime(data.TODAY.year, data.TODAY.month, data.TODAY.day, tzinfo=UTC)
    evaluation = formula.Evaluation(now=now, globals={"$user": {"Name": "张三"}})
    rows: list[dict[str, Any]] = [{} for _record in records]
    priors: list[dict[str, Any]] = [{} for _record in records]
    programs = {}
    for name, source in FORMULAS.items():
        known = formula.compile(source, environment())
        for record, old, row, prior in zip(records, olds, rows, priors, strict=True):
            case = case_json(known, record, old, evaluation)
            row.update(plain(case["row"], known))
            prior.update(plain(case["prior"], known))
        programs[name] = {"tree": case["tree"], "result": case["result"]}
    return {
        "programs": programs,
        "rows": rows,
        "olds": priors,
        "user": "张三",
        "today": data.TODAY.isoformat(),
    }


def plain(row: Mapping[str, Any], known: formula.Formula) -> dict[str, Any]:
    """Return a row as the API writes it, numbers being JSON numbers."""
    numbers = {
        ".".join(field.path)
        for field in walk(known.tree)
        if isinstance(field, FieldPath) and field.type.kind is formula.Kind.NUMBER
    }
    return {
        name: float(value) if name in numbers and value is not None else value
        for name, value in row.items()
    }


def install() -> None:
    """Install the other engines once; without a registry they stay missing."""
    if (RIVALS / "node_modules").is_dir():
        return
    script = Path(node()).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [node(), str(script)] if script.is_file() else ["npm"]
    command += ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=RIVALS, check=False, stdout=subprocess.DEVNULL)


def measure() -> dict[str, Any]:
    """Return nanoseconds a row, by formula and engine."""
    install()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(cases(), file)
        file.flush()
        script = WEB / "bench" / "formula.mjs"
        command = [node(), str(script), str(bundle(entry="index")), file.name, str(RIVALS)]
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def main() -> None:
    """Print the table."""
    if not (SHARED / "formula_data.py").exists():
        print(f"SKIPPED: no {SHARED / 'formula_data.py'}")
        return
    try:
        report = measure()
    except BrowserMissing as reason:
        print(f"SKIPPED: {reason}")
        return
    for line in table(report):
        print(line)


def table(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the table."""
    engines = list(report["times"]["F1"])
    yield (
        f"formula, browser target in Node, microseconds a row, {report['rows']} rows, median of "
        f"{report['rounds']} interleaved rounds; in brackets: times ours"
    )
    for missing in report["missing"]:
        yield f"SKIPPED: {missing} is not installed in bench/rivals"
    if "formulon" in engines:
        yield "formulon parses anew each time: it offers no way to evaluate what it parsed"
    yield f"{'':4} " + " ".join(f"{engine:>18}" for engine in engines)
    ratios: dict[str, list[float]] = {engine: [] for engine in engines}
    for name, times in report["times"].items():
        cells = []
        for engine in engines:
            pairs = zip(times[engine], times[OURS], strict=True)
            ratio = statistics.median(theirs / mine for theirs, mine in pairs)
            ratios[engine].append(ratio)
            mark = "" if report["agreement"][name][engine] > ALIKE else "*"
            cells.append(f"{statistics.median(times[engine]) / 1000:8.2f} ({ratio:6.1f}){mark:1}")
        yield f"{name:4} " + " ".join(cells)
    means = [statistics.geometric_mean(ratios[engine]) for engine in engines]
    yield "mean " + " ".join(f"{'':8} ({mean:6.1f}) " for mean in means) + " (geometric)"
    yield "* answers differ on some rows without nulls"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
