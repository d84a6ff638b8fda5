"""The tenant's state: which revision its description and its access rights are at.

A writer reads it first thing in its unit of work, a reader with its first statement; each
function here is one tiny statement.
"""

from __future__ import annotations

from typing import NamedTuple

from paas.db.connection import Connection

_READ = "SELECT metadata_revision, security_revision, epoch FROM paas_state"
_BUMP = "UPDATE paas_state SET {0} = {0} + 1 RETURNING {0}"
_BUMP_METADATA = _BUMP.format("metadata_revision")
_BUMP_SECURITY = _BUMP.format("security_revision")


class State(NamedTuple):
    """What a cache must agree with. `epoch` changes when a tenant moves."""

    metadata_revision: int
    security_revision: int
    epoch: str


def read_state(connection: Connection) -> State:
    """Return the state this connection sees."""
    return State(*connection.fetch(_READ)[0])


def bump_metadata_revision(connection: Connection) -> int:
    """Count the description's revision up and return it."""
    revision: int = connection.fetch(_BUMP_METADATA)[0][0]
    return revision


def bump_security_revision(connection: Connection) -> int:
    """Count up the revision of everything a principal is made of, and return it."""
    revision: int = connection.fetch(_BUMP_SECURITY)[0][0]
    return revision
