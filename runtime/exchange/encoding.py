"""In which encoding a text file is, told from its bytes.

A byte order mark decides; without one, UTF-16 shows by its zero bytes, and UTF-8 and GB18030 (which
contains GBK) by whether the whole file can be read as such. What is none of these is taken as
Western. Whoever knows better says so.
"""

from __future__ import annotations

import codecs
from pathlib import Path

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PIECE = 1 << 20
SAMPLE = 4096


def detect_encoding(path: Path) -> str:
    """Return the encoding of a file; reads all of it, a piece at a time."""
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    wide = _wide(head)
    if wide:
        return wide
    return next((each for each in ("utf-8", "gb18030") if _reads_as(path, each)), "cp1252")


def _wide(head: bytes) -> str | None:
    """Return which UTF-16 the bytes look like: Western text has a zero in every other byte."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs * 0.3:
        return "utf-16-le"
    if pairs and head[0::2].count(0) > pairs * 0.3:
        return "utf-16-be"
    return None


def _reads_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as stream:
        try:
            while piece := stream.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def codec_of(encoding: str) -> str:
    """Return Python's codec for reading: a byte order mark is not part of the text."""
    return "utf-8-sig" if encoding == "utf-8" else encoding
