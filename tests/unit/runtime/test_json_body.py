"""Numbers in bodies stay exact, and bodies within bounds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runtime import JsonMalformed, read_json


def test_short_numbers_are_ordinary() -> None:
    assert read_json(b'{"a": 1, "b": 12.5, "c": "1234567890.1234567", "d": null}') == {
        "a": 1,
        "b": 12.5,
        "c": "1234567890.1234567",
        "d": None,
    }


def test_long_numbers_keep_every_digit() -> None:
    body = b'{"a": 9999999999999999.99, "b": 123456789012345678901, "c": 0.1234567890123456}'
    assert read_json(body) == {
        "a": Decimal("9999999999999999.99"),
        "b": 123456789012345678901,
        "c": Decimal("0.1234567890123456"),
    }


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a": NaN}', b"[1,]", b"\xff", b'{"a": 1e999}', b"[" * 2000 + b"]" * 2000,
     b"[" * 65 + b"]" * 65, b"[1234567890123456, Infinity]", b"[0." + b"1" * 500 + b"]"],
)  # fmt: skip
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(JsonMalformed):
        read_json(body)


def test_depth_within_the_bound_is_read() -> None:
    assert read_json(b"[" * 64 + b"]" * 64)
    assert len(read_json(b"[" + b",".join([b"{}"] * 500) + b"]")) == 500
