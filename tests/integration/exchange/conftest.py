"""A tenant with a queue and a spool, and an object with a field of every type, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from formula.targets.sql import sqlite_functions
from tests.conformance.field_types.samples import SAMPLES
from tests.integration.jobs.shop import Shop
from tests.support.database import Place


@pytest.fixture
def shop(place: Place, tmp_path: Path) -> Iterator[Shop]:
    database = place.open(functions=sqlite_functions())
    made = Shop.build(database, spool=tmp_path / "spool")
    made.world.publish(
        ("object", {"name": "thing", "label": "事物", "name_field": "f_text"}),
        ("field", {"object": "thing", "name": "code", "type": "text", "unique": True}),
        *(
            ("field", {"object": "thing", "name": f"f_{type}", "label": type, "type": type, **more})
            for type, (more, _pairs) in SAMPLES.items()
        ),
    )
    yield made
    made.workers.stop()
    database.close()
