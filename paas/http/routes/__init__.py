"""Everything that is ordinary FastAPI: one router a subject."""

from paas.http.routes import (
    approvals,
    auth,
    changes,
    describe,
    formulas,
    history,
    jobs,
    metadata,
    query,
    search,
    service,
    ui,
)

ROUTERS = (
    auth.router,
    describe.router,
    metadata.router,
    formulas.router,
    query.router,
    ui.router,
    search.router,
    approvals.router,
    jobs.router,
    history.router,
    changes.router,
    service.router,
)

__all__ = ["ROUTERS"]
