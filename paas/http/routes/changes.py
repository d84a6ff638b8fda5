"""The change feed: asked for again and again, or as a stream of server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from paas.http.dependency import Call, ExactJSON, TheCall, TheCaller, TheServices
from paas.http.edge import Caller
from paas.http.problem import body_of, dumps
from paas.http.service import Services
from paas.kernel import Problem
from runtime import FeedPage, FeedQuery

router = APIRouter(prefix="/api/v1/changes", tags=["changes"])

Objects = Annotated[str | None, Query(max_length=2000, description="API names, comma-separated")]
Since = Annotated[str | None, Query(max_length=200, description="A cursor, or `oldest`")]

HEARTBEAT_SECONDS = 15.0
"""Silence after which a stream says that it is alive, and looks whether its listener still may."""
LONGEST_SECONDS = 3600.0
"""A stream ends after so long; the client comes again by itself and goes on where it was."""
RETRY_MILLISECONDS = 2000
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@router.get("")
def changes(
    call: TheCall,
    objects: Objects = None,
    since: Since = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Answer the events behind a cursor; without one, the cursor to begin with."""
    page = call.services.records.changes(call.context, FeedQuery(since, _names(objects), limit))
    body = {"changes": page.changes, "next": page.next, "hasMore": page.has_more}
    return ExactJSON(body, headers={"cache-control": "no-store"})


@router.get("/stream", response_class=Response)
async def stream(
    request: Request,
    services: TheServices,
    caller: TheCaller,
    objects: Objects = None,
    since: Since = None,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Send events as they come (`text/event-stream`), from the cursor on or from now on."""
    listener = _Listener(services, caller, _names(objects), last_event_id or since)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(services.streams.listening())
        first = await listener.read()
        stays = stack.pop_all()
    return _Stream(_sent(listener, first), stays)


class _Stream(StreamingResponse):
    """A response that gives its listener's place back whatever becomes of it."""

    def __init__(self, content: AsyncIterator[bytes], stays: AsyncExitStack) -> None:
        super().__init__(content, media_type="text/event-stream", headers=HEADERS)
        self._stays = stays

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._stays:
            await super().__call__(scope, receive, send)


def _names(objects: str | None) -> tuple[str, ...] | None:
    return tuple(name.strip() for name in objects.split(",")) if objects else None


class _Listener:
    """One subscriber: who he is and how far he has read."""

    def __init__(
        self,
        services: Services,
        caller: Caller,
        objects: tuple[str, ...] | None,
        since: str | None,
    ) -> None:
        self.services = services
        self.streams = services.streams
        self.moved = self.streams.moved
        self.caller = caller
        self.cursor = since
        self._objects = objects

    async def read(self) -> FeedPage:
        """Return what comes next, as far as he may know it by now."""
        self.moved = self.streams.moved  # before reading: what comes meanwhile wakes at once
        page = await self.streams.run(self._read)
        self.cursor = page.next
        return page

    def _read(self) -> FeedPage:
        context = Call(self.services, self.caller).context
        return self.services.records.changes(context, FeedQuery(self.cursor, self._objects))


async def _sent(listener: _Listener, page: FeedPage) -> AsyncIterator[bytes]:
    """Yield the stream: events, and a sign of life with the cursor when there are none."""
    ends = time.monotonic() + LONGEST_SECONDS
    yield f"retry: {RETRY_MILLISECONDS}\n".encode() + _position(listener)
    while True:
        for entry in page.changes:
            yield _event(entry)
        if not page.has_more and not await _happens(listener.moved):
            yield _position(listener)
        if listener.streams.is_stopping or time.monotonic() > ends:
            return
        try:
            page = await listener.read()
        except Problem as problem:
            body = body_of(problem, listener.caller.language)
            yield b"event: problem\ndata: " + dumps(body) + b"\n\n"
            return


async def _happens(moved: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(moved.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return False
    return True


def _event(entry: dict[str, Any]) -> bytes:
    kind = b"gap" if entry["changeType"] == "gap" else b"change"
    cursor: str = entry["cursor"]
    head = b"id: " + cursor.encode() + b"\nevent: " + kind
    return head + b"\ndata: " + dumps(entry) + b"\n\n"


def _position(listener: _Listener) -> bytes:
    """A comment, and the place to come back to; clients keep it and nobody is told."""
    return f": alive\nid: {listener.cursor}\n\n".encode()
