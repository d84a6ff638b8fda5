"""The built web client: hashed assets for ever, and the one page for every other address."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from paas.http.problem import RouteUnknown

IMMUTABLE = "public, max-age=31536000, immutable"
SERVER_PATHS = ("api/", "auth/", "assets/", "problems/")
SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class _Assets(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = IMMUTABLE
        return response


def mount_client(app: FastAPI, folder: Path | None) -> None:
    """Serve the client built in `folder`; without one, the API stands alone."""
    if folder is None:
        return
    # Addresses are compared with what is there and never looked up in the file system.
    files = {each.name for each in folder.iterdir() if each.is_file()}
    app.mount("/assets", _Assets(directory=folder / "assets"), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str) -> Response:
        if path.startswith(SERVER_PATHS):
            raise RouteUnknown()
        if path in files:
            return FileResponse(folder / path, headers=SECURITY_HEADERS)
        headers = {**SECURITY_HEADERS, "cache-control": "no-cache"}
        return FileResponse(folder / "index.html", headers=headers)
