"""Files in request bodies go to disk piece by piece: memory does not grow with them."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from paas.http.problem import BodyTooLarge, RequestMalformed
from paas.http.upload import receive_file

PIECE = b"x" * (1 << 18)
MEGABYTE = 1 << 20


def request(pieces: int, *, ends: bool = True, headers: Any = ()) -> Request:
    """Return a request with a body of so many pieces; without `ends` the caller goes away."""

    async def messages() -> AsyncIterator[dict[str, Any]]:
        for _each in range(pieces):
            yield {"type": "http.request", "body": PIECE, "more_body": True}
        if ends:
            yield {"type": "http.request", "body": b"", "more_body": False}
        yield {"type": "http.disconnect"}

    waiting = messages()
    scope = {"type": "http", "method": "PUT", "path": "/", "headers": list(headers)}
    return Request(scope, lambda: anext(waiting))


def receive(asked: Request, path: Path, limit: int) -> int:
    return asyncio.run(receive_file(asked, path, limit))


def test_a_large_file_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    path, pieces = tmp_path / "file", 1200  # 300 MB
    tracemalloc.start()
    try:
        size = receive(request(pieces), path, 1 << 40)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size == path.stat().st_size == pieces * len(PIECE)
    assert most < 8 * MEGABYTE


def test_a_file_beyond_the_limit_is_refused_as_soon_as_it_is_known(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(BodyTooLarge):
        receive(request(0, headers=[(b"content-length", b"99999")]), path, 1000)
    with pytest.raises(BodyTooLarge):
        receive(request(10_000), path, 3 * MEGABYTE)
    assert not path.exists()


def test_nothing_is_left_of_a_file_whose_sender_went_away(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(RequestMalformed):
        receive(request(20, ends=False), path, 1 << 40)
    assert not path.exists()
