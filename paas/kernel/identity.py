"""Identifiers: UUID version 7, so that keys sort by time of creation (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import re
import threading
import time

_CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_lock = threading.Lock()
_last = 0


def uuid7() -> str:
    """Return a new identifier in canonical text form; strictly increasing within the process.

    Layout: 48 bits of Unix milliseconds, version, 12 bits used as a counter within the
    millisecond, variant, 62 random bits.
    """
    global _last
    ticks = time.time_ns() * 4096 // 1_000_000
    with _lock:
        if ticks <= _last:
            ticks = _last + 1
        _last = ticks
    millis, counter = divmod(ticks, 4096)
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    text = f"{(millis << 16) | 0x7000 | counter:016x}{tail:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uuid(text: object) -> bool:
    """Tell whether `text` is a canonical, lower-case UUID."""
    return isinstance(text, str) and _CANONICAL(text) is not None
