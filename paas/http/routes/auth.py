"""Signing in and out, and who I am."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from paas.http.account import Unauthenticated
from paas.http.dependency import Call, ExactJSON, TheCall, TheCaller, TheServices
from paas.http.edge import COOKIE
from paas.http.text import Plain
from paas.kernel import pick
from runtime import WriteCommand
from ui_schema import resolve_navigation

router = APIRouter(prefix="/auth", tags=["auth"])

DEPARTMENT = "department"
SYSTEM_PERMISSIONS = (
    "manage_metadata",
    "manage_users",
    "view_all",
    "modify_all",
    "skip_checks",
    "purge_records",
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Credentials(_Body):
    """What a person signs in with."""

    username: Plain = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=500)


class PasswordChange(_Body):
    """A new password, and the current one as proof."""

    current: str = Field(min_length=1, max_length=500)
    new: str = Field(min_length=1, max_length=500)


class Preferences(_Body):
    """What users may set for themselves."""

    language: Literal["zh-CN", "en-US"]


@router.post("/login")
def login(body: Credentials, request: Request, services: TheServices) -> Response:
    """Sign in to the browser: answers who you are and sets the session cookie."""
    session = services.accounts.sign_in(body.username, body.password, kind="cookie")
    answer = ExactJSON({"user": {"id": session.user_id}})
    lifetime = int((session.expires_at - services.clock()).total_seconds())
    answer.set_cookie(
        COOKIE,
        session.token,
        max_age=lifetime,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer


@router.post("/token")
def token(body: Credentials, services: TheServices) -> Response:
    """Sign in for an app: answers a bearer token."""
    session = services.accounts.sign_in(body.username, body.password, kind="token")
    expires = session.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    return ExactJSON({"token": session.token, "token_type": "bearer", "expires_at": expires})


@router.post("/logout", status_code=204)
def logout(services: TheServices, caller: TheCaller) -> Response:
    """Revoke the cookie or token the request bears."""
    if not caller.token:
        raise Unauthenticated()
    services.accounts.sign_out(caller.token)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/me")
def me(call: TheCall) -> Response:
    """Answer who you are, what you may administer and which apps you have."""
    return ExactJSON(_profile(call))


@router.patch("/me")
def change_me(body: Preferences, call: TheCall) -> Response:
    """Change your own preferences."""
    context = call.context.as_system()
    row = {"id": call.context.user_id, "language": body.language}
    outcome = call.services.records.write(context, WriteCommand("update", "user", [row]))[0]
    if outcome.problem is not None:
        raise outcome.problem
    return ExactJSON({"language": body.language})


@router.post("/password", status_code=204)
def change_password(body: PasswordChange, call: TheCall, caller: TheCaller) -> Response:
    """Change your own password; your other sessions end."""
    user_id = call.context.user_id
    if user_id is None:
        raise Unauthenticated()
    accounts, kept = call.services.accounts, caller.token or ""
    accounts.change_password(user_id, body.current, body.new, kept=kept)
    return Response(status_code=204)


def _department(call: Call, department_id: str) -> dict[str, Any]:
    name = call.snapshot.object(DEPARTMENT).name_field
    row = call.services.records.get(
        call.context.as_system(), DEPARTMENT, department_id, fields=(name,)
    )
    return {"id": department_id, "name": row[name]}


def _profile(call: Call) -> dict[str, Any]:
    context, language = call.context, call.language
    principal = context.principal
    if principal is None:
        raise Unauthenticated()
    role = call.snapshot.find("role", principal.role) if principal.role else None
    department = None
    if principal.department_id:
        department = _department(call, principal.department_id)
    return {
        "id": principal.user_id,
        "name": principal.name,
        "role": {"name": role.name, "label": pick(role.label, language)} if role else None,
        "department": department,
        "language": language,
        "permissions": {name: call.permissions.has(name) for name in SYSTEM_PERMISSIONS},
        "apps": resolve_navigation(call.snapshot, context, call.permissions),
    }
