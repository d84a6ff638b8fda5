"""A condition falls apart into what must hold, so that a refusal can name it."""

from __future__ import annotations

import pytest

from workflow.criteria import conjuncts


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("a > 1", ["a > 1"]),
        ("a > 1 && b < 2", ["a > 1", "b < 2"]),
        ("AND(a > 1, b < 2 && NOT(c))", ["a > 1", "b < 2", "NOT(c)"]),
        ("a > 1 || b < 2", ["a > 1 || b < 2"]),
        ("(a > 1 && b) && (c || d)", ["a > 1", "b", "c || d"]),
        ("x = '重点' && b", ["x = '重点'", "b"]),
        ("!a && AND(b)", ["NOT(a)", "b"]),
    ],
)
def test_conjuncts(source: str, parts: list[str]) -> None:
    assert conjuncts(source) == parts
