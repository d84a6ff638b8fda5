"""The recurring job that removes what is too old, whatever the amount."""

from __future__ import annotations

from runtime import NewJob, Retention, retention_job
from runtime.retention import PIECE
from tests.integration.jobs.shop import Shop

COUNTS = """SELECT (SELECT count(*) FROM paas_history), (SELECT count(*) FROM paas_outbox),
  (SELECT count(*) FROM paas_bin)"""


def purge(shop: Shop, keep: Retention) -> tuple[int, ...]:
    """Run the job; return how many changes, events and deleted records are left."""
    shop.acts["purge"] = retention_job(keep).run
    shop.jobs.enqueue(shop.world.system, NewJob("act", {"name": "purge"}, as_system=True))
    assert shop.workers.run_due() >= 1
    (found,) = shop.world.rows(COUNTS)
    return tuple(found)


def test_what_is_too_old_goes(shop: Shop) -> None:
    world = shop.world
    world.publish(("object", {"name": "visit", "sharing": "read", "history": True}))
    rows = [{"name": str(number)} for number in range(PIECE + 1)]
    outcomes = world.write("create", "visit", *rows)
    world.write("delete", "visit", *({"id": each.id} for each in outcomes[:3]))
    (before,) = world.rows(COUNTS)
    assert (before[0], before[2]) == (PIECE + 4, 3)
    shop.clock.forward(days=1)
    kept = Retention(history_days=None, events_days=None, bin_days=None)
    assert purge(shop, kept) == tuple(before)
    assert purge(shop, Retention(365, 365, 365)) == tuple(before)
    assert purge(shop, Retention(history_days=None, events_days=7, bin_days=365)) == (
        PIECE + 4, 0, 3,
    )  # fmt: skip
    assert purge(shop, Retention(history_days=30, events_days=7, bin_days=30)) == (0, 0, 0)
