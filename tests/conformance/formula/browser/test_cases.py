"""The independent cases in the browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from formula import Evaluation, Formula
from formula.conformance import Gap, Target, read_cases, run_cases
from formula.evaluation import Row
from formula.targets.browser import BrowserEvaluator, BrowserUndecided

SHARED = Path(os.environ.get("PAAS_SHARED", Path(__file__).parents[5] / "shared"))
FOLDER = SHARED / "formula" / "conformance"


@pytest.fixture(scope="module")
def target(browser: BrowserEvaluator) -> Target:
    def run(formula: Formula, row: Row, old: Row | None, evaluation: Evaluation) -> Any:
        try:
            return browser.value(formula, row, old, evaluation)
        except BrowserUndecided as undecided:
            raise Gap(str(undecided)) from undecided

    return Target("browser", run)


def test_every_case_passes_or_is_decided_in_writing(target: Target) -> None:
    files = sorted(FOLDER.glob("*.jsonl"))
    if not files:
        pytest.skip(f"no conformance cases in {FOLDER}")
    cases = list(read_cases(files))
    (report,) = run_cases(cases, [target])
    assert [(failed.id, failed.reason) for failed in report.failures] == []
    assert report.counts["passed"] > 0.9 * len(cases)
