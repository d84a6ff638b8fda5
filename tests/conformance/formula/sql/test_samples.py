"""The independent cases on both databases: none fails, and gaps are only what is not in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import formula
from formula.conformance import Gap, Target, read_cases, run_cases
from formula.targets.sql import NotInSql
from formula.targets.sql.evaluator import SqlEvaluator

SAMPLES = Path(__file__).parents[5] / "shared/formula/conformance"


@pytest.mark.slow
def test_independent_cases_pass(evaluator: SqlEvaluator) -> None:
    files = sorted(SAMPLES.glob("*.jsonl"))
    if not files:
        pytest.skip(f"no conformance files in {SAMPLES}")

    def run(known: formula.Formula, row: Any, old: Any, evaluation: formula.Evaluation) -> Any:
        try:
            return evaluator.value(known, row, old, evaluation)
        except NotInSql as refused:
            raise Gap(str(refused)) from refused

    (report,) = run_cases(list(read_cases(files)), [Target(evaluator.dialect, run)])
    assert not report.failures
    assert report.counts["passed"] > 3_500
