"""The spool: files handed in or made for download, streamed to disk and never held in memory.

A file's name is made here and means nothing; what it is for stands in the job it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from paas.kernel import uuid7
from runtime.exchange.problem import FileGone

NAME = re.compile(r"[0-9a-f-]{36}\.[a-z]{1,8}")


class Spool:
    """A folder of files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, suffix: str) -> tuple[str, Path]:
        """Return the name and the path of a file that is not there yet."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{uuid7()}.{suffix}"
        return name, self._folder / name

    def path(self, name: str) -> Path:
        """Return where a file is; raises `FileGone` if it is not there."""
        path = self._folder / name
        if not NAME.fullmatch(name) or not path.is_file():
            raise FileGone()
        return path

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        if NAME.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def names(self, *, older_than: float) -> Iterator[str]:
        """Yield the files last written before a time."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if NAME.fullmatch(path.name) and path.stat().st_mtime < older_than:
                yield path.name
