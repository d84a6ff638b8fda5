"""`paas formula check | eval | format | conformance`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import formula
from paas.app.session import ProblemShown, cli_context, cli_language, tenant
from paas.kernel import Violation

formula_app = typer.Typer(help="Check, evaluate and lay out formulas.", no_args_is_help=True)
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


@formula_app.command("eval")
def evaluate(source: Source, object_name: ObjectName, record_id: str) -> None:
    """Show every sub-expression with its value for a record."""
    with tenant() as services:
        with services.database.read() as connection:
            snapshot = services.catalog.snapshot(connection)
        name = snapshot.object(object_name).name
        compiled = formula.compile(source, snapshot.environment(name, change_functions=True))
        steps: list[dict[str, Any]] = services.records.explain(
            cli_context(services), name, record_id, compiled
        )
    for step in steps:
        out.print_json(json.dumps(step, ensure_ascii=False, default=str))


@formula_app.command("format")
def format_(source: Source) -> None:
    """Show the formula laid out readably."""
    with ProblemShown():
        out.print(formula.format_source(source), highlight=False, markup=False)


@formula_app.command()
def conformance(
    files: Annotated[list[Path], typer.Argument(help="Files of cases, one JSON object a line.")],
    target: Annotated[list[str], typer.Option(help="oracle, python, sqlite, postgresql.")] = [  # noqa: B006
        "oracle",
        "python",
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per failing case.")
    ] = False,
) -> None:
    """Count passes, failures and gaps of independent cases; exit code 1 on a failure."""
    failed = False
    for name in target:
        report = formula.run_conformance(files, name)
        failed = failed or bool(report.failures)
        if as_json:
            for failure in report.failures:
                out.print_json(json.dumps(failure.as_dict(), ensure_ascii=False, default=str))
        else:
            out.print(report.summary(), highlight=False, markup=False)
    raise typer.Exit(1 if failed else 0)


def _show(source: str, violation: Violation) -> None:
    out.print(f"{violation.code}: {violation.detail(cli_language())}", highlight=False, markup=False)
    if violation.span is None:
        return
    start, end = violation.span.start, max(violation.span.end, violation.span.start + 1)
    line_start = source.rfind("\n", 0, start) + 1
    line = source[line_start:].split("\n", 1)[0]
    out.print("  " + line, highlight=False, markup=False)
    out.print("  " + " " * (start - line_start) + "^" * (min(end, line_start + len(line)) - start))
