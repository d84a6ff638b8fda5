"""`paas formula conformance`: independent cases on each target, counted honestly.

Every target is opened when it is asked for and closed after its cases. One that this machine does
not have raises `TargetMissing` with the reason.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson

from formula import (
    ORACLE,
    PYTHON,
    Case,
    Evaluation,
    Formula,
    Gap,
    Outcome,
    Report,
    Row,
    Target,
    read_cases,
    run_cases,
)
from formula.targets.sql import NotInSql, sqlite_functions
from formula.targets.sql.evaluator import SqlEvaluator
from paas.app.settings import Settings
from paas.db import Database, open_database
from paas.kernel import Problem

Open = Callable[[str | None], Any]
DSN_VARIABLE = "PAAS_TEST_PG_DSN"


class TargetMissing(Exception):
    """The target cannot run here; the message says why."""


@contextmanager
def _on(database: Database, name: str) -> Iterator[Target]:
    def run(formula: Formula, row: Row, old: Row | None, evaluation: Evaluation) -> Any:
        with database.read() as connection:
            try:
                return SqlEvaluator(connection).value(formula, row, old, evaluation)
            except NotInSql as reason:
                raise Gap(reason.detail("en-US")) from reason

    try:
        yield Target(name, run)
    finally:
        database.close()


@contextmanager
def _sqlite(_dsn: str | None = None) -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/cases.db", functions=sqlite_functions())
        with _on(database, "sqlite") as target:
            yield target


@contextmanager
def _postgresql(dsn: str | None = None) -> Iterator[Target]:
    """Open the server that is named, by an option or by settings, else one of our own."""
    with ExitStack() as opened:
        url = _named(dsn)
        if not url:
            # Only here: it needs what only POSIX systems have.
            from paas.app.private_postgresql import PostgresqlUnavailable, postgresql_server

            try:
                url = opened.enter_context(postgresql_server())
            except PostgresqlUnavailable as reason:
                raise TargetMissing(
                    f"{reason} (PAAS_DATABASE_URL and --dsn do as well)"
                ) from reason
        try:
            database = open_database(url)
        except Problem as reason:
            raise TargetMissing(reason.detail("en-US")) from reason
        yield opened.enter_context(_on(database, "postgresql"))


def _named(dsn: str | None) -> str:
    given = dsn or os.environ.get(DSN_VARIABLE, "") or Settings().url
    scheme, _colon, rest = given.partition("://")
    return "postgresql+psycopg://" + rest if scheme.startswith("postgres") else ""


@contextmanager
def _browser(_dsn: str | None = None) -> Iterator[Target]:
    try:
        from formula.targets.browser import BrowserEvaluator, BrowserMissing, BrowserUndecided
    except ImportError as reason:
        raise TargetMissing("this installation has no browser evaluator") from reason
    try:
        evaluator = BrowserEvaluator()
    except (BrowserMissing, OSError) as reason:
        raise TargetMissing(str(reason)) from reason

    def run(formula: Formula, row: Row, old: Row | None, evaluation: Evaluation) -> Any:
        try:
            return evaluator.value(formula, row, old, evaluation)
        except BrowserUndecided as reason:
            raise Gap(str(reason)) from reason

    try:
        yield Target("browser", run)
    finally:
        evaluator.close()


@contextmanager
def _ready(target: Target) -> Iterator[Target]:
    yield target


TARGETS: dict[str, Open] = {
    "oracle": lambda _dsn: _ready(ORACLE),
    "python": lambda _dsn: _ready(PYTHON),
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "browser": _browser,
}


def run_targets(
    files: Sequence[Path], names: Sequence[str], dsn: str | None = None
) -> tuple[list[Case], list[Report]]:
    """Run the cases of the files on the named targets; raises `TargetMissing`."""
    cases = list(read_cases(files))
    with ExitStack() as opened:
        targets = [opened.enter_context(TARGETS[name](dsn)) for name in names]
        return cases, run_cases(cases, targets)


def summary(report: Report) -> str:
    """Return what became of the cases of one target, as lines."""
    told = [f"{report.counts[status]} {status}" for status in _STATUSES]
    lines = [f"{report.target}: {len(report.outcomes)} cases, {', '.join(told)}"]
    for status in ("gap", "decided", "divergent"):
        reasons = report.reasons_of(status)
        lines += [f"  {status} {count:5}  {reason}" for reason, count in reasons.most_common()]
    return "\n".join(lines)


_STATUSES = ("passed", "failed", "gap", "decided", "divergent")


def failing_line(report: Report, outcome: Outcome, formulas: dict[str, str]) -> str:
    """Return a failing case as a line of JSON."""
    line = {
        "target": report.target,
        "id": outcome.id,
        "formula": formulas[outcome.id],
        "reason": outcome.reason,
    }
    return orjson.dumps(line).decode()
