"""Where a test's own database is, and how to open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from paas.db import Database, open_database


@dataclass(frozen=True)
class Place:
    """An empty database nobody else uses: a file, or a schema on the test server."""

    url: str
    schema: str | None = None

    @property
    def dialect(self) -> str:
        return self.url.partition(":")[0].partition("+")[0]

    def open(self, **options: Any) -> Database:
        """Open it as the product does; the caller closes it."""
        return open_database(self.url, schema=self.schema, **options)
