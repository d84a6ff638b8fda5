"""How long statements of a SQLite connection may take: SQLite itself looks at the clock."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

STEPS_BETWEEN_LOOKS = 20_000
"""Steps of SQLite's machine after which a limited statement looks at the clock."""


def time_limit(driver: sqlite3.Connection) -> Callable[[float | None], None]:
    """Return what limits how long the statements of a connection may take."""

    def limit(seconds: float | None) -> None:
        if seconds is None:
            driver.set_progress_handler(None, 0)
            return
        end = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)

    return limit
