"""Who listens to the change feed, and what wakes them.

Listeners wait here without a thread and without a database connection. One watcher looks whether
the feed has moved: at once when something was committed in this process, and every now and then
because others commit too. On PostgreSQL what was committed may have to wait for transactions that
began earlier, so the watcher looks again soon, and then less and less often.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import structlog

from paas.db import Commits
from paas.kernel import Kind, Problem

T = TypeVar("T")
SOON, LATER = 0.02, 1.0
"""Seconds between two looks, right after a commit and when nothing happens."""
THREADS = 4
log = structlog.get_logger("paas.http")


class TooManyStreams(Problem):
    """Too many listeners."""

    code = "changes.too_many_streams"
    kind = Kind.LIMITED
    zh = "同时订阅变更的连接已达上限 {limit} 个，请稍后再试，或改用轮询。"
    en = "The limit of {limit} listeners to changes is reached. Try later, or poll."


class Streams:
    """The listeners of one process. All of them live on one event loop.

    `head` tells the position of the last event; it is asked in a thread.
    """

    def __init__(self, head: Callable[[], object], commits: Commits, *, limit: int) -> None:
        self._head = head
        self._commits = commits
        self._limit = limit
        self._listeners = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self._rang = asyncio.Event()
        self._is_ringing = False
        self._threads: ThreadPoolExecutor | None = None
        self.is_stopping = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Count a listener for the length of the block; raises `TooManyStreams`."""
        if self._listeners >= self._limit or self.is_stopping:
            raise TooManyStreams(limit=self._limit)
        self._listeners += 1
        if self._listeners == 1:
            self._begin()
        try:
            yield
        finally:
            self._listeners -= 1
            if self._listeners == 0:
                self._end()

    @property
    def moved(self) -> asyncio.Event:
        """Return what is set when the feed has moved. Take it before reading, then wait."""
        return self._moved

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in one of a few threads."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="paas-changes")
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def stop(self) -> None:
        """End every stream soon. Any thread may ask."""
        self.is_stopping = True
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(self._wake)

    # ---------------------------------------------------------------- the watcher

    def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._commits.listen(self._ring)
        self._watcher = self._loop.create_task(self._watch())

    def _end(self) -> None:
        self._commits.forget(self._ring)
        if self._watcher is not None:
            self._watcher.cancel()
        self._watcher = None

    def _ring(self) -> None:
        """Have the watcher look now; called on whichever thread commits."""
        loop = self._loop
        if self._is_ringing or loop is None:
            return
        self._is_ringing = True
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._rang.set)

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def _watch(self) -> None:
        known, pause = None, SOON
        while True:
            if await _set_within(self._rang, pause):
                pause = SOON
            self._rang.clear()
            self._is_ringing = False
            try:
                head = await self.run(self._head)
            except Exception:
                log.warning("the change feed cannot be read", exc_info=True)
                pause = LATER
                continue
            if head != known:
                known, pause = head, SOON
                self._wake()
                await asyncio.sleep(SOON)  # what is written in quick succession is read at once
            else:
                pause = min(pause * 2, LATER)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
