"""The independent cases, on every target this package has itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from formula.conformance import ORACLE, PYTHON, Target, decisions, read_cases, run_cases

SHARED = Path(os.environ.get("PAAS_SHARED", Path(__file__).parents[4] / "shared"))
FOLDER = SHARED / "formula" / "conformance"


@pytest.fixture(scope="module")
def cases():
    files = sorted(FOLDER.glob("*.jsonl"))
    if not files:
        pytest.skip(f"no conformance cases in {FOLDER}")
    return list(read_cases(files))


@pytest.mark.parametrize("target", [ORACLE, PYTHON], ids=lambda target: target.name)
def test_every_case_passes_or_is_decided_in_writing(cases, target: Target) -> None:
    (report,) = run_cases(cases, [target])
    assert [(failed.id, failed.reason) for failed in report.failures] == []
    assert report.counts["passed"] > 0.9 * len(cases)


def test_every_divergent_case_is_decided_for_a_reason(cases) -> None:
    general = decisions().divergent["*"]
    divergent = [case.id for case in cases if case.agreement == "divergent"]
    assert [each for each in divergent if decisions().choice(each) == general] == []


def test_every_decision_still_meets_a_case_that_differs(cases) -> None:
    (report,) = run_cases(cases, [ORACLE])
    met = set(report.reasons_of("gap", "decided"))
    assert set(decisions().differ.values()) <= met
