"""Idempotency-Key: a POST that is sent again is answered as it was the first time.

The key belongs to the user and is good for a day. For records the answer is kept in the
transaction of the write itself, so there is no moment at which one exists without the other; of
two equal requests at once the second waits and gets the first one's answer. Other routes claim the
key before they begin, and a second request meanwhile is refused. A refused request leaves no key
behind: it has done nothing, and may be sent again. Requests without the header pay nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paas.db import Connection, Statement, text_statement
from paas.http.account import Unauthenticated
from paas.http.body import declared_length, read_body
from paas.http.edge import Caller, context_of
from paas.http.limit import BodyLimit
from paas.http.problem import INVALID_PARAMETER, RequestMalformed, problem_reply
from paas.http.service import Services
from paas.kernel import Kind, Problem
from runtime import JobKind, JobRun

HEADER = b"idempotency-key"
REPLAYED = (b"idempotency-replayed", b"true")
KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=10)
"""After so long a request without an answer has died with its server."""
MAX_KEY = 255

_FORGET = """DELETE FROM {paas_idempotency} WHERE user_id = :user AND key = :key
AND (created_at < :old OR (answer IS NULL AND created_at < :abandoned))"""
_CLAIM = """INSERT INTO {paas_idempotency} (user_id, key, request_hash, answer, created_at)
VALUES (:user, :key, :hash, NULL, :now) ON CONFLICT (user_id, key) DO NOTHING"""
_FIND = """SELECT request_hash, answer FROM {paas_idempotency}
WHERE user_id = :user AND key = :key"""
_SETTLE = """UPDATE {paas_idempotency} SET answer = :answer
WHERE user_id = :user AND key = :key"""
_RELEASE = "DELETE FROM {paas_idempotency} WHERE user_id = :user AND key = :key"
_PURGE = "DELETE FROM {paas_idempotency} WHERE created_at < :old"

Headers = list[tuple[bytes, bytes]]
Reply = tuple[int, Headers, bytes]


class KeyReused(Problem):
    """The idempotency key belongs to another request."""

    code = "request.key_reused"
    kind = Kind.INVALID
    zh = "此 Idempotency-Key 已用于另一个请求。"
    en = "This Idempotency-Key was used for another request."


class KeyInProgress(Problem):
    """The same request is being carried out."""

    code = "request.key_in_progress"
    kind = Kind.CONFLICT
    zh = "相同的请求正在处理，请稍后再试。"
    en = "The same request is being carried out; try again later."


@lru_cache(maxsize=16)
def _statement(sql: str, dialect: str) -> Statement:
    return text_statement(sql, dialect=dialect, schema=None)


@dataclass(frozen=True, slots=True)
class Once:
    """One request that is to be carried out once: whose, under which key, and what it asks."""

    user_id: str
    key: str
    digest: str
    now: datetime

    @classmethod
    def of(cls, user_id: str, key: bytes, now: datetime, *parts: bytes) -> Once:
        """Return the request; raises `RequestMalformed` for what is no key."""
        text = key.decode("latin-1").strip()
        if not text or len(text) > MAX_KEY or not (text.isascii() and text.isprintable()):
            reason = f"1 … {MAX_KEY} printable ASCII characters"
            raise RequestMalformed(errors=[INVALID_PARAMETER.at("Idempotency-Key", reason=reason)])
        digest = hashlib.sha256()
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return cls(user_id, text, digest.hexdigest(), now)

    def claim(self, connection: Connection) -> Reply | None:
        """Return the first answer if there is one; None makes this request the first."""
        values = {"user": self.user_id, "key": self.key}
        old = {
            "old": _moment(self.now - KEPT, connection.dialect),
            "abandoned": _moment(self.now - ABANDONED, connection.dialect),
        }
        self._execute(connection, _FORGET, {**values, **old})
        now = _moment(self.now, connection.dialect)
        if self._execute(connection, _CLAIM, {**values, "hash": self.digest, "now": now}):
            return None
        rows = connection.fetch(_statement(_FIND, connection.dialect), values)
        if rows and rows[0][0] != self.digest:
            raise KeyReused()
        if not rows or rows[0][1] is None:
            raise KeyInProgress()
        return _read(rows[0][1])

    def settle(self, connection: Connection, reply: Reply) -> None:
        """Keep the answer."""
        values = {"user": self.user_id, "key": self.key, "answer": _write(reply)}
        self._execute(connection, _SETTLE, values)

    def release(self, connection: Connection) -> None:
        """Give the key back: the request has done nothing."""
        self._execute(connection, _RELEASE, {"user": self.user_id, "key": self.key})

    @staticmethod
    def _execute(connection: Connection, sql: str, values: dict[str, Any]) -> int:
        return connection.execute(_statement(sql, connection.dialect), values)


def _moment(moment: datetime, dialect: str) -> Any:
    if dialect != "sqlite":
        return moment
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def _write(reply: Reply) -> str:
    status, headers, body = reply
    shown = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
    return json.dumps({"status": status, "headers": shown, "body": body.decode("latin-1")})


def _read(text: str) -> Reply:
    kept = json.loads(text)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept["headers"]]
    return kept["status"], [*headers, REPLAYED], kept["body"].encode("latin-1")


# ---------------------------------------------------------------- routes other than records


class OnceOnly:
    """ASGI middleware: POSTs with a key to ordinary routes are carried out once."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        key = _key_of(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        caller = Caller(scope["headers"])
        try:
            status, headers, body = await self._once(scope, receive, caller, key)
        except Unauthenticated:  # the route says so, or needs no user
            await self._app(scope, receive, send)
            return
        except Problem as problem:
            status, headers, body = problem_reply(
                problem, caller.language, instance=scope["path"], trace_id=caller.trace_id
            )
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _once(self, scope: Scope, receive: Receive, caller: Caller, key: bytes) -> Reply:
        database = self._services.database
        user_id = await asyncio.to_thread(self._user_of, caller)
        body, size = b"", str(declared_length(scope)).encode()
        is_upload = BodyLimit.is_upload(scope)
        if not is_upload:
            body = await read_body(scope, receive, self._services.max_body_bytes)
        address = (scope["path"].encode(), scope["query_string"])
        once = Once.of(user_id, key, self._services.clock(), *address, size, body)
        known = await asyncio.to_thread(database.write, once.claim)
        if known is not None:
            return known
        kept = False
        try:
            reply = await _captured(self._app, scope, receive if is_upload else _given(body))
            if reply[0] < 400:
                await asyncio.to_thread(
                    database.write, lambda connection: once.settle(connection, reply)
                )
                kept = True
            return reply
        finally:
            if not kept:
                await asyncio.to_thread(database.write, once.release)

    def _user_of(self, caller: Caller) -> str:
        with self._services.database.read() as connection:
            user_id = context_of(self._services, connection, caller).user_id
        assert user_id is not None
        return user_id


def _key_of(scope: Scope) -> bytes | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value for name, value in headers if name == HEADER), None)


def _given(body: bytes) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive


async def _captured(app: ASGIApp, scope: Scope, receive: Receive) -> Reply:
    status, headers, pieces = 500, Headers(), list[bytes]()

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))

    await app(scope, receive, send)
    return status, headers, b"".join(pieces)


# ---------------------------------------------------------------- forgetting


def _purge(run: JobRun) -> None:
    database = run.tools.database
    old = _moment(run.tools.clock() - KEPT, database.dialect)
    statement = _statement(_PURGE, database.dialect)
    database.write(lambda connection: connection.execute(statement, {"old": old}))


FORGETTING = JobKind("idempotency_purge", _purge, every=timedelta(hours=1), is_listed=False)
"""Forgets keys after a day."""
