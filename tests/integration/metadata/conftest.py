"""A tenant with its system objects, on each dialect."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metadata import Catalog, install
from paas.db import Database
from paas.kernel import CallContext
from tests.unit.metadata.world import EXTENSIONS

CONTEXT = CallContext(now=datetime(2024, 5, 1, 12, tzinfo=UTC))


@pytest.fixture
def tenant(database: Database) -> Database:
    install(database, EXTENSIONS)
    return database


@pytest.fixture
def catalog(tenant: Database) -> Catalog:
    return Catalog(tenant, EXTENSIONS)
