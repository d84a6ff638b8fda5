"""`paas formula check | eval | explain | format | conformance`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import formula
from paas.app.session import ProblemShown, cli_context, cli_language, err, tenant
from paas.http import FormulaRecord, shown
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


RecordId = Annotated[
    str | None, typer.Option("--id", help="The record; without one the formula reads nothing.")
]


@formula_app.command("eval")
def evaluate(source: Source, object_name: ObjectName, record_id: RecordId = None) -> None:
    """Show a formula's value for a record, read in system mode; nothing for null."""
    with _record(source, object_name, record_id) as record:
        value = shown(record.value())
    out.print("" if value is None else str(value), highlight=False, markup=False, soft_wrap=True)


@formula_app.command()
def explain(source: Source, object_name: ObjectName, record_id: RecordId = None) -> None:
    """Show every part of a formula with its value for a record, and what failed."""
    with _record(source, object_name, record_id) as record:
        found = record.explain()
    for part in found.parts:
        value = shown(part.value)
        text = " ".join(part.text.split())
        line = f"{text}  =  {'NULL' if value is None else value}"
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    for each in found.diagnostics:
        err.print(each.detail(cli_language()), highlight=False, markup=False)


@contextmanager
def _record(source: str, object_name: str, record_id: str | None) -> Iterator[FormulaRecord]:
    with tenant() as services:
        with services.database.read() as connection:
            snapshot = services.catalog.snapshot(connection)
        model = snapshot.object(object_name)
        environment = snapshot.environment(model.name, change_functions=True)
        yield FormulaRecord(
            services.records,
            snapshot,
            cli_context(services),
            made=formula.compile(source, environment),
            model=model,
            record_id=record_id,
        )


@formula_app.command("format")
def format_(source: Source) -> None:
    """Show the formula laid out readably."""
    with ProblemShown():
        out.print(formula.format_source(source), highlight=False, markup=False)


CaseFiles = Annotated[
    list[Path],
    typer.Argument(help="Files of cases, one JSON object per line.", exists=True, dir_okay=False),
]
TargetNames = Annotated[
    list[str], typer.Option("--target", help="oracle, python, sqlite, postgresql or browser.")
]


@formula_app.command()
def conformance(
    files: CaseFiles,
    target: TargetNames = ["oracle", "python"],  # noqa: B006 - typer wants the default itself
    as_json: Annotated[
        bool, typer.Option("--json", help="One line of JSON per failing case.")
    ] = False,
    dsn: Annotated[
        str | None,
        typer.Option(
            help="PostgreSQL server to use; else PAAS_TEST_PG_DSN, else PAAS_DATABASE_URL, "
            "else one is started where its binaries are installed."
        ),
    ] = None,
) -> None:
    """Run independent cases; exit code 1 if one fails, 2 if a target is not to be had here."""
    from paas.app import formula_conformance as proof

    unknown = [name for name in target if name not in proof.TARGETS]
    if unknown:
        err.print(f"no such target: {', '.join(unknown)}; there are {', '.join(proof.TARGETS)}")
        raise typer.Exit(2)
    try:
        cases, reports = proof.run_targets(files, target, dsn)
    except proof.TargetMissing as reason:
        err.print(str(reason), highlight=False, markup=False)
        raise typer.Exit(2) from reason
    sources = {case.id: case.formula for case in cases}
    for report in reports:
        where = err if as_json else out
        where.print(proof.summary(report), highlight=False, markup=False, soft_wrap=True)
        for each in report.failures:
            if as_json:
                print(proof.failing_line(report, each, sources))
            else:
                line = f"  failed {each.id}: {each.reason}  [{sources[each.id]}]"
                out.print(line, highlight=False, markup=False, soft_wrap=True)
    if any(report.failures for report in reports):
        raise typer.Exit(1)


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
