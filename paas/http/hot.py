"""The record routes: a small ASGI dispatcher in front of FastAPI.

These carry nearly all traffic, so they skip FastAPI's request and response machinery and answer
bytes. They hold no rules: `paas.http.record` turns a request into a command or a query for
`runtime` and the outcome into a reply. On SQLite short reads run right here, long ones in a worker
thread, and writes are awaited from the writer thread; on PostgreSQL each call runs in one worker
thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar
from urllib.parse import quote, unquote

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from paas.http.account import Unauthenticated
from paas.http.body import read_body
from paas.http.edge import Caller, context_of, remembered
from paas.http.idempotency import HEADER, Once
from paas.http.problem import (
    MEDIA_TYPE,
    MethodNotAllowed,
    RouteUnknown,
    dumps,
    internal_body,
    problem_reply,
)
from paas.http.record import Pending, RecordRoutes, Reply, Target
from paas.http.service import Services
from paas.kernel import CallContext, Problem, RightsMoved
from runtime import Work

T = TypeVar("T")
Reader = Callable[[CallContext, Target], Reply]
Writer = Callable[[CallContext, Target, bytes], Pending]
ALLOWED = {1: "GET, HEAD, POST", 2: "GET, HEAD, PATCH, DELETE", 4: "GET, HEAD, PUT"}
PREFIX = "/api/v1/records/"
DEEPEST = PREFIX.count("/") + 1
TREE = "tree"
"""Instead of a record's id: a tree of records, which FastAPI takes."""
WORKERS = 16
PROBLEM_TYPE = (b"content-type", MEDIA_TYPE.encode())
NOT_KEPT = (b"cache-control", b"no-store")
"""An ETag is a record's version, and says nothing about who reads it, which fields, or what lookups
and formulas show: no cache may give one reader what another has read."""
log = structlog.get_logger("paas.http")


def _is_ours(path: str) -> bool:
    """Tell whether a path is about an object or a record and not about something inside one.

    A record may be named by a key, `by/{field}/{value}`, and a value may hold slashes.
    """
    if not path.startswith(PREFIX):
        return False
    _object, _, rest = path[len(PREFIX) :].partition("/")
    if rest.startswith("by/"):
        return True
    return path.rstrip("/").count("/") <= DEEPEST and rest.rstrip("/") != TREE


class Dispatcher:
    """ASGI application: record routes here, everything else to `fallback`."""

    def __init__(self, services: Services, fallback: ASGIApp) -> None:
        self._services = services
        self._fallback = fallback
        routes = RecordRoutes(services.records)
        self._readers = {1: routes.list, 2: routes.get, 4: routes.by_key}
        self._writers: dict[tuple[int, str], Writer] = {
            (1, "POST"): routes.create,
            (2, "PATCH"): routes.update,
            (2, "DELETE"): routes.delete,
            (4, "PUT"): routes.upsert,
        }
        self._batch = routes.batch
        self._is_short = routes.is_short
        self._inline = services.database.dialect == "sqlite"
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="paas-records")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or not _is_ours(scope["path"]):
            await self._fallback(scope, receive, send)
            return
        caller = Caller(scope["headers"])
        try:
            status, headers, body = await self._answer(scope, receive, caller)
        except Problem as problem:
            status, headers, body = problem_reply(
                problem, caller.language, instance=scope["path"], trace_id=caller.trace_id
            )
        except Exception:
            log.exception("request failed", trace_id=caller.trace_id, path=scope["path"])
            status, headers = 500, [PROBLEM_TYPE]
            body = dumps(internal_body(caller.trace_id, caller.language, scope["path"]))
        headers.append(NOT_KEPT)
        if status != 304:
            headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
        )

    async def _answer(self, scope: Scope, receive: Receive, caller: Caller) -> Reply:
        method = scope["method"]
        caller.check_same_site(method)
        if not caller.token:
            raise Unauthenticated()
        parts = scope["path"][len(PREFIX) :].rstrip("/").split("/")
        if len(parts) > 2 and parts[1] == "by":
            parts = _unquoted(scope)
        elif len(parts) > 2:
            raise RouteUnknown()
        if len(parts) not in ALLOWED or not all(parts):
            raise RouteUnknown()
        key = parts[-1] if len(parts) > 1 else ""
        field = parts[2] if len(parts) == 4 else ""
        target = Target(parts[0], key, field, scope["query_string"], caller.headers)
        if method in ("GET", "HEAD") and not _is_batch(target):
            handler, body = self._readers[len(parts)], None
        else:
            writer = self._writer(method, len(parts), target)
            body = await read_body(scope, receive, self._services.max_body_bytes)
            if method == "POST" and HEADER in caller.headers:
                asked = (scope["path"].encode(), target.query, body)
                return await self._write_once(writer, caller, target, asked)
        context = remembered(self._services, caller)
        if context is not None:
            # No statement of its own asks whether the caller's rights still hold: the first
            # statement of the work does, and where they do not, all begins anew.
            with suppress(RightsMoved):
                if body is None:
                    return await self._read(handler, caller, target, context)
                return await self._write(writer, caller, target, body, context)
        if body is None:
            return await self._read(handler, caller, target, None)
        return await self._write(writer, caller, target, body, None)

    def _writer(self, method: str, length: int, target: Target) -> Writer:
        is_batch = _is_batch(target)
        if is_batch and method == "POST":
            return self._batch
        writer = None if is_batch else self._writers.get((length, method))
        if writer is None:
            allowed = "POST" if is_batch else ALLOWED[length]
            raise MethodNotAllowed(method=method, allowed=allowed)
        return writer

    async def _read(
        self, reader: Reader, caller: Caller, target: Target, context: CallContext | None
    ) -> Reply:
        if self._inline and self._is_short(target):
            return reader(context or self._context(caller), target)
        return await self._threaded(lambda: reader(context or self._context(caller), target))

    async def _write(
        self,
        writer: Writer,
        caller: Caller,
        target: Target,
        body: bytes,
        context: CallContext | None,
    ) -> Reply:
        if self._inline:
            known = context or self._context(caller)
            pending = writer(known, target, body)
            loop = asyncio.get_running_loop()
            future = self._services.records.submit_async(known, pending.command, loop=loop)
            return pending.finish(await future)

        def work() -> Reply:
            known = context or self._context(caller)
            pending = writer(known, target, body)
            return pending.finish(self._services.records.write(known, pending.command))

        return await self._threaded(work)

    async def _write_once(
        self, writer: Writer, caller: Caller, target: Target, asked: tuple[bytes, bytes, bytes]
    ) -> Reply:
        """Write, unless the same request was carried out before; the answer is kept with it."""

        def work() -> Reply:
            context = self._context(caller)
            assert context.user_id is not None
            pending = writer(context, target, asked[-1])
            key = caller.headers[HEADER]
            once = Once.of(context.user_id, key, self._services.clock(), *asked)

            def act(work: Work) -> Reply:
                first = once.claim(work.connection)
                if first is not None:
                    return first
                reply = pending.finish(work.write(pending.command))
                once.settle(work.connection, reply)
                return reply

            return self._services.records.begin(context, act)

        return await self._threaded(work)

    def _context(self, caller: Caller) -> CallContext:
        with self._services.database.read() as connection:
            return context_of(self._services, connection, caller)

    async def _threaded(self, work: Callable[[], T]) -> T:
        """Do work that would keep all other requests waiting here."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _is_batch(target: Target) -> bool:
    return target.id == "batch" and not target.key


def _unquoted(scope: Scope) -> list[str]:
    """Return the steps of the address, each unquoted on its own: a value may contain a slash."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    path = raw.decode("latin-1").partition("?")[0][len(PREFIX) :]
    return [unquote(part) for part in path.rstrip("/").split("/")]
