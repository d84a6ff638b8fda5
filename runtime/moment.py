"""The moment of a call, in the precision that records keep."""

from __future__ import annotations

from datetime import datetime

from paas.kernel import CallContext


def moment_of(context: CallContext) -> datetime:
    """Return the call's moment in milliseconds, as both databases keep it."""
    now = context.now
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
