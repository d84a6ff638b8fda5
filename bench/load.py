"""A load client that costs little: raw HTTP/1.1 over keep-alive connections, one request each.

It checks that every answer has the expected status, and nothing else; `bench.http` looks at
bodies before it measures.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CONNECTIONS = 16
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)

Requests = Callable[[], bytes]
"""Returns the next request to send."""


@dataclass(slots=True)
class Burst:
    """What a timed run found: answers, seconds, and the time each answer took."""

    answers: int = 0
    seconds: float = 0.0
    client_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return answers per second."""
        return self.answers / self.seconds

    def percentile(self, share: float) -> float:
        """Return the latency that `share` of the answers stayed under, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class _Connection(asyncio.Protocol):
    """Sends a request, waits for its whole answer, sends the next until the time is up."""

    def __init__(self, requests: Requests, status: bytes, until: float, burst: Burst) -> None:
        self.requests, self.until, self.burst = requests, until, burst
        self.expected = b"HTTP/1.1 " + status
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.needed = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.sent = time.perf_counter()
        if self.sent >= self.until:
            self.transport.close()
            self.finished.set_result(None)
            return
        self.transport.write(self.requests())

    def data_received(self, data: bytes) -> None:
        if self.buffer:
            data = self.buffer + data
        if not self.needed:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self.buffer = data
                return
            length = _LENGTH.search(data, 0, end)
            self.needed = end + 4 + (int(length.group(1)) if length else 0)
        if len(data) < self.needed:
            self.buffer = data
            return
        self.buffer, self.needed = b"", 0
        if not data.startswith(self.expected):
            self.fail(RuntimeError(f"unexpected answer: {data[:800].decode(errors='replace')}"))
            return
        self.burst.answers += 1
        self.burst.latencies.append(time.perf_counter() - self.sent)
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.finished.done():
            self.fail(error or ConnectionError("the server closed the connection"))

    def fail(self, error: Exception) -> None:
        if not self.finished.done():
            self.finished.set_exception(error)
        self.transport.close()


async def _run(port: int, requests: Requests, status: int, seconds: float) -> Burst:
    burst, loop = Burst(), asyncio.get_running_loop()
    cpu, start = time.process_time(), time.perf_counter()
    connections = []
    for _ in range(CONNECTIONS):
        _transport, connection = await loop.create_connection(
            lambda: _Connection(requests, str(status).encode(), start + seconds, burst),
            "127.0.0.1",
            port,
        )
        connections.append(connection)
    await asyncio.gather(*(each.finished for each in connections))
    burst.seconds = time.perf_counter() - start
    burst.client_cpu = time.process_time() - cpu
    return burst


def drive(port: int, requests: Requests, *, status: int, seconds: float) -> Burst:
    """Keep all connections busy for `seconds`; an unexpected status ends the run."""
    try:
        import uvloop  # noqa: PLC0415 - the plain loop does where there is none
    except ImportError:
        return asyncio.run(_run(port, requests, status, seconds))
    return uvloop.run(_run(port, requests, status, seconds))


def request(method: str, path: str, *, token: str, body: Any = None) -> bytes:
    """Return the bytes of one request."""
    payload = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
    return head.encode() + b"\r\n" + payload
