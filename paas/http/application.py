"""The ASGI application of one tenant: hot record routes in front, FastAPI behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from paas.http.dependency import ExactJSON
from paas.http.edge import Caller
from paas.http.hot import Dispatcher
from paas.http.idempotency import OnceOnly
from paas.http.limit import BodyLimit
from paas.http.problem import (
    INVALID_MEMBER,
    MEDIA_TYPE,
    BodyTooLarge,
    MethodNotAllowed,
    RequestMalformed,
    RouteUnknown,
    body_of,
    headers_of,
    internal_body,
    status_of,
)
from paas.http.routes import ROUTERS
from paas.http.service import Services
from paas.http.static import mount_client
from paas.kernel import Problem

log = structlog.get_logger("paas.http")


def create_asgi(services: Services) -> ASGIApp:
    """Return the application that serves `services`; closes them when the server stops."""
    app = create_fastapi(services)
    limited = BodyLimit(app, services.max_body_bytes)
    return Dispatcher(services, OnceOnly(limited, services))


def create_fastapi(services: Services) -> FastAPI:
    """Return the FastAPI part: everything but the record routes."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        services.close()

    app = FastAPI(
        title="Zhuji 筑基",
        version="1",
        summary="Generic APIs over the tenant's own description",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    for router in ROUTERS:
        app.include_router(router)
    mount_client(app, services.static)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)
    return app


def _caller(request: Request) -> Caller:
    known = getattr(request.state, "caller", None)
    return known if isinstance(known, Caller) else Caller(request.scope["headers"])


def _answer(request: Request, problem: Problem) -> Response:
    caller = _caller(request)
    body = body_of(problem, caller.language, instance=request.url.path, trace_id=caller.trace_id)
    return ExactJSON(
        body, status_code=status_of(problem), media_type=MEDIA_TYPE, headers=headers_of(problem)
    )


def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _answer(request, error)


def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(request, RequestMalformed(errors=[_member(each) for each in _all(error)]))


def _all(error: RequestValidationError) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = error.errors()
    return found


def _member(entry: Mapping[str, Any]) -> Any:
    where, *rest = [str(part) for part in entry["loc"]]
    pointer = "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in rest)
    if where != "body":
        pointer = "?" + "/".join(rest)
    return INVALID_MEMBER.at(pointer, reason=entry["msg"])


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return _answer(request, MethodNotAllowed(method=request.method, allowed=_allowed(error)))
    if error.status_code == 404:
        return _answer(request, RouteUnknown())
    if error.status_code == 413:
        services: Services = request.app.state.services
        return _answer(request, BodyTooLarge(limit=services.max_body_bytes))
    return _answer(request, RequestMalformed())


def _allowed(error: HTTPException) -> str:
    return next((v for k, v in (error.headers or {}).items() if k.lower() == "allow"), "")


def _on_bug(request: Request, error: Exception) -> Response:
    caller = _caller(request)
    log.error("request failed", exc_info=error, trace_id=caller.trace_id, path=request.url.path)
    body = internal_body(caller.trace_id, caller.language, request.url.path)
    return ExactJSON(body, status_code=500, media_type=MEDIA_TYPE)
