"""What `runtime` itself plugs in, through the same door as everybody else."""

from __future__ import annotations

from paas.kernel import Extensions
from runtime.ancestry import ANCESTRY
from runtime.derived_job import DERIVED_FILL
from runtime.exchange.kinds import EXCHANGE_KINDS
from runtime.hierarchy import HIERARCHY
from runtime.jobs import JOB_KINDS
from runtime.organization import ONE_RECORD
from runtime.search_job import SEARCH_FILL
from runtime.security import SECURITY
from runtime.setting import SETTING_KEYS
from runtime.share import FORGET_SHARES
from runtime.upkeep import UPKEEP
from runtime.work import PARTICIPANTS


def register(extensions: Extensions) -> None:
    """Plug in what is built in; security is the first participant: it serialises the rest."""
    extensions.register(JOB_KINDS, *UPKEEP)
    extensions.register(
        PARTICIPANTS, SECURITY, HIERARCHY, ANCESTRY, FORGET_SHARES, ONE_RECORD, SETTING_KEYS
    )
    extensions.register(JOB_KINDS, SEARCH_FILL, DERIVED_FILL)
    extensions.register(JOB_KINDS, *EXCHANGE_KINDS)
