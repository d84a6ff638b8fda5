"""Setting up a tenant: the engine's tables and the objects it cannot do without."""

from __future__ import annotations

from pathlib import Path

from metadata.catalog import Catalog
from metadata.change import Published
from metadata.source import load_folder
from paas.db import Database, upgrade
from paas.kernel import CallContext, Clock, Extensions, system_clock

SHIPPED = Path(__file__).parent / "system"


def install(
    database: Database, extensions: Extensions, *, clock: Clock = system_clock
) -> Published:
    """Bring a tenant up to this version: migrate the engine's tables, ship the system objects.

    Doing it again changes nothing.
    """
    upgrade(database)
    context = CallContext(now=clock(), origin="install")
    return Catalog(database, extensions).ship(context, load_folder(SHIPPED))
