"""A worker in a process of its own, for tests that kill it: `python -m … URL SCHEMA HOME`."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

from paas.app.settings import Settings
from paas.app.tenant import open_tenant
from runtime import Workers

LONGEST = 120


def main(url: str, schema: str, home: str) -> None:
    """Run the tenant's jobs until somebody kills the process."""
    settings = Settings(database_url=url, database_schema=schema or None, home=Path(home))
    services = open_tenant(settings)
    Workers(services.jobs, services.tools, lease=timedelta(seconds=1), poll=0.05).start(1)
    print("ready", flush=True)
    time.sleep(LONGEST)


if __name__ == "__main__":
    main(*sys.argv[1:])
