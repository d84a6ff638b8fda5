"""What the routes work with: one tenant's services, assembled by `paas.app`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from metadata import Catalog, Change, Published
from paas.db import Database
from paas.http.account import Accounts
from paas.http.stream import Streams
from paas.kernel import CallContext, Clock, Extensions
from runtime import Jobs, Records, Tools
from workflow import Approvals


@dataclass(frozen=True, slots=True)
class Services:
    """One tenant, open for business."""

    tenant: str
    database: Database
    catalog: Catalog
    records: Records
    jobs: Jobs
    tools: Tools
    """What jobs work with; whoever runs workers hands it to them."""
    approvals: Approvals
    accounts: Accounts
    publish: Callable[[CallContext, Sequence[Change]], Published]
    """The one way to change the description; it keeps role records in step."""
    streams: Streams
    """Who listens to changes; whoever ends the server stops them first."""
    extensions: Extensions
    clock: Clock
    zone: str
    max_body_bytes: int
    max_upload_bytes: int
    static: Path | None
    """Folder of the built web client, if it is there."""
    close: Callable[[], None]
