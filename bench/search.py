"""What searching costs: for each record written with and without it, and for each search.

In process, without HTTP: `python -m bench.search` on SQLite, with `PAAS_TEST_PG_DSN` on PostgreSQL
too. Writing compares the same objects with searchable fields and without, in alternating turns.
Searching is measured over `--rows` customers as an administrator and as somebody who owns one in a
thousand of them.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import metadata
import runtime
from bench.along import CONTEXT, tenant
from metadata import Catalog, Change
from paas.db import Database
from paas.kernel import CallContext, Extensions, Principal
from runtime import ListQuery, Records, SearchQuery, WriteCommand

BATCH, SINGLES, ROUNDS, REPEATS = 200, 60, 9, 25
OWNERS = 1000
PLACES = ("北京", "上海", "广州", "深圳", "重庆", "南京", "苏州", "杭州", "成都", "武汉", "西安")
WORDS = "云海川博域翎启恒卓拓景瀚沐砚屿嘉禾樾弈湛棠岚思源"
TRADES = ("软件", "科技", "食品", "医药", "建材", "物流", "服饰", "电子", "新能源", "智能装备")
QUERIES = ("公司", "上海", "云海川", "yhc", "shanghai", "南京 软件", "13800012345", "5678", "zhang")
NOTHING = "没有这样的公司"
SIZES = {
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name = 'paas_search'",
    "postgresql": "SELECT pg_total_relation_size('paas_search')",
}


def describe(*, is_searched: bool) -> list[Change]:
    """Return an object with a name, a telephone number and an e-mail address."""
    said = {"searchable": is_searched}
    fields: list[dict[str, Any]] = [
        {"name": "customer", "type": "text", "length": 120, "indexed": True},
        {"name": "phone", "type": "phone"},
        {"name": "email", "type": "email"},
    ]
    others = [{"name": f"n{number}", "type": "decimal"} for number in range(9)]
    own = {"read": True, "create": True, "update": True}
    documents: list[tuple[str, dict[str, Any]]] = [
        ("object", {"name": "firm", "name_field": "customer"}),
        *(("field", {"object": "firm", **each, **said}) for each in fields),
        *(("field", {"object": "firm", **each}) for each in others),
        ("permission_set", {"name": "own", "objects": {"firm": own}}),
    ]
    return [Change("put", kind, each) for kind, each in documents]


def prepare(database: Database, *, is_searched: bool) -> tuple[Records, Catalog]:
    """Publish the object."""
    extensions = Extensions()
    for package in (metadata, runtime):
        package.register(extensions)
    metadata.install(database, extensions)
    catalog = Catalog(database, extensions)
    catalog.publish(CONTEXT, describe(is_searched=is_searched))
    return Records(database, catalog, extensions), catalog


def firms(count: int, *, seed: int, owners: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield customers as they are in this country."""
    chance = random.Random(seed)
    for number in range(count):
        name = chance.choice(PLACES) + "".join(chance.choices(WORDS, k=3)) + chance.choice(TRADES)
        row: dict[str, Any] = {
            "customer": name + "有限公司",
            "phone": f"138{chance.randrange(10**8):08}",
            "email": f"zhang.{number}@example{chance.randrange(100)}.com",
            **{f"n{each}": each for each in range(9)},
        }
        if owners:
            row["ownerId"] = owners[number % len(owners)]
        yield row


# ---------------------------------------------------------------- writing


def write(records: Records, seed: int, count: int, *, batch: bool, clock: Any) -> dict[str, float]:
    """Create, rename, otherwise change and delete; return seconds for each record."""
    took: dict[str, float] = {}
    ids: list[str] = []
    made = list(firms(count, seed=seed))
    for name, operation, change in (
        ("create", "create", None),
        ("rename", "update", {"customer": "改名以后的有限公司"}),
        ("change of another field", "update", {"n1": 77}),
        ("delete", "delete", {}),
    ):
        rows = made if change is None else [{"id": each, **change} for each in ids]
        commands = [rows] if batch else [[each] for each in rows]
        began = clock()
        outcomes = [
            outcome
            for some in commands
            for outcome in records.write(CONTEXT, WriteCommand(operation, "firm", some))  # type: ignore[arg-type]
        ]
        took[name] = (clock() - began) / count
        ids = [outcome.id or "" for outcome in outcomes]
    return took


def compare_writing(url_of: Callable[[], str], clock: Any) -> str:
    """Return the table of writing."""
    found: dict[tuple[str, str], dict[bool, list[float]]] = {}
    with tenant(url_of()) as one, tenant(url_of()) as other:
        sides = {False: prepare(one, is_searched=False), True: prepare(other, is_searched=True)}
        for turn in range(ROUNDS + 1):
            for is_searched, (records, _catalog) in sorted(sides.items(), reverse=turn % 2 == 1):
                for form, count, batch in (("batch", BATCH, True), ("one by one", SINGLES, False)):
                    took = write(records, turn, count, batch=batch, clock=clock)
                    for operation, seconds in took.items() if turn else ():
                        both = found.setdefault((operation, form), {})
                        both.setdefault(is_searched, []).append(seconds)
    lines = ["| per record | not searchable | searchable | ratio |", "|---|---|---|---|"]
    for (operation, form), both in found.items():
        without, with_ = (statistics.median(both[each]) * 1e6 for each in (False, True))
        ratio = statistics.median(b / a for a, b in zip(both[False], both[True], strict=True))
        lines.append(
            f"| {operation}, {form} | {without:.0f} µs | {with_:.0f} µs | **{ratio:.2f}** |"
        )
    return "\n".join(lines)


# ---------------------------------------------------------------- searching


def compare_searching(url: str, rows: int) -> str:
    """Return the table of searching, and what the tokens take on disk."""
    with tenant(url) as database:
        records, catalog = prepare(database, is_searched=True)
        people = [{"name": f"员工{number}"} for number in range(OWNERS)]
        owners = [
            outcome.id or ""
            for start in range(0, OWNERS, BATCH)
            for outcome in records.write(
                CONTEXT, WriteCommand("create", "user", people[start : start + BATCH])
            )
        ]
        made = firms(rows, seed=1, owners=owners)
        for _each in range(0, rows, BATCH):
            some = [next(made) for _ in range(BATCH)]
            records.write(CONTEXT, WriteCommand("create", "firm", some, is_batch=True))
        with database.read() as connection:
            snapshot = catalog.snapshot(connection)
            tokens = connection.fetch("SELECT count(*) FROM paas_search")[0][0]
            size = connection.fetch(SIZES[database.dialect])[0][0]
        own = snapshot.find("permission_set", "own")
        assert own is not None
        person = Principal(user_id=owners[7], name="", permission_sets=(own.uid,))
        reader = CallContext(now=CONTEXT.now, principal=person, origin="bench")
        lines = [
            f"{rows:,} records, for each {tokens / rows:.0f} tokens and {size / rows:,.0f} bytes.",
            "",
            "| query | everybody's | one's own of a thousand | list filtered by CONTAINS |",
            "|---|---|---|---|",
        ]
        for text in (*QUERIES, NOTHING):
            cells = [_searched(records, context, text) for context in (CONTEXT, reader)]
            cells.append(_listed(records, text))
            lines.append(f"| {text} | " + " | ".join(cells) + " |")
        return "\n".join(lines)


def _searched(records: Records, context: CallContext, text: str) -> str:
    page = records.search(context, SearchQuery(text))
    took = _timed(lambda: records.search(context, SearchQuery(text)))
    more = "" if page.is_complete else ", cut off"
    return f"{took * 1e3:.1f} ms ({len(page.results)}{more})"


def _listed(records: Records, text: str) -> str:
    query = ListQuery(filter=f"CONTAINS(customer, '{text}')", limit=20)
    return f"{_timed(lambda: records.list(CONTEXT, 'firm', query)) * 1e3:.1f} ms"


def _timed(act: Callable[[], Any]) -> float:
    found = []
    for _each in range(REPEATS):
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def main() -> None:
    """Print the tables for each database there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        names = (f"sqlite:///{Path(folder)}/{number}.db" for number in range(1000))
        print("## Search, SQLite (writing in processor time)\n")
        print(compare_writing(names.__next__, time.process_time) + "\n")
        print(compare_searching(next(names), rows))
    dsn = os.environ.get("PAAS_TEST_PG_DSN")
    if dsn:
        print("\n## Search, PostgreSQL (elapsed)\n")
        print(compare_writing(lambda: dsn, time.perf_counter) + "\n")
        print(compare_searching(dsn, rows))


if __name__ == "__main__":
    main()
