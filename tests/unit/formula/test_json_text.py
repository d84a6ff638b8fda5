"""Reading JSON as it is written, and what is no JSON to formulas."""

from __future__ import annotations

import json

import pytest

from formula.json_text import json_at
from formula.limits import MAX_JSON_DEPTH

DOCUMENT = (
    ' {"a": 1.50, "b" : [1, {"c":null, "d": "\\u5317\\ud83d\\ude00\\"\\\\"}, -2e3 ], "a": true}\n'
)


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        (["a"], "true"),
        (["b", 0], "1"),
        (["b", 2], "-2e3"),
        (["b", 1, "d"], '北😀"\\'),
        (["b", 1], '{"c":null, "d": "\\u5317\\ud83d\\ude00\\"\\\\"}'),
        (["b", 1, "c"], None),
        (["b", 1, "c", "x"], None),
        (["b", 3], None),
        (["b", "0"], None),
        (["x"], None),
        (["a", "x"], None),
        ([], DOCUMENT.strip()),
    ],
)
def test_a_value_is_what_is_written(steps: list[str | int], wanted: str | None) -> None:
    assert json_at(DOCUMENT, steps) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{'a': 1}",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 01}',
        '{"a": 1,}',
        '{"a": 1} x',
        '{"a": "\\u0000"}',
        '{"a": 1, "b": "\\ud83d"}',
        '{"a": 1, "b": "\\ud83d\\\\\\ude00"}',
        '{"a": "\t"}',
        '\ufeff{"a": 1}',
        '{"a": 1',
        "[" * 100_000,
    ],
)
def test_what_is_no_json_has_no_values(text: str) -> None:
    assert json_at(text, ["a"]) is None


def test_an_escaped_backslash_escapes_nothing_else() -> None:
    assert json_at(json.dumps({"a": "\\u0000"}), ["a"]) == "\\u0000"


@pytest.mark.parametrize(("depth", "wanted"), [(MAX_JSON_DEPTH, "[]"), (MAX_JSON_DEPTH + 1, None)])
def test_json_nests_no_deeper_than_the_bound(depth: int, wanted: str | None) -> None:
    assert json_at("[" * depth + "]" * depth, [0] * (MAX_JSON_DEPTH - 1)) == wanted
