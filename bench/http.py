"""Drives the product and the hand-written application in interleaved pairs and compares them.

`python -m bench.http [--pairs 15] [--seconds 0.7] [--rows 100000]` prints a Markdown section.
`--self-check` compares the hand-written application with itself: every ratio should be near 1.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import server as servers
from bench.load import CONNECTIONS, drive
from bench.scenario import SCENARIOS, Scenario, fill
from bench.server import Server

MEMORY_TARGET = 200


@dataclass(slots=True)
class Turns:
    """What one server did in one scenario, turn by turn."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)


def main() -> None:
    """Run every scenario and print the report."""
    options = parse()
    servers.pin(os.getpid(), servers.CLIENT_CORE)
    with tempfile.TemporaryDirectory(prefix="zhuji-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        print("## HTTP\n")
        running = start(stack, folder, options)
        if not options.self_check:
            print(memory_after_start(running[0]))
        ids = {each.name: filled(each, options.rows) for each in running}
        print(introduction(options))
        print(head(running))
        for scenario in chosen(options.only):
            print(line(scenario, running, compare(scenario, running, ids, options)), flush=True)
        print()
        for each in running:
            print(f"- memory of {each.name} after all that: {each.memory():.0f} MiB")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="bench.http", description=__doc__)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.7, help="length of one turn")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", default="", help="part of a scenario's name")
    parser.add_argument("--self-check", action="store_true")
    return parser.parse_args()


def start(stack: ExitStack, folder: Path, options: argparse.Namespace) -> list[Server]:
    """Start the servers; the first is the one in question."""
    if options.self_check:
        (folder / "twin").mkdir()
        twin = stack.enter_context(servers.floor(folder / "twin", synchronous="FULL"))
        first = Server("twin", twin.port, twin.pid, twin.token, twin.records, twin.list_path)
    else:
        first = stack.enter_context(servers.product(folder))
    return [first] + [
        stack.enter_context(servers.floor(folder, synchronous=each)) for each in ("FULL", "NORMAL")
    ]


def memory_after_start(server: Server) -> str:
    """Return the line that says what a server with the CRM pack weighs."""
    server.call("GET", "/api/v1/describe")
    used = server.memory()
    verdict = "within" if used <= MEMORY_TARGET else "OVER"
    return (
        f"Memory after start with the CRM pack: **{used:.0f} MiB** ({verdict} {MEMORY_TARGET}).\n"
    )


def filled(server: Server, rows: int) -> list[str]:
    """Fill the server's table and say so."""
    print(f"filling {server.name} with {rows} rows", file=sys.stderr)
    return fill(server, rows)


def chosen(part: str) -> Sequence[Scenario]:
    """Return the scenarios whose name contains `part`."""
    return [each for each in SCENARIOS if part in each.name]


def compare(
    scenario: Scenario,
    running: list[Server],
    ids: dict[str, list[str]],
    options: argparse.Namespace,
) -> dict[str, Turns]:
    """Let the servers take turns, another beginning each time; the first pair does not count."""
    print(f"measuring: {scenario.name}", file=sys.stderr)
    requests = {each.name: scenario.requests(each, ids[each.name]) for each in running}
    turns = {each.name: Turns() for each in running}
    for pair in range(options.pairs + 1):
        first = pair % len(running)
        for each in running[first:] + running[:first]:
            cpu = each.cpu()
            burst = drive(
                each.port, requests[each.name], status=scenario.status, seconds=options.seconds
            )
            if pair:
                turn = turns[each.name]
                turn.rates.append(burst.rate * scenario.per_request)
                answers = burst.answers * scenario.per_request
                turn.cpu.append((each.cpu() - cpu) / answers * 1000)
                turn.p99.append(burst.percentile(0.99))
                turn.client.append(burst.client_cpu / burst.seconds)
    return turns


def introduction(options: argparse.Namespace) -> str:
    """Return the paragraph that says what was done."""
    return (
        f"{options.rows:,} rows, {CONNECTIONS} connections, {options.pairs} interleaved turns of"
        f" {options.seconds} s each, server and client on a core of their own. A rate is per second"
        " (server CPU in ms per answer, p99 latency in ms). A ratio is the median over the pairs"
        " (first to third quartile); above 1 is faster than the hand-written application. Client is"
        " the load client's own share of its core: near 100 % it is the limit, not the server.\n"
    )


def head(running: list[Server]) -> str:
    """Return the head of the table."""
    names = [each.name for each in running]
    cells = ["scenario", *names, *(f"{names[0]} ÷ {each}" for each in names[1:]), "client"]
    return "| " + " | ".join(cells) + " |\n" + "|---" * len(cells) + "|"


def line(scenario: Scenario, running: list[Server], turns: dict[str, Turns]) -> str:
    """Return a scenario's row of the table."""
    mine = turns[running[0].name]
    cells = [scenario.name, *(rate(turns[each.name]) for each in running)]
    cells += [ratio(mine, turns[each.name]) for each in running[1:]]
    cells.append(f"{max(statistics.median(each.client) for each in turns.values()):.0%}")
    return "| " + " | ".join(cells) + " |"


def rate(turns: Turns) -> str:
    """Return a server's cell: rate, CPU, latency."""
    middle = statistics.median
    return f"{middle(turns.rates):,.0f} ({middle(turns.cpu):.3f} · {middle(turns.p99):.1f})"


def ratio(mine: Turns, other: Turns) -> str:
    """Return the median of the pairs' ratios and their spread."""
    ratios = [a / b for a, b in zip(mine.rates, other.rates, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else [ratios[0]] * 3
    return f"**{middle:.2f}** ({low:.2f}–{high:.2f})"


if __name__ == "__main__":
    main()
