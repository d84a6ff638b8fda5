"""A chunk takes as many statements as its description asks for, whatever its rows."""

from __future__ import annotations

from typing import Any

import pytest

from runtime import Load, Work
from runtime.exchange.chunk import Chunk
from runtime.exchange.load import fill_chunk
from tests.integration.jobs.shop import Shop
from tests.integration.runtime.world import valid


@pytest.mark.parametrize("operation", ["create", "upsert"])
def test_the_number_of_statements_does_not_depend_on_the_rows(shop: Shop, operation: Any) -> None:
    match_by = "taxCode" if operation == "upsert" else None
    load = Load("account", operation, match_by=match_by, is_undoable=True)
    shop.world.create("account", **valid(taxCode="P"))

    def statements(count: int) -> int:
        if operation == "upsert":
            for number in range(count // 2):
                shop.world.create("account", **valid(taxCode=f"{count}-{number}"))
        rows: list[Any] = [
            valid(taxCode=f"{count}-{number}", parentAccountId={"taxCode": "P"}, staff=number)
            for number in range(count)
        ]
        rows[-1]["address"] = "短"

        def act(work: Work) -> int:
            before = work.connection.statements
            chunk = Chunk(0, 0)
            fill_chunk(load, rows, chunk, work)
            assert (chunk.row_count, chunk.failed) == (count, 1)
            spent = work.connection.statements - before
            assert len(chunk.before) + len(chunk.created) == count - 1
            return spent

        return shop.tools.records.begin(shop.system, act)

    assert statements(6) == statements(120)
