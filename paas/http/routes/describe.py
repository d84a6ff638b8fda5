"""What the caller can see of the description."""

from __future__ import annotations

from fastapi import APIRouter, Response

from paas.http.dependency import ExactJSON, TheCall

router = APIRouter(prefix="/api/v1/describe", tags=["describe"])


@router.get("")
def describe_all(call: TheCall) -> Response:
    """Answer the objects the caller can read."""
    return ExactJSON(call.services.records.describe_all(call.context))


@router.get("/{object_name}")
def describe(object_name: str, call: TheCall) -> Response:
    """Answer one object with the fields the caller can read."""
    return ExactJSON(call.services.records.describe(call.context, object_name))
