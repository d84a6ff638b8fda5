"""Plans made from what callers send — fields, filters, sorts — kept within bounds.

A snapshot keeps its own plans for as long as it lives; these could be without number, so each
snapshot has one small cache that starts anew when it is full.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from metadata import Snapshot

T = TypeVar("T")
MAX_PLANS = 1000


def cached(snapshot: Snapshot, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` makes for `key`, made again only after many others."""
    plans: dict[Hashable, T] = snapshot.plan("callers' plans", dict)
    found = plans.get(key)
    if found is None:
        found = make()
        if len(plans) >= MAX_PLANS:
            plans.clear()
        plans[key] = found
    return found
