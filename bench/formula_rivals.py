"""F1-F8 by other expression engines for Python, beside the Python target, in one run.

The engines are no dependencies of the product: the group `bench` of `pyproject.toml` names them,
and `make bench` installs it. One that is missing is told, not left out silently. Each gets the
same rows and says the same as closely as its language can (`bench.formula_sources`); rounds are
interleaved, and a ratio is taken within a round. RestrictedPython compiles to plain Python code
after its checks: it is what Python itself takes, with `Decimal` and no null anywhere.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import formula
from bench import formula_sources as sources
from bench.formula import FORMULAS, SHARED, environment, load

ROWS = 300
ROUNDS = 7
OURS = "ours"
Run = Callable[[], list[Any]]
"""Evaluates one formula for every row."""
Rows = Sequence[dict[str, Any]]


def _asteval(module: Any, name: str, rows: Rows, known: Mapping[str, Any]) -> Run:
    engine = module.Interpreter(minimal=False, use_numpy=False, with_import=False)
    engine.symtable.update({**known, "rounded": sources.rounded})
    tree = engine.parse(sources.PYTHON[name])
    table = engine.symtable

    def run() -> list[Any]:
        found = []
        for row in rows:
            table.update(row)
            found.append(engine.run(tree))
        return found

    return run


def _simpleeval(module: Any, name: str, rows: Rows, known: Mapping[str, Any]) -> Run:
    engine = module.SimpleEval(functions={"len": len, "rounded": sources.rounded})
    source = sources.PYTHON[name]
    tree = engine.parse(source)
    given = [{"None": None, "False": False, **known, **row} for row in rows]

    def run() -> list[Any]:
        found = []
        for row in given:
            engine.names = row
            found.append(engine.eval(source, previously_parsed=tree))
        return found

    return run


def _py_expression_eval(module: Any, name: str, rows: Rows, known: Mapping[str, Any]) -> Run:
    tree = module.Parser().parse(sources.PY_EXPRESSION[name])
    given = [
        {**sources.FUNCTIONS, **known, **row, **{key: float(row[key]) for key in sources.NUMBERS}}
        for row in rows
    ]
    return lambda: [tree.evaluate(row) for row in given]


def _restricted_python(module: Any, name: str, rows: Rows, known: Mapping[str, Any]) -> Run:
    code = module.compile_restricted_eval(sources.PYTHON[name]).code
    scope = {
        "__builtins__": {"len": len},
        "_getattr_": getattr,
        "rounded": sources.rounded,
        **known,
    }
    return lambda: [eval(code, scope, row) for row in rows]


def _cel(module: Any, name: str, rows: Rows, known: Mapping[str, Any]) -> Run:
    types = module.celtypes
    scope = module.Environment(runner_class=module.CompiledRunner)
    program = scope.program(scope.compile(sources.CEL[name]))
    always = {
        "today": types.TimestampType(sources.moment(known["today"])),
        "never": types.TimestampType(sources.NEVER),
        "user_name": types.StringType(known["user_name"]),
    }
    given = [
        {
            **always,
            "active": types.BoolType(row["active"]),
            **{key: types.DoubleType(row[key]) for key in sources.NUMBERS},
            **{key: types.StringType(row[key]) for key in sources.TEXTS},
            **{key: types.TimestampType(sources.moment(row[key])) for key in sources.DATES},
        }
        for row in rows
    ]
    return lambda: [program.evaluate(row) for row in given]


RIVALS: tuple[tuple[str, str, Callable[[Any, str, Rows, Mapping[str, Any]], Run]], ...] = (
    ("RestrictedPython", "RestrictedPython", _restricted_python),
    ("simpleeval", "simpleeval", _simpleeval),
    ("py-expression-eval", "py_expression_eval", _py_expression_eval),
    ("cel-python", "celpy", _cel),
    ("asteval", "asteval", _asteval),
)


def _ours(name: str, records: Sequence[Any], olds: Sequence[Any], today: datetime) -> Run:
    run = formula.compile(FORMULAS[name], environment()).evaluate
    known = formula.Evaluation(now=today, globals={"$user": {"Name": sources.USER}})
    return lambda: [run(row, old, known) for row, old in zip(records, olds, strict=True)]


def measure() -> tuple[dict[str, dict[str, list[float]]], dict[str, dict[str, float]], list[str]]:
    """Return seconds a row by formula and engine, how often answers agree, and who is missing."""
    data = load("formula_data")
    records, olds = data.gen(ROWS, "B")
    rows = [sources.flat(row, old) for row, old in zip(records, olds, strict=True)]
    known = {**sources.CONSTANTS, "today": data.TODAY}
    today = datetime(data.TODAY.year, data.TODAY.month, data.TODAY.day, tzinfo=UTC)
    present = [each for each in RIVALS if importlib.util.find_spec(each[1]) is not None]
    missing = [name for name, module, _make in RIVALS if importlib.util.find_spec(module) is None]
    times: dict[str, dict[str, list[float]]] = {}
    agreement: dict[str, dict[str, float]] = {}
    for name in FORMULAS:
        runs = {OURS: _ours(name, records, olds, today)}
        for rival, module, make in present:
            runs[rival] = make(importlib.import_module(module), name, rows, known)
        answers = {engine: run() for engine, run in runs.items()}
        agreement[name] = {each: _agreement(answers[each], answers[OURS]) for each in answers}
        times[name] = {engine: [] for engine in runs}
        for _round in range(ROUNDS):
            for engine, run in runs.items():
                started = time.perf_counter()
                run()
                times[name][engine].append((time.perf_counter() - started) / ROWS)
    return times, agreement, missing


def _agreement(found: Sequence[Any], wanted: Sequence[Any]) -> float:
    return sum(map(_alike, found, wanted)) / len(wanted)


def _alike(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Decimal):
        return math.isclose(float(found), float(wanted), rel_tol=1e-9)
    return bool(found) == bool(wanted)


def table() -> Iterator[str]:
    """Yield the lines of the report."""
    times, agreement, missing = measure()
    engines = list(times["F1"])
    yield (
        f"formula, Python target beside other engines, microseconds a row, {ROWS} rows, median of "
        f"{ROUNDS} interleaved rounds; in brackets: times ours"
    )
    yield from (f"SKIPPED: {name} is not installed (group `bench`)" for name in missing)
    yield f"{'':4} " + " ".join(f"{engine:>20}" for engine in engines)
    ratios: dict[str, list[float]] = {engine: [] for engine in engines}
    for name, by_engine in times.items():
        cells = []
        for engine in engines:
            pairs = zip(by_engine[engine], by_engine[OURS], strict=True)
            ratio = statistics.median(theirs / mine for theirs, mine in pairs)
            ratios[engine].append(ratio)
            mark = "" if agreement[name][engine] == 1 else "*"
            cells.append(
                f"{statistics.median(by_engine[engine]) * 1e6:9.2f} ({ratio:7.2f}){mark:1}"
            )
        yield f"{name:4} " + " ".join(cells)
    means = (f"{'':9} ({statistics.geometric_mean(ratios[each]):7.2f}) " for each in engines)
    yield "mean " + " ".join(means) + " (geometric)"
    yield "* answers differ from ours on some rows: doubles instead of decimals"


def main() -> None:
    """Print the table."""
    if not (SHARED / "formula_data.py").exists():
        print(f"SKIPPED: no {SHARED / 'formula_data.py'}")
        return
    for line in table():
        print(line)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
