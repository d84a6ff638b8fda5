"""Files in request bodies: streamed to disk piece by piece, whatever their size."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import Request
from starlette.requests import ClientDisconnect

from paas.http.body import declared_length
from paas.http.problem import BodyTooLarge, RequestMalformed

PIECE = 1 << 20
"""Bytes that are gathered before they are handed to the disk."""


async def receive_file(request: Request, path: Path, limit: int) -> int:
    """Write the request's body to `path` and return its size.

    Raises `BodyTooLarge` as soon as it is known to exceed `limit`; then, and when the caller goes
    away, nothing is left behind.
    """
    if (declared_length(request.scope) or 0) > limit:
        raise BodyTooLarge(limit=limit)
    try:
        return await _write(request, path, limit)
    except ClientDisconnect as error:
        path.unlink(missing_ok=True)
        raise RequestMalformed() from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _write(request: Request, path: Path, limit: int) -> int:
    size, waiting = 0, bytearray()
    with await asyncio.to_thread(path.open, "wb") as stream:
        async for piece in request.stream():
            size += len(piece)
            if size > limit:
                raise BodyTooLarge(limit=limit)
            waiting += piece
            if len(waiting) >= PIECE:
                await asyncio.to_thread(stream.write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(stream.write, bytes(waiting))
    return size
