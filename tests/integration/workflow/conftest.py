"""The office of these tests, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formula.targets.sql import sqlite_functions
from tests.integration.workflow.office import Office
from tests.support.database import Place


@pytest.fixture
def office(place: Place) -> Iterator[Office]:
    database = place.open(functions=sqlite_functions())
    yield Office.build(database)
    database.close()
