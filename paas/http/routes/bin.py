"""The recycle bin: what was deleted, bringing it back, removing it for good."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from paas.http.dependency import ExactJSON, TheCall
from runtime import BinQuery

router = APIRouter(prefix="/api/v1/bin", tags=["records"])


@router.get("")
def entries(
    call: TheCall,
    object_name: Annotated[str | None, Query(alias="object", max_length=63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> Response:
    """Answer what the caller may restore, the last deleted first."""
    answer = call.services.records.bin(call.context, BinQuery(object_name, limit, cursor))
    return ExactJSON(answer, headers={"cache-control": "no-store"})


@router.post("/{entry}/restore")
def restore(entry: str, call: TheCall) -> Response:
    """Bring a deleted record back, with everything that went along with it."""
    restored = call.services.records.restore(call.context, entry)
    records = [
        {"object": name, "id": outcome.id, "version": outcome.version} for name, outcome in restored
    ]
    return ExactJSON({"records": records})


@router.delete("/{entry}", status_code=204)
def purge(entry: str, call: TheCall) -> Response:
    """Remove an entry and the history of its records for good."""
    call.services.records.purge(call.context, entry)
    return Response(status_code=204)
