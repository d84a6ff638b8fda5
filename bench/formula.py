"""F1-F8 of the formula language against the same logic written by hand.

The hand-written functions and the rows are read from the shared bench folder. Pairs are
interleaved, so that a slow moment of the machine meets both; the ratio of each pair is taken,
and the median and spread of the ratios reported.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import statistics
import sys
import time
import timeit
import tracemalloc
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import formula

ROWS = 20_000
PAIRS = 15
SHARED = Path(os.environ.get("PAAS_SHARED", Path(__file__).parents[2] / "shared")) / "bench"

FORMULAS = {
    "F1": "NOT(active)",
    "F2": "LEN(address) < 20",
    "F3": "AND(approvalStatus='审批通过', ISCHANGED(accountName), "
    "$CurrentUser.$User.Name<>'管理员')",
    "F4": "ROUND(amount * qty * (1 - discount) * (1 + taxRate) + freight, 2)",
    "F5": "IF(amount > 100000, amount * CASE(industry, '金融', 0.08, '制造', 0.05, "
    "'零售', 0.03, 0.01), 0)",
    "F6": "AND(NOT(ISBLANK(closeDate)), closeDate >= TODAY(), closeDate - createdDate <= 90, "
    "OR(MONTH(closeDate) = 12, YEAR(closeDate) = 2025))",
    "F7": "IF(account.owner.dept.name = '销售部' && account.parent.rating >= 3, "
    "account.parent.creditLimit - amount * qty, BLANKVALUE(account.creditLimit, 0) * 0.5) > 0 "
    "|| CONTAINS(account.parent.name, '集团')",
    "F8": "AND(OR(approvalStatus = '审批通过', approvalStatus = '待审批' && amount < 50000), "
    "IF(ISBLANK(closeDate), FALSE, closeDate - createdDate > 30), "
    "ROUND(amount * qty * (1 - discount) * (1 + taxRate), 2) > "
    "CASE(industry, '金融', 100000, '制造', 50000, '零售', 20000, 1000), "
    "account.parent.rating >= 3 || account.owner.dept.name <> '销售部', "
    "LEN(address) < 60, NOT(BEGINS(accountName, '测试')), $CurrentUser.$User.Name <> '管理员')",
}

TEXT, NUMBER, DATE = (
    formula.Type(kind) for kind in (formula.Kind.TEXT, formula.Kind.NUMBER, formula.Kind.DATE)
)
BOOLEAN = formula.Type(formula.Kind.BOOLEAN)


def symbols(name: str, /, **fields: formula.Type | str) -> formula.ObjectSymbol:
    """Return an object; a field given as text is a lookup to that object."""
    return formula.ObjectSymbol(
        name,
        {
            key.casefold(): formula.FieldSymbol(
                key,
                formula.Type(formula.Kind.REFERENCE, target=kind)
                if isinstance(kind, str)
                else kind,
                hop=key if isinstance(kind, str) else None,
            )
            for key, kind in fields.items()
        },
    )


def environment() -> formula.Environment:
    """Return the environment of the eight formulas."""
    account = {"name": TEXT, "creditLimit": NUMBER, "rating": NUMBER}
    objects = {
        "client": symbols("client", **account, owner="person", parent="client"),
        "person": symbols("person", name=TEXT, dept="unit"),
        "unit": symbols("unit", name=TEXT),
    }
    texts = dict.fromkeys(("accountName", "address", "approvalStatus", "industry"), TEXT)
    numbers = dict.fromkeys(("amount", "qty", "discount", "taxRate", "freight"), NUMBER)
    dates = {"closeDate": DATE, "createdDate": DATE}
    return formula.Environment(
        object=symbols("deal", **texts, **numbers, **dates, active=BOOLEAN, account="client"),
        objects=objects.get,
        globals={"$user": symbols("user", Name=TEXT)},
        context=formula.Context(allow_change_functions=True),
    )


COSTS = (
    ("parse", "ms", 1e3),
    ("check", "ms, parsing included", 1e3),
    ("generate", "ms, all of it", 1e3),
    ("cached", "µs to look the compiled one up", 1e6),
    ("bytes", "KiB kept", 1 / 1024),
)


def load(name: str) -> ModuleType:
    """Load a module of the shared folder by its path."""
    spec = importlib.util.spec_from_file_location(name, SHARED / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clock(run: Callable[[Any, Any, Any], object], rows: Any, olds: Any, known: Any) -> float:
    """Return the seconds one pass over the rows takes."""
    started = time.perf_counter()
    for row, old in zip(rows, olds, strict=True):
        run(row, old, known)
    return time.perf_counter() - started


def measure(pairs: int = PAIRS, rows: int = ROWS) -> Mapping[str, list[float]]:
    """Return the ratios of each formula, ours to hand-written."""
    floor, data = load("formula_floor"), load("formula_data")
    records, olds = data.gen(rows, "B")
    now = datetime(data.TODAY.year, data.TODAY.month, data.TODAY.day, tzinfo=UTC)
    evaluation = formula.Evaluation(now=now, globals={"$user": {"Name": "张三"}})
    scope = environment()
    ratios: dict[str, list[float]] = {}
    for name, source in FORMULAS.items():
        ours, hand = formula.compile(source, scope).evaluate, floor.FB[name]
        wrong = sum(
            ours(row, old, evaluation) != hand(row, old, data.ENV)
            for row, old in zip(records, olds, strict=True)
        )
        assert not wrong, f"{name} disagrees with the hand-written one on {wrong} rows"
        ratios[name] = []
        for pair in range(pairs + 1):
            mine = clock(ours, records, olds, evaluation)
            theirs = clock(hand, records, olds, data.ENV)
            if pair:
                ratios[name].append(mine / theirs)
    return ratios


def measure_columns(pairs: int = 5, rows: int = ROWS) -> Mapping[str, list[float]]:
    """Return the ratios of each formula over whole columns to the hand-written loop over rows."""
    floor, data = load("formula_floor"), load("formula_data")
    records, olds = data.gen(rows, "B")
    columns, before = (
        {key: [row[key] for row in each] for key in each[0]} for each in (records, olds)
    )
    now = datetime(data.TODAY.year, data.TODAY.month, data.TODAY.day, tzinfo=UTC)
    evaluation = formula.Evaluation(now=now, globals={"$user": {"Name": "张三"}})
    ratios: dict[str, list[float]] = {}
    for name, source in FORMULAS.items():
        ours, hand = formula.compile(source, environment()), floor.FB[name]
        ratios[name] = []
        for pair in range(pairs + 1):
            started = time.perf_counter()
            ours.evaluate_columns(columns, evaluation, count=rows, old=before)
            mine = time.perf_counter() - started
            theirs = clock(hand, records, olds, data.ENV)
            if pair:
                ratios[name].append(mine / theirs)
    return ratios


def compiling(rounds: int = 40) -> Mapping[str, float]:
    """Return what compiling the longest formula costs: seconds, and bytes kept."""
    scope, source = environment(), FORMULAS["F8"]
    formula.compile(source, scope).evaluate  # noqa: B018 - warms what is made once

    def least(run: Callable[[], object]) -> float:
        times = []
        for _ in range(rounds):
            started = time.perf_counter()
            run()
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    kept = formula.compile(source, scope)
    kept.evaluate  # noqa: B018
    cached = timeit.timeit(lambda: kept.evaluate, number=100_000) / 100_000
    return {
        "parse": least(lambda: formula.parse(source)),
        "check": least(lambda: formula.compile(source, scope)),
        "generate": least(lambda: formula.compile(source, scope).evaluate),
        "cached": cached,
        "bytes": _bytes_kept(source, scope),
    }


def _bytes_kept(source: str, scope: formula.Environment, count: int = 50) -> float:
    gc.collect()
    tracemalloc.start()
    kept = [formula.compile(source, scope) for _ in range(count)]
    for each in kept:
        each.evaluate  # noqa: B018
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / count


def main() -> None:
    """Print the tables."""
    if not (SHARED / "formula_floor.py").exists():
        print(f"SKIPPED: no {SHARED / 'formula_floor.py'}")
        return
    ratios = measure()
    print(f"formula, Python target / hand-written, {ROWS} rows, {PAIRS} interleaved pairs")
    print(f"{'':4} {'median':>7} {'least':>7} {'most':>7}")
    for name, found in ratios.items():
        print(f"{name:4} {statistics.median(found):7.3f} {min(found):7.3f} {max(found):7.3f}")
    medians = [statistics.median(found) for found in ratios.values()]
    print(f"{'mean':4} {statistics.geometric_mean(medians):7.3f}  (geometric)")
    whole = {name: statistics.median(found) for name, found in measure_columns().items()}
    print("\nwhole columns / hand-written loop")
    print("  ".join(f"{name} {ratio:.3f}" for name, ratio in whole.items()))
    print(f"mean {statistics.geometric_mean(whole.values()):.3f}  (geometric)")
    costs = compiling()
    print("\nF8 compiled, 62 nodes")
    for name, unit, factor in COSTS:
        print(f"{name:10} {costs[name] * factor:7.3f} {unit}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
