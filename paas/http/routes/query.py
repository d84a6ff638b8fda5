"""Queries across objects: as text or as JSON, and how the database would go about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

import runtime
from paas.http.body import exact_object
from paas.http.dependency import ExactJSON, TheCall
from paas.http.problem import INVALID_MEMBER, INVALID_PARAMETER, RequestMalformed
from paas.http.query_schema import ADVICE, ANSWER, EXPLAINED, PARAMETERS, QUERY, body_of_schema
from paas.http.record import list_query_of
from runtime import read_query

router = APIRouter(prefix="/api/v1/query", tags=["query"])

TheBody = Annotated[dict[str, Any], Depends(exact_object)]
PARAMETER = "param."
KNOWN = frozenset({"q", "cursor", "count"})


@router.get("", responses=ANSWER, openapi_extra={"parameters": PARAMETERS})
def query_by_text(request: Request, call: TheCall) -> Response:
    """Answer a query in the query language; `param.NAME` gives a value for `:NAME`."""
    asked = _asked(request)
    return _json(call.services.records.encode_query(call.context, asked))


@router.post("", responses=ANSWER, openapi_extra=body_of_schema(QUERY))
def query(body: TheBody, call: TheCall) -> Response:
    """Answer a query, given as text in `query` or as members."""
    asked = runtime.read_body(body)
    return _json(call.services.records.encode_query(call.context, asked))


@router.post("/explain", responses=ADVICE, openapi_extra=body_of_schema(EXPLAINED))
def explain(body: TheBody, call: TheCall) -> Response:
    """Answer which indexes a query or a list uses, and which would make it cheaper."""
    records = call.services.records
    if "list" in body:
        name, listed = _list_of(body)
        advice = records.explain_list(call.context, name, listed)
    else:
        advice = records.explain(call.context, runtime.read_body(body))
    return ExactJSON({"statements": [each.shown(call.language) for each in advice]})


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _asked(request: Request) -> runtime.Request:
    given = request.query_params
    pairs = given.multi_items()
    unknown = [name for name, _value in pairs if name not in KNOWN and not _is_parameter(name)]
    errors = [INVALID_PARAMETER.at(f"?{name[:80]}", reason="unknown") for name in unknown]
    if len(dict(pairs)) != len(pairs):
        errors.append(INVALID_PARAMETER.at("?", reason="repeated"))
    if "q" not in given:
        errors.append(INVALID_PARAMETER.at("?q", reason="required"))
    if given.get("count", "false") not in ("true", "false"):
        errors.append(INVALID_PARAMETER.at("?count", reason="true, false"))
    if errors:
        raise RequestMalformed(errors=errors)
    parameters = {
        name.removeprefix(PARAMETER): value for name, value in pairs if _is_parameter(name)
    }
    return runtime.Request(
        read_query(given["q"]), parameters, given.get("cursor"), given.get("count") == "true"
    )


def _is_parameter(name: str) -> bool:
    return name.startswith(PARAMETER)


def _list_of(body: Mapping[str, Any]) -> tuple[str, runtime.ListQuery]:
    listed = body["list"]
    if not isinstance(listed, Mapping) or len(body) > 1:
        raise RequestMalformed(errors=[INVALID_MEMBER.at("/list", reason="JSON object")])
    given = {name: value for name, value in listed.items() if name != "object"}
    name = listed.get("object")
    errors = [
        INVALID_MEMBER.at(f"/list/{key[:80]}", reason="text")
        for key, value in (("object", name), *given.items())
        if not isinstance(value, str)
    ]
    if errors:
        raise RequestMalformed(errors=errors)
    return str(name), list_query_of(given)
