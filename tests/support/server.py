"""A running product for tests: the real server on a free loopback port, with the CRM pack.

The server runs in a thread of the test process and is stopped by whoever started it.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn

from paas.app.demo import DemoSignIn, install_demo
from paas.app.settings import Settings
from paas.app.tenant import open_tenant, with_workers
from paas.http import Services, create_asgi
from runtime import Workers

START_SECONDS = 60


@dataclass
class Product:
    """The running product: where it listens and who can sign in."""

    base_url: str
    services: Services
    sign_ins: dict[str, DemoSignIn]
    _clients: list[httpx.Client] = field(default_factory=list)

    def client(self, **headers: str) -> httpx.Client:
        """Return a client without credentials."""
        client = httpx.Client(base_url=self.base_url, headers=headers, timeout=30, trust_env=False)
        self._clients.append(client)
        return client

    def sign_in(self, login: str, *, language: str = "zh-CN") -> httpx.Client:
        """Return a client that bears the token of the demo user `login`."""
        client = self.client(**{"Accept-Language": language})
        body = {"username": login, "password": self.sign_ins[login].password}
        answer = client.post("/auth/token", json=body)
        answer.raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client

    def close(self) -> None:
        """Close every client handed out."""
        for client in self._clients:
            client.close()


@contextmanager
def running_product(
    url: str, *, schema: str | None = None, home: Path, client: Path | None = None
) -> Iterator[Product]:
    """Serve a fresh tenant with the CRM pack and its sample data for the length of the block."""
    settings = Settings(database_url=url, database_schema=schema, home=home, client=client)
    opened = open_tenant(settings)
    workers = Workers(opened.jobs, opened.tools, poll=0.2)
    services = with_workers(opened, workers)
    sign_ins = {each.login: each for each in install_demo(services)}
    workers.start(2)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    config = uvicorn.Config(create_asgi(services), log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    product = Product(f"http://127.0.0.1:{port}", services, sign_ins)
    try:
        _wait_until_started(server, thread)
        yield product
    finally:
        product.close()
        server.should_exit = True
        thread.join(timeout=START_SECONDS)
        listener.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the product did not start")
        time.sleep(0.01)
