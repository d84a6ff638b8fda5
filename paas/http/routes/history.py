"""What became of a record: its changes, field by field."""

from __future__ import annotations

from fastapi import APIRouter, Query, Response

from paas.http.dependency import ExactJSON, TheCall
from runtime import HistoryQuery

router = APIRouter(prefix="/api/v1/records", tags=["records"])


@router.get("/{object_name}/{record_id}/history")
def history(
    object_name: str,
    record_id: str,
    call: TheCall,
    fields: str | None = Query(default=None, max_length=20_000),
    limit: int = Query(default=50, ge=1, le=200),
    cursor: str | None = Query(default=None, max_length=2000),
) -> Response:
    """Answer the changes of a record, newest first; of some fields, if they are named."""
    names = tuple(name.strip() for name in fields.split(",")) if fields else None
    query = HistoryQuery(names, limit, cursor)
    answer = call.services.records.history(call.context, object_name, record_id, query)
    return ExactJSON(answer, headers={"cache-control": "no-store"})
