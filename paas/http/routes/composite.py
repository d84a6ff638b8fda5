"""Several requests in one: composite units of work, and trees of records."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from paas.http.body import exact_object
from paas.http.composite import parts_of, results_object, roots_of, tree_object
from paas.http.dependency import ExactJSON, TheCall
from paas.http.query_schema import COMPOSITE, RESULTS, TREE, TREE_ANSWER, body_of_schema

router = APIRouter(prefix="/api/v1", tags=["composite"])

TheBody = Annotated[dict[str, Any], Depends(exact_object)]


@router.post("/composite", responses=RESULTS, openapi_extra=body_of_schema(COMPOSITE))
def composite(body: TheBody, call: TheCall) -> Response:
    """Run up to 100 requests in one unit of work; `@{ref.field}` uses an earlier answer."""
    parts, all_or_none = parts_of(body)
    results = call.services.records.composite(call.context, parts, all_or_none=all_or_none)
    return ExactJSON(results_object(results, call.context))


@router.post(
    "/records/{object_name}/tree",
    status_code=201,
    responses=TREE_ANSWER,
    openapi_extra=body_of_schema(TREE),
)
def create_tree(object_name: str, body: TheBody, call: TheCall) -> Response:
    """Create up to 200 records with their children, all or none."""
    roots = roots_of(body)
    call.services.records.create_tree(call.context, object_name, roots)
    return ExactJSON(tree_object(roots), status_code=201)
