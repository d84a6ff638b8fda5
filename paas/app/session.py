"""What every command shares: the opened tenant, its context, problems shown instead of raised."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import typer
from rich.console import Console

from paas.app.settings import Settings
from paas.app.tenant import open_tenant
from paas.http import Services
from paas.kernel import CallContext, Problem, uuid7

err = Console(stderr=True)


def cli_language() -> str:
    """Return the language to speak: English where the locale says so, else Chinese."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en-US" if locale.startswith("en") else "zh-CN"


def cli_context(services: Services, *, origin: str = "cli") -> CallContext:
    """Return a system-mode context for work done at the command line."""
    return CallContext(
        now=services.clock(),
        language=cli_language(),
        zone=services.zone,
        origin=origin,
        trace_id=uuid7(),
    )


@contextmanager
def tenant() -> Iterator[Services]:
    """Open the tenant the settings name, and close it afterwards."""
    with ProblemShown():
        services = open_tenant(Settings())
        try:
            yield services
        finally:
            services.close()


class ProblemShown:
    """Turns a problem into sentences on standard error and exit code 1."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, Problem):
            return
        language = cli_language()
        err.print(f"[red]{error.code}[/red] {error.detail(language)}", highlight=False)
        for each in error.errors:
            place = each.pointer or ""
            if each.span is not None:
                place += f" [{each.span.start}–{each.span.end}]"
            err.print(
                f"  {place} {each.code}: {each.detail(language)}", highlight=False, markup=False
            )
        raise typer.Exit(1)
