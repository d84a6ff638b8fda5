"""For operators and readers: health, readiness, the catalogue of problems, the tenant's OpenAPI."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from paas.db import read_state
from paas.http.dependency import ExactJSON, TheCall, TheServices
from paas.http.openapi import tenant_document
from paas.http.problem import RouteUnknown, status_of_class
from paas.kernel import LANGUAGES, problems

router = APIRouter(tags=["service"])


@router.get("/healthz")
def health() -> Response:
    """Answer that the process is alive."""
    return ExactJSON({"status": "ok"})


@router.get("/readyz")
def readiness(services: TheServices) -> Response:
    """Answer that the tenant's database can be read."""
    with services.database.read() as connection:
        state = read_state(connection)
    return ExactJSON({"status": "ready", "revision": state.metadata_revision})


@router.get("/problems/{code}")
def problem(code: str) -> Response:
    """Explain one kind of problem: what the `type` of every error points to."""
    for each in problems():
        if each.code == code:
            sentences = dict(zip(LANGUAGES, (each.zh, each.en), strict=True))
            return ExactJSON(
                {
                    "code": code,
                    "title": each.title(),
                    "status": status_of_class(each),
                    "sentences": sentences,
                }
            )
    raise RouteUnknown()


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, call: TheCall) -> Response:
    """Answer the OpenAPI 3.1 document of what this caller can do."""
    return ExactJSON(tenant_document(request.app, call))
