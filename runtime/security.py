"""Writes that make callers what they are count the security revision up: users, departments, roles
and the organisation.

Whoever caches principals compares that revision. The row also serialises such writes on
PostgreSQL, so two moves of departments cannot make a cycle together.
"""

from __future__ import annotations

from paas.db import bump_security_revision
from runtime.draft import Batch
from runtime.principal import is_person
from runtime.work import Participant, Work


def count_up(batch: Batch, work: Work) -> None:
    """Count the security revision up if anything will change."""
    is_change = any(
        not draft.is_refused and (batch.operation == "delete" or draft.changed)
        for draft in batch.drafts
    )
    if is_change:
        bump_security_revision(work.connection)


SECURITY = Participant(key="security_revision", before_save=count_up, objects=is_person)
