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
from typing import TypeVar
from urllib.parse import quote, unquote

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from paas.http.account import Unauthenticated
from paas.http.body import read_body
from paas.http.edge import Caller, context_of
from paas.http.problem import (
    MEDIA_TYPE,
    MethodNotAllowed,
    RouteUnknown,
    body_of,
    dumps,
    headers_of,
    internal_body,
    status_of,
)
from paas.http.record import Pending, RecordRoutes, Reply, Target
from paas.http.service import Services
from paas.kernel import CallContext, Problem

T = TypeVar("T")
Writer = Callable[[CallContext, Target, bytes], Pending]
ALLOWED = {1: "GET, HEAD, POST", 2: "GET, HEAD, PATCH, DELETE", 4: "GET, HEAD, PUT"}
PREFIX = "/api/v1/records/"
DEEPEST = PREFIX.count("/") + 1
WORKERS = 16
PROBLEM_TYPE = (b"content-type", MEDIA_TYPE.encode())
NOT_KEPT = (b"cache-control", b"no-store")
"""An ETag is a record's version, and says nothing about who reads it, which fields, or what lookups
and formulas show: no cache may give one reader what another has read."""
log = structlog.get_logger("paas.http")


def _is_ours(path: str) -> bool:
    """Tell whether a path is about an object or a record and not about something inside one."""
    return path.startswith(PREFIX) and path.rstrip("/").count("/") <= DEEPEST


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
            status, headers = status_of(problem), [PROBLEM_TYPE]
            headers += [(k.encode(), v.encode()) for k, v in headers_of(problem).items()]
            body = dumps(
                body_of(problem, caller.language, instance=scope["path"], trace_id=caller.trace_id)
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
        name, key = parts[0], parts[-1] if len(parts) > 1 else ""
        field = parts[2] if len(parts) == 4 else ""
        target = Target(name, key, field, scope["query_string"], caller.headers)
        writer: Writer | None
        if key == "batch" and not field:
            writer = self._batch if method == "POST" else None
        elif method in ("GET", "HEAD"):
            reader = self._readers[len(parts)]
            return await self._run(
                lambda: reader(self._context(caller), target),
                is_short=self._inline and self._is_short(target),
            )
        else:
            writer = self._writers.get((len(parts), method))
        if writer is None:
            allowed = "POST" if key == "batch" and not field else ALLOWED[len(parts)]
            raise MethodNotAllowed(method=method, allowed=allowed)
        body = await read_body(scope, receive, self._services.max_body_bytes)
        return await self._write(caller, lambda context: writer(context, target, body))

    async def _write(self, caller: Caller, prepare: Callable[[CallContext], Pending]) -> Reply:
        if self._inline:
            context = self._context(caller)
            pending = prepare(context)
            loop = asyncio.get_running_loop()
            future = self._services.records.submit_async(context, pending.command, loop=loop)
            return pending.finish(await future)

        def work() -> Reply:
            context = self._context(caller)
            pending = prepare(context)
            return pending.finish(self._services.records.write(context, pending.command))

        return await self._run(work, is_short=False)

    def _context(self, caller: Caller) -> CallContext:
        with self._services.database.read() as connection:
            return context_of(self._services, connection, caller)

    async def _run(self, work: Callable[[], T], *, is_short: bool) -> T:
        """Do short work here; anything else would keep all other requests waiting."""
        if is_short:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _unquoted(scope: Scope) -> list[str]:
    """Return the steps of the address, each unquoted on its own: a value may contain a slash."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    path = raw.decode("latin-1").partition("?")[0][len(PREFIX) :]
    return [unquote(part) for part in path.rstrip("/").split("/")]
