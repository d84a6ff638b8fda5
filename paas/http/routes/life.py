"""Making records void 作废, and valid again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from paas.http.dependency import Call, ExactJSON, TheCall
from paas.http.record import expected_version
from runtime import LifeChange

router = APIRouter(prefix="/api/v1/records", tags=["records"])


IfMatch = Annotated[str | None, Header(max_length=40)]


@router.post("/{object_name}/{record_id}/void")
def void(object_name: str, record_id: str, call: TheCall, if_match: IfMatch = None) -> Response:
    """Make a record void: kept, but neither changed nor listed."""
    return _set(call, LifeChange(object_name, record_id, True, _version(if_match)))


@router.post("/{object_name}/{record_id}/unvoid")
def unvoid(object_name: str, record_id: str, call: TheCall, if_match: IfMatch = None) -> Response:
    """Make a void record valid again."""
    return _set(call, LifeChange(object_name, record_id, False, _version(if_match)))


def _version(if_match: str | None) -> int | None:
    return expected_version(if_match.encode("latin-1") if if_match is not None else None)


def _set(call: Call, change: LifeChange) -> Response:
    outcome = call.services.records.set_life(call.context, change)
    headers = {"etag": f'"{outcome.version}"'}
    return ExactJSON({"id": outcome.id, "version": outcome.version}, headers=headers)
