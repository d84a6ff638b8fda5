"""The world of these tests, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formula.targets.sql import sqlite_functions
from paas.db import Database
from tests.integration.runtime.world import World
from tests.support.database import Place


@pytest.fixture
def tenant(place: Place) -> Iterator[Database]:
    """An open database with the functions that formulas need."""
    database = place.open(functions=sqlite_functions())
    yield database
    database.close()


@pytest.fixture
def world(tenant: Database) -> World:
    return World.build(tenant)
