"""Excel workbooks as CSV: the first sheet, unpacked by a process of its own.

A workbook is a packed archive that somebody else made. What it claims to unpack to is checked
first; then a child process with bounded memory, processor time and patience turns its sheet into
UTF-8 CSV, which is read like any other. Whatever happens in there, this process lives on.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from runtime.exchange.problem import unreadable

MAX_UNPACKED = 1 << 30
"""Bytes all parts of a workbook may unpack to."""
MAX_RATIO = 200
MAX_SECONDS = 300
CHILD = Path(__file__).with_name("workbook_child.py")
SIGNATURE = b"PK\x03\x04"
OLD_SIGNATURE = b"\xd0\xcf\x11\xe0"


def is_workbook(head: bytes) -> bool:
    """Tell whether a file that begins so may be a workbook."""
    return head.startswith((SIGNATURE, OLD_SIGNATURE))


def convert(source: Path, target: Path) -> None:
    """Write the first sheet of a workbook as UTF-8 CSV; raises `FileUnreadable`."""
    _check_size(source)
    command = [sys.executable, "-I", str(CHILD), str(source), str(target), str(MAX_SECONDS)]
    try:
        run = subprocess.run(  # noqa: S603 -- our own file, and paths that we made
            command,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise unreadable("slow") from error
    if run.returncode != 0:
        raise unreadable("workbook")


def _check_size(source: Path) -> None:
    with source.open("rb") as stream:
        if not stream.read(4).startswith(SIGNATURE):
            return
    try:
        with zipfile.ZipFile(source) as archive:
            sizes = [(each.file_size, each.compress_size) for each in archive.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise unreadable("workbook") from error
    total = sum(size for size, _packed in sizes)
    packed = sum(packed for _size, packed in sizes)
    if total > MAX_UNPACKED or total > MAX_RATIO * max(packed, 1 << 16):
        raise unreadable("bomb")
