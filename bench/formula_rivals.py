"""F4 by other expression engines for Python, beside the Python target: those that are installed.

They are no dependencies of ours; who wants the comparison installs simpleeval, py-expression-eval,
RestrictedPython or cel-python next to the product. One that is missing is told, not left out
silently. Their numbers are what each of them takes: doubles for cel-python, decimals for others.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import formula
from bench.formula import FORMULAS, SHARED, environment, load

ROWS = 1_000
NUMBERS = ("amount", "qty", "discount", "taxRate", "freight")
Run = Callable[[Mapping[str, Any]], object]
SOURCE = "round(amount * qty * (1 - discount) * (1 + taxRate) + freight, 2)"
INSIDE = "amount * qty * (1 - discount) * (1 + taxRate) + freight"


def _ours() -> Run:
    run = formula.compile(FORMULAS["F4"], environment()).evaluate
    known = formula.Evaluation()
    return lambda row: run(row, None, known)


def _asteval(module: Any) -> Run:
    engine = module.Interpreter(minimal=True, use_numpy=False)
    tree = engine.parse(SOURCE)

    def run(row: Mapping[str, Any]) -> object:
        engine.symtable.update(row)
        return engine.run(tree)

    return run


def _simpleeval(module: Any) -> Run:
    engine = module.SimpleEval(functions={"round": round})
    tree = engine.parse(SOURCE)

    def run(row: Mapping[str, Any]) -> object:
        engine.names = dict(row)
        return engine.eval(SOURCE, previously_parsed=tree)

    return run


def _py_expression_eval(module: Any) -> Run:
    tree = module.Parser().parse(INSIDE)
    return lambda row: round(tree.evaluate(dict(row)), 2)


def _restricted_python(module: Any) -> Run:
    code = module.compile_restricted_eval(SOURCE).code
    known = {"__builtins__": {"round": round}}
    return lambda row: eval(code, known, dict(row))


def _cel(module: Any) -> Run:
    scope = module.Environment()
    program = scope.program(scope.compile(INSIDE.replace("1 ", "1.0 ")))
    number = module.celtypes.DoubleType
    return lambda row: round(program.evaluate({key: number(row[key]) for key in row}), 2)


RIVALS: tuple[tuple[str, str, Callable[[Any], Run]], ...] = (
    ("RestrictedPython", "RestrictedPython", _restricted_python),
    ("simpleeval", "simpleeval", _simpleeval),
    ("py-expression-eval", "py_expression_eval", _py_expression_eval),
    ("cel-python", "celpy", _cel),
    ("asteval", "asteval", _asteval),
)


def main() -> None:
    """Print microseconds per evaluation, ours first."""
    if not (SHARED / "formula_data.py").exists():
        print(f"SKIPPED: no {SHARED / 'formula_data.py'}")
        return
    records, _olds = load("formula_data").gen(ROWS, "B")
    rows = [{key: row[key] or Decimal(0) for key in NUMBERS} for row in records]
    print(f"F4 beside other engines, µs per evaluation over {ROWS} rows")
    _told("Python target", _ours(), rows)
    for name, module, make in RIVALS:
        if importlib.util.find_spec(module) is None:
            print(f"{name:20}  SKIPPED: not installed")
        else:
            _told(name, make(importlib.import_module(module)), rows)


def _told(name: str, run: Run, rows: list[dict[str, Any]]) -> None:
    started = time.perf_counter()
    for row in rows:
        run(row)
    print(f"{name:20} {(time.perf_counter() - started) / len(rows) * 1e6:8.2f}")


if __name__ == "__main__":
    main()
