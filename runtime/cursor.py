"""Cursors: where a page ended, as an opaque text that is checked before it is believed.

A cursor holds the sort keys of the last record and a digest of the query it belongs to. It gives
nothing away that its reader has not seen, so it is validated and not signed: a forged one can
only start a page somewhere else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from paas.kernel import is_uuid
from runtime.problem import CURSOR_INVALID, QueryInvalid
from runtime.sql.codec import SQLITE, Column

REFERENCE = "reference"
"""Instead of its encoding, for a key whose column takes nothing but ids."""
MAX_LENGTH = 20_000
DIGITS = 60


def digest_of(*parts: object) -> str:
    """Return the digest of a query that cursors carry."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def write_cursor(digest: str, values: Sequence[Any]) -> str:
    """Return the cursor behind a row with these sort keys, as the database gave them."""
    text = orjson.dumps([digest, *values], default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(text: str, digest: str, keys: Sequence[Column], dialect: str) -> tuple[Any, ...]:
    """Return the sort keys in `text` as the database takes them; raises `QueryInvalid`."""
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError("too long")
        held = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        if not isinstance(held, list) or held[:1] != [digest] or len(held) != len(keys) + 1:
            raise ValueError("belongs to another query")
        pairs = zip(held[1:], keys, strict=True)
        return tuple(_load(value, encoding, dialect) for value, (_key, encoding) in pairs)
    except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
        raise QueryInvalid(errors=[CURSOR_INVALID.at("/cursor")]) from error


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _load(value: Any, encoding: str, dialect: str) -> Any:
    if value is None:
        return None
    kind = encoding.partition(":")[0]
    if (kind in ("integer", "scaled", "boolean") and dialect == SQLITE) or kind == "integer":
        return _checked(value, int, -(2**63) <= value < 2**63)
    if kind == "boolean":
        return _checked(value, bool, True)
    text = _checked(value, str, "\x00" not in value)
    if kind == REFERENCE:
        return _checked(text, str, is_uuid(text))
    if kind in ("scaled", "number", "decimal_text"):
        number = Decimal(text)
        _checked(number, Decimal, number.is_finite() and abs(number.adjusted()) < DIGITS)
        return text if dialect == SQLITE else number
    if kind == "date":
        return text if dialect == SQLITE else date.fromisoformat(text)
    if kind == "time":
        return text if dialect == SQLITE else time.fromisoformat(text)
    if kind == "datetime":
        return text if dialect == SQLITE else datetime.fromisoformat(text).astimezone(UTC)
    return text


def _checked(value: Any, kind: type, is_right: bool) -> Any:
    if value.__class__ is not kind or not is_right:
        raise ValueError("wrong kind of value")
    return value
