"""What is asked of every server: the rows, and one source of requests per scenario."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.load import Requests, request
from bench.server import Server

BATCH = 200
SECTORS = ("制造", "金融", "零售", "能源", "医药", "物流", "软件", "教育", "农业", "建筑")
INDUSTRIES = tuple(f"{sector}{number:02}" for sector in SECTORS for number in range(100))
STREETS = ("人民路", "中山大道", "建设街", "解放北路", "科技园南区高新路")


def row(number: int) -> dict[str, Any]:
    """Return the account with this number: the same on every server."""
    street = f"{STREETS[number % 5]}{number % 999 + 1}号"
    return {
        "name": f"客户{number:07}",
        "industry": INDUSTRIES[number * 7919 % len(INDUSTRIES)],
        "annualRevenue": (number * 104_729 % 100_000_000) / 100,
        "employees": number % 5000,
        "address": f"广东省深圳市南山区{street}创新大厦{number % 40}层",
    }


def fill(server: Server, rows: int) -> list[str]:
    """Put `rows` accounts into the server's table, over HTTP; return their ids."""
    ids: list[str] = []
    for first in range(0, rows, BATCH):
        records = [row(number) for number in range(first, min(first + BATCH, rows))]
        status, answer = server.call("POST", f"{server.records}/batch", batch_body(records))
        if status != 200:
            raise RuntimeError(f"{server.name} refused the rows: {status} {str(answer)[:800]}")
        ids += [each["id"] for each in answer["results"]]
    return ids


def batch_body(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the body of a batch insert; the hand-written application ignores the rest."""
    return {"operation": "create", "all_or_none": True, "records": records}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request: the status it answers, and where requests come from."""

    name: str
    status: int
    requests: Callable[[Server, list[str]], Requests]
    per_request: int = 1


def reads(server: Server, ids: list[str]) -> Requests:
    """Read records by id, in random order."""
    chance = random.Random(7)
    return lambda: request("GET", f"{server.records}/{chance.choice(ids)}", token=server.token)


def lists(server: Server, _ids: list[str]) -> Requests:
    """List 25 of one industry by falling revenue."""
    chance = random.Random(11)
    ready = [request("GET", server.listing(each), token=server.token) for each in INDUSTRIES]
    return lambda: chance.choice(ready)


def updates(server: Server, ids: list[str]) -> Requests:
    """Change the address and the head count of random records."""
    chance, numbers = random.Random(13), itertools.count()

    def build() -> bytes:
        new = row(next(numbers))
        body = {"address": new["address"], "employees": new["employees"]}
        path = f"{server.records}/{chance.choice(ids)}"
        return request("PATCH", path, token=server.token, body=body)

    return build


_fresh: Iterator[int] = itertools.count(1_000_000)


def creates(server: Server, _ids: list[str]) -> Requests:
    """Create one record after another."""
    return lambda: request("POST", server.records, token=server.token, body=row(next(_fresh)))


def batches(server: Server, _ids: list[str]) -> Requests:
    """Create records in batches of 200; the bodies are made beforehand."""
    made = [
        request(
            "POST",
            f"{server.records}/batch",
            token=server.token,
            body=batch_body([row(next(_fresh)) for _ in range(BATCH)]),
        )
        for _ in range(20)
    ]
    return itertools.cycle(made).__next__


SCENARIOS = (
    Scenario("list 25 of 100,000", 200, lists),
    Scenario("read by id", 200, reads),
    Scenario("update", 200, updates),
    Scenario("create", 201, creates),
    Scenario("batch insert of 200 (rows)", 200, batches, per_request=BATCH),
)
"""In this order: reading first, while every table has the same rows."""
