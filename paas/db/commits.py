"""Commits: whoever wants to know that something was committed in this process is told so.

Listeners are called on the thread that committed, between one unit of work and the next: they
only ring a bell elsewhere. What other processes commit is for their own listeners.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Listener = Callable[[], None]


class Commits:
    """The listeners of one database."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def listen(self, listener: Listener) -> None:
        """Call `listener` after every commit from now on."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def forget(self, listener: Listener) -> None:
        """Call it no more."""
        with self._lock:
            self._listeners = tuple(each for each in self._listeners if each != listener)

    def happened(self) -> None:
        """Tell everybody."""
        for listener in self._listeners:
            listener()
