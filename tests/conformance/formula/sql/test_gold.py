"""The SQL of the benchmark formulas, kept to be read. `make gold` writes it anew."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

import formula
from formula.targets.sql import ChildRows, lower, lower_condition
from formula.targets.sql.postgresql.lowering import SQL_TYPES
from formula.tree import Aggregate, Call, FieldPath
from formula.types import Kind
from paas.db import compile_statement
from tests.conformance.formula.sql.benchmark import FORMULAS, OBJECTS, compiled

GOLD = Path(__file__).with_name("gold")
_SQLITE_TYPES = {Kind.NUMBER: sa.Integer(), Kind.BOOLEAN: sa.Integer()}
_PARAMETERS = {"today": sa.Date(), "now": sa.DateTime(timezone=True)}


class Columns:
    """Columns named by their path, as joins would name them."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def column(self, node: FieldPath) -> sa.ColumnElement[Any]:
        path = node.path
        symbol, fields = None, OBJECTS["deal"].fields
        for step in path:
            symbol = fields[step.casefold()]
            fields = OBJECTS[symbol.type.target].fields if symbol.type.target else {}
        assert symbol is not None
        table = sa.table(
            "_".join(path[:-1]) or "deal", sa.column(path[-1], self._type(symbol.type.kind))
        )
        return table.c[path[-1]]

    def _type(self, kind: Kind) -> Any:
        return _SQLITE_TYPES.get(kind, sa.Text()) if self.dialect == "sqlite" else SQL_TYPES[kind]

    def children(self, node: Aggregate) -> ChildRows:
        raise AssertionError(node)

    def hierarchy(self, node: Call) -> sa.ColumnElement[bool]:
        raise AssertionError(node.function.name)

    def parameter(self, name: Any) -> sa.ColumnElement[Any]:
        native: Any = _PARAMETERS.get(name, sa.Text())
        kind = sa.Text() if self.dialect == "sqlite" else native
        return sa.bindparam("user_name" if isinstance(name, tuple) else name, type_=kind)


def written(name: str, dialect: str) -> str:
    formula = compiled(name)
    lowered = lower(formula, dialect, Columns(dialect))
    parts = [
        f"-- {FORMULAS[name]}",
        f"-- value ({lowered.encoding})",
        _text(lowered.expression, dialect),
    ]
    if formula.type.kind is Kind.BOOLEAN:
        condition = lower_condition(formula, dialect, Columns(dialect))
        parts += ["-- condition", _text(condition, dialect)]
    return "\n".join(parts) + "\n"


def _text(expression: sa.ColumnElement[Any], dialect: str) -> str:
    statement = compile_statement(expression, dialect)
    constants = ", ".join(f"{key} = {value!r}" for key, value in statement.constants.items())
    return statement.text + (f"\n--   {constants}" if constants else "")


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", FORMULAS)
def test_generated_sql_is_as_it_was_read(name: str, dialect: str) -> None:
    file = GOLD / f"{name}.{dialect}.sql"
    if os.environ.get("PAAS_UPDATE_GOLD"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(written(name, dialect), encoding="utf-8")
    assert written(name, dialect) == file.read_text(encoding="utf-8"), "run `make gold` and read it"


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", FORMULAS)
def test_no_part_of_the_sql_is_written_twice(name: str, dialect: str) -> None:
    """Columns, constants and what is merely a cast of one may be: they cost nothing."""
    for expression in expressions(name, dialect):
        texts = Counter(_compact(part, dialect) for part in parts(expression))
        assert [text for text, count in texts.items() if count > 1] == []


def expressions(name: str, dialect: str) -> list[sa.ColumnElement[Any]]:
    known = compiled(name)
    found = [lower(known, dialect, Columns(dialect)).expression]
    if known.type.kind is Kind.BOOLEAN:
        found.append(lower_condition(known, dialect, Columns(dialect)))
    return found


def parts(expression: sa.ColumnElement[Any]) -> list[sa.ColumnElement[Any]]:
    """Return the sub-expressions that compute something."""
    nodes = {id(node): node for node in visitors.iterate(expression)}
    computing = (sa.BinaryExpression, sa.Case, FunctionElement)
    return [node for node in nodes.values() if isinstance(node, computing)]


def _compact(expression: sa.ColumnElement[Any], dialect: str) -> str:
    """Return the SQL of an expression with its constants behind it."""
    statement = compile_statement(expression, dialect)
    return f"{statement.text} {list(statement.constants.values())}"


def test_nothing_is_repeated_that_can_be_bound() -> None:
    """A product that is used in a chain of LETs stands in the text once."""
    source = (
        "LET(a, amount * qty * amount, b, a * a, c, b * b, d, c * c, IFERROR(d / a + d / b, d))"
    )
    known = formula.compile(source, formula.Environment(OBJECTS["deal"], OBJECTS.get))
    for dialect in ("sqlite", "postgresql"):
        text = _text(lower(known, dialect, Columns(dialect)).expression, dialect)
        assert text.count("deal.qty") == 1
        assert len(text) < 8_000


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_deep_nesting_grows_no_faster_than_the_formula(dialect: str) -> None:
    def text(depth: int) -> str:
        source = "amount"
        for _ in range(depth):
            source = f"IFERROR(1 / ABS(IF({source} > 1, amount, qty)), qty)"
        known = formula.compile(source, formula.Environment(OBJECTS["deal"], OBJECTS.get))
        return _text(lower(known, dialect, Columns(dialect)).expression, dialect)

    assert len(text(16)) < 3 * len(text(8))
