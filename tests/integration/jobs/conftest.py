"""A tenant with a queue, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from formula.targets.sql import sqlite_functions
from tests.integration.jobs.shop import Shop
from tests.support.database import Place


@pytest.fixture
def shop(place: Place, tmp_path: Path) -> Iterator[Shop]:
    database = place.open(functions=sqlite_functions())
    made = Shop.build(database, spool=tmp_path / "spool")
    yield made
    made.workers.stop()
    database.close()
