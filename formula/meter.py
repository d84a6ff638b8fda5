"""What one evaluation may spend on slow work over long texts.

Most functions cost what their texts are long, and how many of them a formula may have is bounded.
Those that cost more per character — patterns, changes of case, JSON — spend from here while an
evaluation is metered. Outside one (a database calling a function) nothing is counted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from formula.evaluation import TOO_MUCH_WORK, Failure
from formula.limits import MAX_WORK


class _Meter(threading.local):
    left: int | None = None


_METER = _Meter()


@contextmanager
def metered() -> Iterator[None]:
    """Meter what is spent on this thread; inside another evaluation the outer meter goes on."""
    if _METER.left is not None:
        yield
        return
    _METER.left = MAX_WORK
    try:
        yield
    finally:
        _METER.left = None


def spend(work: int) -> None:
    """Spend units of work, about ten nanoseconds each; fails when nothing is left."""
    if _METER.left is None:
        return
    _METER.left -= work
    if _METER.left < 0:
        raise Failure(TOO_MUCH_WORK)
