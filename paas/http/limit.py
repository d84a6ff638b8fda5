"""Bounded request bodies for the FastAPI routes."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paas.http.body import declared_length

UPLOADS = re.compile(r"/api/v1/(imports|jobs/bulk/[^/]+/parts/[^/]+)")


class BodyLimit:
    """ASGI middleware: reading a body of more than `limit` bytes raises a 413.

    The exception is Starlette's own, because FastAPI lets only that one through while it reads
    a body; the application's handler turns it into the problem document.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    @staticmethod
    def is_upload(scope: Scope) -> bool:
        """Tell whether the body is a file, which its route streams to disk and bounds itself."""
        return scope["method"] in ("POST", "PUT") and bool(UPLOADS.fullmatch(scope["path"]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or self.is_upload(scope):
            await self._app(scope, receive, send)
            return
        size = declared_length(scope) or 0
        received = 0

        async def bounded() -> Message:
            nonlocal received
            if size > self._limit:
                raise HTTPException(413)
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise HTTPException(413)
            return message

        await self._app(scope, bounded, send)
