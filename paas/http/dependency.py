"""What FastAPI routes ask for: the services, the caller's context, permissions, JSON answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response

from metadata import Snapshot
from paas.http.edge import Caller, context_of
from paas.http.problem import dumps
from paas.http.service import Services
from paas.kernel import CallContext, Kind, Problem
from runtime import Permissions


class PermissionMissing(Problem):
    """Permission missing."""

    code = "access.permission_missing"
    kind = Kind.FORBIDDEN
    zh = "您没有“{permission}”权限。"
    en = "You lack the permission “{permission}”."


class ExactJSON(Response):
    """A JSON response that keeps decimals exact."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the body's bytes."""
        return dumps(content)


def services_of(request: Request) -> Services:
    """Return the tenant's services."""
    return cast("Services", request.app.state.services)


def caller_of(request: Request) -> Caller:
    """Return what the headers say, after the cross-site check."""
    caller = Caller(request.scope["headers"])
    request.state.caller = caller
    caller.check_same_site(request.method)
    return caller


TheServices = Annotated[Services, Depends(services_of)]
TheCaller = Annotated[Caller, Depends(caller_of)]


class Call:
    """One signed-in call: its context, and the snapshot and permissions it is pinned to."""

    def __init__(self, services: Services, caller: Caller) -> None:
        self.services = services
        with services.database.read() as connection:
            self.context: CallContext = context_of(services, connection, caller)
            self.snapshot: Snapshot = services.catalog.snapshot(connection)
        self.permissions: Permissions = Permissions.of(self.context, self.snapshot)

    @property
    def language(self) -> str:
        """Return the language to answer in."""
        return self.context.language

    def require(self, permission: str) -> None:
        """Refuse callers without a system permission."""
        if not self.permissions.has(permission):
            raise PermissionMissing(permission=permission)


def call_of(services: TheServices, caller: TheCaller) -> Call:
    """Return the signed-in call; raises `Unauthenticated`."""
    return Call(services, caller)


def administrator_call(call: Annotated[Call, Depends(call_of)]) -> Call:
    """Return the call of somebody who may change the description."""
    call.require("manage_metadata")
    return call


TheCall = Annotated[Call, Depends(call_of)]
TheAdministratorCall = Annotated[Call, Depends(administrator_call)]


def tagged(request: Request, etag: str, render: Callable[[], Any]) -> Response:
    """Answer `render()` under an ETag, or 304 when the caller has it already."""
    tag = f'"{etag}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return ExactJSON(render(), headers=headers)
