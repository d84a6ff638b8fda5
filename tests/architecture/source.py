"""What the architecture tests read: the tree as git has it, and the packages as text."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("paas", "metadata", "formula", "workflow", "runtime", "ui_schema", "seeds")
FLOORS = (
    "paas.app",
    "paas.http",
    "seeds",
    "workflow",
    "ui_schema",
    "runtime",
    "metadata",
    "formula",
    "paas.db",
    "paas.kernel",
)
TEXT = {
    ".cfg", ".css", ".csv", ".html", ".ini", ".js", ".json", ".lock", ".mako", ".md", ".mjs",
    ".py", ".sh", ".sql", ".toml", ".ts", ".tsx", ".txt", ".yaml", ".yml", "",
}  # fmt: skip


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files under version control, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    names = (Path(name) for name in listing.stdout.split("\0") if name)
    return tuple(name for name in names if (ROOT / name).is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """Yield every tracked text file."""
    for name in tracked():
        if name.suffix in TEXT:
            yield name, (ROOT / name).read_text(encoding="utf-8")


def modules(*packages: str) -> Iterator[tuple[str, Path]]:
    """Yield (dotted name, file) of every module of `packages`, as they are on disk."""
    for package in packages or PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


@cache
def tree(file: Path) -> ast.Module:
    """Return the parsed module."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def floor_of(module: str) -> str | None:
    """Return the floor a module belongs to; None for foreign modules."""
    return next((each for each in FLOORS if module == each or module.startswith(each + ".")), None)
