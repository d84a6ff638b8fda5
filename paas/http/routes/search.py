"""Search across objects."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from paas.http.dependency import ExactJSON, TheCall
from runtime import MAX_FOUND, MAX_WORDS, SearchQuery

router = APIRouter(prefix="/api/v1/search", tags=["search"])

_RANGES: dict[str, Any] = {
    "type": "array",
    "description": "Start and end of each match, in characters (code points) of the text.",
    "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
}
_PIECE = {"text": {"type": "string"}, "ranges": _RANGES}
_RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["object", "label", "icon", "id", "name", "matches"],
    "properties": {
        "object": {"type": "string"},
        "label": {"type": "string"},
        "icon": {"type": "string"},
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": ["object", "null"], "required": ["text", "ranges"], "properties": _PIECE},
        "matches": {
            "type": "array",
            "description": "The other fields in which the words were found.",
            "items": {
                "type": "object",
                "required": ["field", "label", "text", "ranges"],
                "properties": {
                    "field": {"type": "string"},
                    "label": {"type": "string"},
                    **_PIECE,
                },
            },
        },
    },
}
_PAGE: dict[str, Any] = {
    "type": "object",
    "required": ["results", "next", "complete"],
    "properties": {
        "results": {"type": "array", "items": _RESULT},
        "next": {"type": ["string", "null"]},
        "complete": {
            "type": "boolean",
            "description": "False when a word is so common that not every record was looked at.",
        },
    },
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "What was found", "content": {"application/json": {"schema": _PAGE}}}
}


@router.get("", responses=_ANSWERS)
def search(
    call: TheCall,
    q: Annotated[str, Query(max_length=MAX_WORDS)] = "",
    objects: Annotated[str | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_FOUND)] = 20,
    cursor: str | None = None,
) -> Response:
    """Answer the records that all words of `q` are found in, the best first."""
    names = tuple(objects.split(",")) if objects else None
    query = SearchQuery(q, objects=names, limit=limit, cursor=cursor or None)
    return ExactJSON(call.services.records.search(call.context, query).body())
