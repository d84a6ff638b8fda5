"""A world with one object that has a field of every type, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formula.targets.sql import sqlite_functions
from tests.conformance.field_types.samples import SAMPLES
from tests.integration.runtime.world import World
from tests.support.database import Place


@pytest.fixture
def world(place: Place) -> Iterator[World]:
    database = place.open(functions=sqlite_functions())
    world = World.build(database)
    world.publish(
        ("object", {"name": "thing", "label": "事物", "name_field": "f_text"}),
        *(
            ("field", {"object": "thing", "name": f"f_{type}", "label": type, "type": type, **more})
            for type, (more, _pairs) in SAMPLES.items()
        ),
    )
    yield world
    database.close()
