"""Excel workbooks as CSV: the first sheet, unpacked by a process of its own.

A workbook is a packed archive that somebody else made. A child process with bounded memory,
processor time and patience checks what it claims to unpack to and turns its sheet into UTF-8 CSV,
which is read like any other. Whatever happens in there, this process lives on.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from runtime.exchange.problem import unreadable

MAX_SECONDS = 300
CHILD = Path(__file__).with_name("workbook_child.py")
REASONS = {3: "bomb", -24: "slow"}
"""What the child's end means: its own code, or the signal of spent processor time."""
SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def is_workbook(head: bytes) -> bool:
    """Tell whether a file that begins so may be a workbook."""
    return head.startswith(SIGNATURES)


def convert(source: Path, target: Path) -> None:
    """Write the first sheet of a workbook as UTF-8 CSV; raises `FileUnreadable`."""
    command = [sys.executable, "-I", str(CHILD), str(source), str(target), str(MAX_SECONDS)]
    try:
        run = subprocess.run(  # noqa: S603 -- our own file, and paths that we made
            command, capture_output=True, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise unreadable("slow") from error
    if run.returncode != 0:
        raise unreadable(REASONS.get(run.returncode, "workbook"))
