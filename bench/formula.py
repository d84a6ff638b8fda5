"""F1-F8 of the formula language against the same logic written by hand.

The hand-written functions and the rows are read from the shared bench folder. Pairs are
interleaved, so that a slow moment of the machine meets both; the ratio of each pair is taken,
and the median and spread of the ratios reported. Processor time, not the clock on the wall: the
machine does other work.
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
from formula.targets.python import write_source

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
    ("generate", "ms, all of it, Python's compile() included", 1e3),
    ("compile()", "ms of that in Python's compile()", 1e3),
    ("cached", "µs to look the compiled one up", 1e6),
    ("compiled", "KiB kept before it first runs", 1 / 1024),
    ("runnable", "KiB kept, function included", 1 / 1024),
    ("analysed", "KiB kept, with what it reads", 1 / 1024),
)


def load(name: str) -> ModuleType:
    """Load a module of the shared folder by its path."""
    spec = importlib.util.spec_from_file_location(name, SHARED / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def clock(run: Callable[[], object]) -> float:
    """Return the processor seconds something takes: other processes do not count.

    Results are dropped once the clock has stopped.
    """
    started = time.process_time()
    kept = run()
    took = time.process_time() - started
    del kept
    return took


class Case:
    """The rows, and both sides, of one formula."""

    def __init__(self, rows: int) -> None:
        self.floor, data = load("formula_floor"), load("formula_data")
        self.rows, self.olds = data.gen(rows, "B")
        self.columns, self.before = (
            {key: [row[key] for row in each] for key in each[0]} for each in (self.rows, self.olds)
        )
        now = datetime(data.TODAY.year, data.TODAY.month, data.TODAY.day, tzinfo=UTC)
        self.evaluation = formula.Evaluation(now=now, globals={"$user": {"Name": "张三"}})
        self.known = data.ENV

    def over_rows(self, run: Callable[[Any, Any, Any], object], known: Any) -> None:
        """Run a function on every row."""
        for row, old in zip(self.rows, self.olds, strict=True):
            run(row, old, known)

    def ways(self, name: str) -> Mapping[str, Callable[[], object]]:
        """Return the ways to evaluate a formula over all rows, the hand-written loop first."""
        compiled, hand = formula.compile(FORMULAS[name], environment()), self.floor.FB[name]
        ours, count = compiled.evaluate, len(self.rows)
        wanted = [hand(row, old, self.known) for row, old in zip(self.rows, self.olds, strict=True)]

        def columns() -> list[Any]:
            return compiled.evaluate_columns(
                self.columns, self.evaluation, count=count, old=self.before
            )

        rows = zip(self.rows, self.olds, strict=True)
        by_row = [ours(row, old, self.evaluation) for row, old in rows]
        assert by_row == wanted, f"{name} disagrees with the hand-written one"
        assert columns() == wanted, f"{name} over columns disagrees with the hand-written one"
        return {
            "hand": lambda: self.over_rows(hand, self.known),
            "keeping": lambda: [
                hand(row, old, self.known) for row, old in zip(self.rows, self.olds, strict=True)
            ],
            "rows": lambda: self.over_rows(ours, self.evaluation),
            "columns": columns,
        }


def measure(pairs: int = PAIRS, rows: int = ROWS) -> Mapping[str, Mapping[str, list[float]]]:
    """Return the ratios to the hand-written loop, by way and formula, taken within each turn."""
    case = Case(rows)
    ratios: dict[str, dict[str, list[float]]] = {way: {} for way in WAYS}
    for name in FORMULAS:
        ways = case.ways(name)
        for turn in range(pairs + 1):
            order = list(ways)[:: 1 if turn % 2 else -1]
            took = {way: clock(ways[way]) for way in order}
            if turn:
                for way, found in ratios.items():
                    found.setdefault(name, []).append(took[way] / took["hand"])
    return ratios


WAYS = {
    "rows": "row by row",
    "columns": "whole columns, results kept",
    "keeping": "the hand-written loop, results kept",
}


def compiling(rounds: int = 200) -> Mapping[str, tuple[float, float, float]]:
    """Return what compiling the longest formula costs: seconds, and bytes kept."""
    scope, source = environment(), FORMULAS["F8"]
    compiled = formula.compile(source, scope)
    compiled.evaluate  # noqa: B018 - warms what is made once
    generated, _constants = write_source(compiled.tree, compiled.type)

    def spread(run: Callable[[], object]) -> tuple[float, float, float]:
        times = sorted(clock(run) for _ in range(rounds))
        return statistics.median(times), times[0], times[rounds * 3 // 4]

    cached = sorted(timeit.repeat(lambda: compiled.evaluate, number=20_000, repeat=15))
    kept = [
        _bytes_kept(scope, lambda _compiled: None),
        _bytes_kept(scope, lambda compiled: compiled.evaluate),
        _bytes_kept(scope, lambda compiled: (compiled.evaluate, compiled.reads)),
    ]
    return {
        "parse": spread(lambda: formula.parse(source)),
        "check": spread(lambda: formula.compile(source, scope)),
        "generate": spread(lambda: formula.compile(source, scope).evaluate),
        "compile()": spread(lambda: compile(generated, "<formula>", "exec")),
        "cached": (cached[7] / 20_000, cached[0] / 20_000, cached[11] / 20_000),
        **{
            name: (size, size, size)
            for name, size in zip(("compiled", "runnable", "analysed"), kept, strict=True)
        },
    }


def variant(number: int) -> str:
    """Return the longest formula as another: other numbers, texts and places."""
    source = FORMULAS["F8"]
    for old, new in (
        ("50000", 50_000 + number),
        ("100000", 100_000 + number),
        ("20000", 20_000 + number),
        ("1000)", f"{1000 + number})"),
        ("> 30", f"> {30 + number}"),
        ("< 60", f"< {60 + number}"),
        ("测试", f"测试{number}"),
        ("管理员", f"管理员{number}"),
    ):
        source = source.replace(old, str(new))
    return " " * (number % 50) + source


def _bytes_kept(
    scope: formula.Environment, use: Callable[[formula.Formula], object], count: int = 1000
) -> float:
    """Return what each of many different formulas keeps, their sources apart."""
    sources = [variant(number) for number in range(count)]
    use(formula.compile(variant(count), scope))
    gc.collect()
    tracemalloc.start()
    kept = [formula.compile(source, scope) for source in sources]
    for each in kept:
        use(each)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / count


def _print_ratios(title: str, ratios: Mapping[str, list[float]]) -> None:
    print(f"\n{title} / hand-written loop")
    print(f"{'':4} {'median':>7} {'25 %':>7} {'75 %':>7} {'least':>7} {'most':>7}")
    for name, found in ratios.items():
        low, _middle, high = statistics.quantiles(found, n=4)
        shown = (statistics.median(found), low, high, min(found), max(found))
        print(f"{name:4} " + " ".join(f"{ratio:7.3f}" for ratio in shown))
    medians = [statistics.median(found) for found in ratios.values()]
    print(f"{'mean':4} {statistics.geometric_mean(medians):7.3f}  (geometric)")


def main() -> None:
    """Print the tables."""
    if not (SHARED / "formula_floor.py").exists():
        print(f"SKIPPED: no {SHARED / 'formula_floor.py'}")
        return
    print(f"formulas in Python, {ROWS} rows, {PAIRS} interleaved turns, processor time")
    for way, ratios in measure().items():
        _print_ratios(WAYS[way], ratios)
    costs = compiling()
    print("\nF8 compiled, 62 nodes: median (least, 75 %)")
    for name, unit, factor in COSTS:
        median, least, high = (cost * factor for cost in costs[name])
        print(f"{name:10} {median:7.3f} ({least:.3f}, {high:.3f}) {unit}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
