"""The web client's interpreter, started once; without Node or the client's tools a visible skip."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formula.targets.browser import BrowserEvaluator, BrowserMissing


@pytest.fixture(scope="session")
def browser() -> Iterator[BrowserEvaluator]:
    try:
        evaluator = BrowserEvaluator()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    yield evaluator
    evaluator.close()
