"""What `runtime` itself plugs in, through the same door as everybody else."""

from __future__ import annotations

from paas.kernel import Extensions
from runtime.ancestry import ANCESTRY
from runtime.organization import ONE_RECORD
from runtime.security import SECURITY
from runtime.setting import SETTING_KEYS
from runtime.share import FORGET_SHARES
from runtime.work import PARTICIPANTS


def register(extensions: Extensions) -> None:
    """Plug in the built-in participants: security revision first, it serialises the rest."""
    extensions.register(PARTICIPANTS, SECURITY, ANCESTRY, FORGET_SHARES, ONE_RECORD, SETTING_KEYS)
