"""`paas formula check | format`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

import formula
from paas.app.session import ProblemShown, cli_language, tenant
from paas.kernel import Violation

formula_app = typer.Typer(help="Check and lay out formulas.", no_args_is_help=True)
out = Console()

Source = Annotated[str, typer.Argument(help="The formula.")]
ObjectName = Annotated[str, typer.Option("--object", help="Object the formula belongs to.")]


@formula_app.command()
def check(source: Source, object_name: ObjectName, result: str = "boolean") -> None:
    """Show every error of a formula with its position; exit code 1 if there is one."""
    with tenant() as services:
        with services.database.read() as connection:
            snapshot = services.catalog.snapshot(connection)
        name = snapshot.object(object_name).name
        environment = snapshot.environment(name, change_functions=True)
        wanted = formula.Kind(result) if result != "any" else None
        errors = formula.check(source, environment, result=wanted)
    for each in errors:
        _show(source, each)
    if errors:
        raise typer.Exit(1)
    out.print("[green]ok[/green]")


@formula_app.command("format")
def format_(source: Source) -> None:
    """Show the formula laid out readably."""
    with ProblemShown():
        out.print(formula.format_source(source), highlight=False, markup=False)


def _show(source: str, violation: Violation) -> None:
    out.print(
        f"{violation.code}: {violation.detail(cli_language())}", highlight=False, markup=False
    )
    if violation.span is None:
        return
    start, end = violation.span.start, max(violation.span.end, violation.span.start + 1)
    line_start = source.rfind("\n", 0, start) + 1
    line = source[line_start:].split("\n", 1)[0]
    out.print("  " + line, highlight=False, markup=False)
    out.print("  " + " " * (start - line_start) + "^" * (min(end, line_start + len(line)) - start))
