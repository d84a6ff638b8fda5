"""Logs go to standard error as it is when they are written."""

from __future__ import annotations

import io
import sys

import pytest

from paas.app.logs import StandardError


def test_a_stream_closed_since_does_not_fail_whoever_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, errors = io.StringIO(), io.StringIO(), StandardError()
    monkeypatch.setattr(sys, "stderr", old)
    print("before", file=errors, flush=True)
    assert old.getvalue() == "before\n"
    old.close()
    monkeypatch.setattr(sys, "stderr", new)
    print("after", file=errors, flush=True)
    assert new.getvalue() == "after\n"
