"""The composition root: puts one tenant's services together from a set of settings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

import formula
import metadata
import runtime
import ui_schema
import workflow
from formula.targets.sql import sqlite_functions
from metadata import Catalog, Change, Published, Snapshot
from paas.app.person import FAREWELL
from paas.app.role import GUARD, RoleMirror
from paas.app.settings import Settings
from paas.db import Connection, Database, open_database
from paas.http import FORGETTING, Accounts, Services, Streams
from paas.kernel import CallContext, Clock, Extensions, system_clock
from runtime import (
    FILL_NOW,
    JOB_KINDS,
    ORGANIZATION_ID,
    PARTICIPANTS,
    Jobs,
    RecordDuplicate,
    Records,
    Retention,
    Tools,
    Workers,
    establish,
    forget_slots,
    retention_job,
    to_fill,
)
from workflow import Approvals

PLUGINS = "paas.plugins"
FILL_STEPS = 30
"""Steps of preparing searches that a publish does itself; a job does the rest."""


def compose_extensions(settings: Settings) -> Extensions:
    """Return every built-in and installed extension, frozen."""
    extensions = Extensions()
    for package in (formula, metadata, runtime, workflow, ui_schema):
        package.register(extensions)
    extensions.register(PARTICIPANTS, GUARD, FAREWELL)
    keep = Retention(
        history_days=settings.history_days,
        events_days=settings.events_days,
        bin_days=settings.bin_days,
    )
    extensions.register(JOB_KINDS, retention_job(keep))
    extensions.register(JOB_KINDS, FORGETTING)
    for plugin in entry_points(group=PLUGINS):
        plugin.load()(extensions)
    return extensions.freeze()


def open_tenant(settings: Settings, *, clock: Clock = system_clock) -> Services:
    """Open the tenant's database, set it up if it is new, and return its services."""
    if settings.url.startswith("sqlite:///"):
        Path(settings.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    database = open_database(
        settings.url, schema=settings.schema_name, functions=sqlite_functions()
    )
    try:
        return _assemble(settings, database, clock)
    except BaseException:
        database.close()
        raise


def _assemble(settings: Settings, database: Database, clock: Clock) -> Services:
    extensions = compose_extensions(settings)
    metadata.install(database, extensions)
    catalog = Catalog(database, extensions)
    records = Records(database, catalog, extensions)
    zone = _establish(records, settings, clock)
    jobs = Jobs(database, extensions, clock)
    tools = Tools(
        database=database,
        catalog=catalog,
        records=records,
        extensions=extensions,
        clock=clock,
        zone=zone,
        spool=settings.spool_folder,
    )
    approvals = Approvals(records, database, catalog, records.capability, extensions)
    mirror = RoleMirror(records)

    def publish(context: CallContext, changes: Sequence[Change]) -> Published:
        mirrored = mirror.after(context)

        def after(connection: Connection, new: Snapshot, old: Snapshot) -> None:
            mirrored(connection, new, old)
            forget_slots(connection, new, old)
            for job in to_fill(new, old):
                jobs.enqueue_on(connection, context.as_system(), job)

        published = catalog.publish(context, changes, after=after)
        if published.changes and not records.fill_search(context, steps=FILL_STEPS)[1]:
            jobs.enqueue(context.as_system(), FILL_NOW)
        return published

    return Services(
        tenant=settings.tenant,
        database=database,
        catalog=catalog,
        records=records,
        jobs=jobs,
        tools=tools,
        approvals=approvals,
        accounts=Accounts(database, catalog, clock),
        publish=publish,
        streams=Streams(records.last_change, database.commits, limit=settings.streams),
        extensions=extensions,
        clock=clock,
        zone=zone,
        max_body_bytes=settings.max_body_bytes,
        max_upload_bytes=settings.max_upload_bytes,
        static=settings.client or _client(),
        close=database.close,
    )


def with_workers(services: Services, workers: Workers) -> Services:
    """Return the services as they are where workers run: closing them stops the workers first."""

    def close() -> None:
        workers.stop()
        services.close()

    return replace(services, close=close)


def _establish(records: Records, settings: Settings, clock: Clock) -> str:
    """See that there is a record of the organisation, and return its time zone.

    Another process may be adding the record too.
    """
    context = CallContext(now=clock(), origin="install")
    values = {"name": settings.tenant, "timeZone": settings.zone}
    with suppress(RecordDuplicate):
        records.begin(context, lambda work: establish(work, **values))
    found = records.get(context, "organization", ORGANIZATION_ID, fields=("timeZone",))
    return found["timeZone"] or settings.zone


def _client() -> Path | None:
    """Return the built web client: the packaged one, else the checkout's."""
    here = Path(__file__).resolve()
    for folder in (here.parents[1] / "http" / "static", here.parents[2] / "web" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None
