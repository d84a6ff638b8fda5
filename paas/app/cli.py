"""The command line: `paas run | serve | worker | publish | retrieve | pack | user | formula …`."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from metadata import load_folder, write_folder
from paas.app.demo import install_demo
from paas.app.formula_cli import formula_app
from paas.app.logs import configure_logs
from paas.app.server import GRACE_SECONDS, serve_until_stopped
from paas.app.session import ProblemShown, cli_context, tenant
from paas.app.settings import Settings
from paas.app.tenant import open_tenant, with_workers
from paas.http import Services, create_asgi
from runtime import Workers, refill
from seeds import install_pack, pack_folder

app = typer.Typer(
    name="paas", help="Zhuji 筑基: metadata-driven applications.", no_args_is_help=True
)
app.add_typer(formula_app, name="formula")
out = Console()

Folder = Annotated[Path, typer.Argument(help="Folder of a description or pack.")]


@app.command()
def run(port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None) -> None:
    """Serve the demo: tenant `default` with the CRM pack and sample data."""
    settings = Settings() if port is None else Settings(port=port)
    configure_logs(settings.log_level)
    services = open_tenant(settings)
    sign_ins = install_demo(services)
    out.print(f"\n[bold]Zhuji 筑基[/bold]  http://{settings.host}:{settings.port}\n")
    table = Table("login", "password", "name", "role", title="Demo sign-ins", title_justify="left")
    for each in sign_ins:
        table.add_row(each.login, each.password, each.name, each.role)
    out.print(table)
    _listen(services, settings)


@app.command()
def serve() -> None:
    """Serve the tenant as it is."""
    settings = Settings()
    configure_logs(settings.log_level)
    _listen(open_tenant(settings), settings)


def _listen(services: Services, settings: Settings) -> None:
    workers = Workers(services.jobs, services.tools)
    workers.start(settings.workers)
    config = uvicorn.Config(
        create_asgi(with_workers(services, workers)),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    serve_until_stopped(config, services.streams)


@app.command()
def worker(
    threads: Annotated[int, typer.Option(help="Jobs that run at the same time.", min=1)] = 2,
    once: Annotated[bool, typer.Option("--once", help="Run what is due, then end.")] = False,
) -> None:
    """Run the tenant's jobs in a process of their own."""
    settings = Settings()
    configure_logs(settings.log_level)
    with tenant() as services:
        workers = Workers(services.jobs, services.tools)
        if once:
            out.print(f"{workers.run_due()} jobs run")
            return
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        workers.start(threads)
        ended.wait()
        workers.stop()


@app.command()
def publish(
    folder: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
) -> None:
    """Publish the description in FOLDER in one transaction; definitions are merged."""
    with tenant() as services, ProblemShown():
        changes = load_folder(folder)
        if dry_run:
            plan = services.catalog.plan(changes)
            plan.require_valid()
            changed, ddl = plan.changes, plan.ddl
        else:
            published = services.publish(cli_context(services), changes)
            changed, ddl = published.changes, published.ddl
        for each in changed:
            out.print(f"{each.action:<7} {each.kind:<16} {each.name}")
        out.print(f"{len(changed)} changed, {len(ddl)} statements of DDL")


@app.command()
def retrieve(
    folder: Folder,
    namespace: Annotated[str | None, typer.Option(help="Only this namespace.")] = None,
) -> None:
    """Write the tenant's description into FOLDER; publishing it again changes nothing."""
    with tenant() as services, ProblemShown():
        with services.database.read() as connection:
            snapshot = services.catalog.snapshot(connection)
        written = write_folder(snapshot, folder, kinds=services.catalog.kinds, namespace=namespace)
        out.print(f"{len(written)} files written to {folder}")


@app.command()
def pack(
    name: Annotated[str, typer.Argument(help="A shipped pack's name, or a folder.")],
    sample_data: Annotated[bool, typer.Option(help="Load the sample records too.")] = False,
) -> None:
    """Install a pack: publish its description and load its records."""
    with tenant() as services, ProblemShown():
        report = install_pack(
            services.publish,
            services.records,
            pack_folder(name),
            sample_data=sample_data,
            context=cli_context(services, origin="seed"),
            approvals=services.approvals,
        )
        out.print(report.summary())


@app.command()
def reindex(
    anew: Annotated[
        bool, typer.Option("--anew", help="Make all of them anew, not only what is missing.")
    ] = False,
) -> None:
    """Make what searches need for records that were there before their fields were searchable."""
    with tenant() as services, ProblemShown():
        if anew:
            services.database.write(refill)
        count, _is_done = services.records.fill_search(cli_context(services))
        out.print(f"{count} records read")


@app.command()
def password(login: str, user_id: str) -> None:
    """Give the user with USER_ID the LOGIN; asks for the password."""
    with tenant() as services, ProblemShown():
        secret = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        services.accounts.set_password(user_id, login, secret)


def main() -> None:
    """Run the command line."""
    app()
