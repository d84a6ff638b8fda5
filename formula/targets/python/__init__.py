"""The Python target: one generated function per formula, about as fast as one written by hand.

The generated expression is optimistic. It checks for null where null can be, and for nothing
else; when anything fails (division by zero, a bad date, an overflow) it gives up and the oracle
evaluates the formula again, part by part, with diagnostics. Rows without errors never pay.

`code` are pieces of source, `writer` writes values and reads, `forms` the values that choose,
`rows` loops over child records, `conditions` what is only asked for its truth.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from formula.arithmetic import CONTEXT, HUNDRED
from formula.evaluation import Evaluation, Failure, Row
from formula.expansion import spends
from formula.functions.text import bounded
from formula.meter import metered
from formula.targets.python.code import OR, Columns, Known, Names, count_reads
from formula.targets.python.columns import (
    EvaluateColumns,
    over_columns,
    read_always,
    row_by_row,
    write_loop,
)
from formula.targets.python.conditions import CONDITIONS
from formula.targets.python.defining import define
from formula.targets.python.forms import VALUES
from formula.targets.python.rows import ROWS
from formula.targets.python.writer import Unwritable, Writer
from formula.tree import Node
from formula.types import Kind, Type

Evaluate = Callable[[Row, Row | None, Evaluation], Any]

_ERRORS = (ArithmeticError, ValueError, LookupError, TypeError, AttributeError, Failure)
_TEMPLATE = """\
def evaluate(row, old, evaluation):
    try:{context}
        return {expression}
    except ERRORS:
        return fallback(row, old, evaluation)
"""
_SETTLE = """
        if getcontext() is not CONTEXT: setcontext(CONTEXT)"""
_COMMON: dict[str, Any] = {
    "CONTEXT": CONTEXT,
    "Decimal": Decimal,
    "ERRORS": _ERRORS,
    "divide": CONTEXT.divide,
    "getcontext": decimal.getcontext,
    "setcontext": decimal.setcontext,
}


def generate(tree: Node, result: Type, fallback: Evaluate) -> Evaluate:
    """Generate the function of a formula; `fallback` evaluates where it gives up."""
    try:
        source, constants = write_source(tree, result)
        evaluate = define(source, "<formula>", {**_COMMON, **constants, "fallback": fallback})
    except (Unwritable, SyntaxError, RecursionError, MemoryError):
        return fallback
    return _metered(evaluate) if spends(tree) else evaluate


def _metered(evaluate: Evaluate) -> Evaluate:
    def run(row: Row, old: Row | None, evaluation: Evaluation) -> Any:
        with metered():
            return evaluate(row, old, evaluation)

    return run


def generate_columns(tree: Node, result: Type, by_row: Evaluate) -> EvaluateColumns:
    """Generate the function of a formula over columns; `by_row` evaluates what it cannot."""
    columns = Columns(read_always(tree))
    names = Names(reads=count_reads(tree), columns=columns)
    try:
        expression = _expression(tree, result, names)
        source = write_loop(columns, names, expression, _SETTLE if names.needs_context else "")
        constants = tuple([value for _name, value in sorted(names.constants.items())])
        loop = define(source, "<columns>", _COMMON, constants)
    except (Unwritable, SyntaxError, RecursionError, MemoryError):
        return row_by_row(by_row)
    if not (columns.always or columns.sometimes) or spends(tree):
        return row_by_row(by_row)
    return over_columns(loop, tuple(columns.always), tuple(columns.sometimes), by_row, _ERRORS)


def write_source(tree: Node, result: Type) -> tuple[str, dict[str, Any]]:
    """Return the generated source and the constants it names."""
    names = Names(reads=count_reads(tree))
    expression = _expression(tree, result, names)
    context = _SETTLE if names.needs_context else ""
    return _TEMPLATE.format(context=context, expression=expression), names.constants


def _expression(tree: Node, result: Type, names: Names) -> str:
    writer = Writer(names, {**VALUES, **ROWS}, CONDITIONS)
    known = Known(frozenset(names.columns.always.values())) if names.columns else Known()
    return _root(writer, tree, result, known)


def _root(writer: Writer, tree: Node, result: Type, known: Known) -> str:
    if result.kind is Kind.BOOLEAN:
        return writer.condition(tree, known, True).text
    code, _known = writer.value(tree, known)
    if result.kind.is_texty:
        limit = writer.names.constant(bounded, identity="bounded")
        return f"{limit}({code.within(OR)} or '') or None"
    text = writer.plain_or_none(tree, code)
    if result.kind is not Kind.NUMBER or not (result.percent or result.scale is not None):
        return text
    writer.names.needs_context = True
    name = writer.names.temporary()
    finished = name
    if result.percent:
        finished = f"{name} * {writer.names.constant(HUNDRED)}"
    if result.scale is not None:
        finished = f"({finished}).__round__({result.scale})"
    return f"{finished} if ({name} := {text}) is not None else None"
