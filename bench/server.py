"""Starts the servers that are compared, each pinned to one core, and reads what they consume."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
PACK = Path(__file__).resolve().parent / "pack"
SERVER_CORE, CLIENT_CORE = 0, 1
PAAS = str(Path(sys.executable).with_name("paas"))
SIGN_IN = {
    "username": os.environ.get("BENCH_USERNAME", "admin"),
    "password": os.environ.get("BENCH_PASSWORD", "zhuji-demo"),
}
"""A demo sign-in that `paas run` makes: the administrator's."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and how one speaks to it."""

    name: str
    port: int
    pid: int
    token: str
    records: str
    """Path of the collection."""
    list_path: str
    """Path of the list of 25; `{industry}` is filled in."""

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return (status, decoded body) of one request."""
        return call(self.port, method, path, body, token=self.token)

    def listing(self, industry: str) -> str:
        """Return the path of the list for one industry."""
        return self.list_path.replace("{industry}", quote(industry))

    def memory(self) -> float:
        """Return the resident memory of the server and its children, in MiB."""
        return sum(_resident(pid) for pid in _family(self.pid)) / 1024

    def cpu(self) -> float:
        """Return the CPU seconds used so far by the server and its children."""
        return sum(_cpu(pid) for pid in _family(self.pid))


def call(
    port: int, method: str, path: str, body: Any = None, *, token: str = ""
) -> tuple[int, Any]:
    """Return (status, decoded body) of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    payload = None if body is None else json.dumps(body).encode()
    try:
        connection.request(method, path, payload, headers)
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    return answer.status, json.loads(text) if text else None


# ---------------------------------------------------------------- who is compared


@contextmanager
def floor(folder: Path, *, synchronous: str) -> Iterator[Server]:
    """Run the hand-written application."""
    name, token, port = f"floor {synchronous}", "floor-token", free_port()
    settings = {
        "FLOOR_DATABASE": str(folder / f"floor-{synchronous}.db"),
        "FLOOR_SYNCHRONOUS": synchronous,
        "FLOOR_TOKEN": token,
    }
    command = [sys.executable, "-m", "uvicorn", "bench.floor.app:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    with _running(command, settings, port=port, ready="/docs", log=folder / f"{name}.log") as pid:
        yield Server(name, port, pid, token, "/accounts", "/accounts?industry={industry}&limit=25")


@contextmanager
def product(folder: Path) -> Iterator[Server]:
    """Run Zhuji on a new SQLite file: the bench pack is published, the CRM pack installed."""
    port = free_port()
    settings = {
        "PAAS_HOME": str(folder),
        "PAAS_DATABASE_URL": f"sqlite:///{folder / 'product.db'}",
        "PAAS_HOST": "127.0.0.1",
        "PAAS_PORT": str(port),
        "PAAS_LOG_LEVEL": "warning",
    }
    _once([PAAS, "publish", str(PACK)], settings)
    log = folder / "product.log"
    with _running([PAAS, "run"], settings, port=port, ready="/readyz", log=log) as pid:
        status, answer = call(port, "POST", "/auth/token", SIGN_IN)
        if status != 200:
            raise RuntimeError(f"no token: {status} {answer}")
        records = "/api/v1/records/benchAccount"
        shown = "id,name,industry,annualRevenue,employees,address,approvalStatus,ownerId"
        shown += ",createdBy,createdAt,updatedBy,updatedAt,version"
        listing = f"{records}?filter=industry%3D%22{{industry}}%22&sort=-annualRevenue&limit=25"
        listing += f"&fields={shown}"
        yield Server("product", port, pid, answer["token"], records, listing)


# ---------------------------------------------------------------- processes


@contextmanager
def _running(
    command: list[str], settings: Mapping[str, str], *, port: int, ready: str, log: Path
) -> Iterator[int]:
    """Run `command` on the server's core until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        pin(process.pid, SERVER_CORE)
        try:
            _await(port, ready, process, log)
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def _once(command: list[str], settings: Mapping[str, str]) -> None:
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{run.stdout}{run.stderr}")


def _await(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')[-4000:]}")


def pin(pid: int, core: int) -> None:
    """Keep a process on one core, where the system can and there are two."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(pid, {core})


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.is_file() else ():
        yield from _family(int(child))


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _cpu(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
