"""Physical names: safe, readable, at most 63 characters, fixed when a table or column is made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container

LIMIT = 63

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def physical_name(prefix: str, api_name: str, taken: Container[str]) -> str:
    """Return a free name for something called `api_name`: `accountName` → `f_account_name`."""
    base = _short(prefix + re.sub(r"__+", "_", _HUMPS.sub("_", api_name).lower()))
    name, number = base, 1
    while name in taken:
        number += 1
        suffix = f"_{number}"
        name = base[: LIMIT - len(suffix)] + suffix
    return name


def index_name(prefix: str, table: str, column: str) -> str:
    """Return the name of an index or constraint on one column of a table."""
    return _short(f"{prefix}_{table}__{column}")


def _short(name: str) -> str:
    if len(name) <= LIMIT:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LIMIT - 9]}_{mark}"
