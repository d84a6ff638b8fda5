"""The checkpointer: moves committed pages from a SQLite WAL into the file, off the write path.

Writers never checkpoint; otherwise every thousandth page makes one caller wait for the lot.
"""

from __future__ import annotations

import logging
import sqlite3
import threading

INTERVAL = 0.5
"""Seconds between a commit and the checkpoint that follows it."""
LONG_WAL_PAGES = 4096
"""From this length on (16 MiB) the writer is made to pause so that the WAL starts over."""

_log = logging.getLogger(__name__)


class Checkpointer:
    """Owns a connection and a thread that checkpoints after commits, and rests without them."""

    def __init__(self, driver: sqlite3.Connection, *, interval: float = INTERVAL) -> None:
        self.turn: threading.Lock | None = None
        """The writer's `turn`, once there is a writer."""
        self._driver = driver
        self._length = 0
        self._interval = interval
        self._is_dirty = threading.Event()
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="sqlite-checkpoint", daemon=True)
        self._thread.start()

    def mark(self) -> None:
        """Note that something was committed."""
        if not self._is_dirty.is_set():
            self._is_dirty.set()

    def close(self) -> None:
        """End the thread, checkpoint for the last time and close the connection."""
        if self._is_closed.is_set():
            return
        self._is_closed.set()
        self._is_dirty.set()
        self._thread.join()
        self._driver.close()

    def _serve(self) -> None:
        while True:
            self._is_dirty.wait()
            is_closing = self._is_closed.wait(self._interval)
            self._is_dirty.clear()
            try:
                self._checkpoint()
            except sqlite3.Error:  # a full disk, say: commits report it, the next round retries
                _log.warning("checkpoint failed", exc_info=True)
            if is_closing:
                return

    def _checkpoint(self) -> None:
        if not self._pass():
            self._is_dirty.set()  # a reader holds on to old pages, or another checkpoint runs
        if self._length >= LONG_WAL_PAGES and self.turn is not None:
            # Under steady writing a pass never catches up, and the WAL would grow for ever.
            # With the writer between two groups a short second pass does, and the next commit
            # starts the WAL from its beginning.
            with self.turn:
                self._pass()

    def _pass(self) -> bool:
        """Copy what can be copied without disturbing anyone; tell whether that was all."""
        row = self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        is_refused, self._length, done = row
        return not is_refused and bool(self._length == done)
