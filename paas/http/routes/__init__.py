"""Everything that is ordinary FastAPI: one router a subject."""

from paas.http.routes import (
    approvals,
    auth,
    bin,
    bulk,
    changes,
    composite,
    describe,
    exports,
    formulas,
    history,
    imports,
    jobs,
    life,
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
    composite.router,
    ui.router,
    search.router,
    approvals.router,
    bulk.router,
    jobs.router,
    imports.router,
    exports.router,
    history.router,
    changes.router,
    bin.router,
    life.router,
    service.router,
)

__all__ = ["ROUTERS"]
