"""VLOOKUP for formulas that run while records are written: one statement per value asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from formula import LookUp
from paas.db import Statement
from runtime.sql.codec import encoding_of, reader, store_value
from runtime.sql.related import lookup_statement
from runtime.work import Work


@dataclass(frozen=True, slots=True)
class _Plan:
    statement: Statement
    read: Callable[[tuple[Any, ...]], dict[str, Any]]
    encoding: str


def looking_up(work: Work) -> LookUp:
    """Return what answers VLOOKUP, in system mode; what was asked once is remembered."""
    answers: dict[tuple[str, str, str, Any], Any] = {}

    def look_up(name: str, wanted: str, key: str, value: Any) -> Any:
        question = (name, wanted, key, value)
        if question not in answers:
            answers[question] = _ask(work, *question)
        return answers[question]

    return look_up


def _ask(work: Work, name: str, wanted: str, key: str, value: Any) -> Any:
    plan = work.snapshot.plan(
        ("lookup", name, wanted, key, work.dialect), lambda: _plan(work, name, wanted, key)
    )
    if isinstance(value, Decimal):
        if value != _rounded(value, _scale(plan.encoding)):
            return None
        value = int(value) if plan.encoding == "integer" else value
    stored = store_value(value, plan.encoding, work.dialect)
    rows = work.connection.fetch(plan.statement, {"value": stored})
    return plan.read(rows[0])[wanted] if rows else None


def _scale(encoding: str) -> int:
    return int(encoding.partition(":")[2] or 0)


def _rounded(value: Decimal, scale: int) -> Decimal:
    return value.quantize(Decimal((0, (1,), -scale)))


def _plan(work: Work, name: str, wanted: str, key: str) -> _Plan:
    model = work.snapshot.object(name)
    statement, column = lookup_statement(work.snapshot, model, wanted, key, work.dialect)
    read = reader((column,), purpose="formula", dialect=work.dialect)
    return _Plan(statement, read, encoding_of(model.fields[key]))
