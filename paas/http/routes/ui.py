"""UI schemas, resolved for the caller, and their published JSON Schema."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import APIRouter, Request, Response

import ui_schema
from paas.http.dependency import Call, ExactJSON, TheCall, tagged
from paas.http.formula_record import shown
from runtime import value_at
from workflow import ApprovalFlowDef

router = APIRouter(prefix="/api/v1/ui", tags=["ui"])


@router.get("/schema.json")
def schema() -> Response:
    """Answer the JSON Schema every UI schema conforms to."""
    return ExactJSON(ui_schema.json_schema())


@router.get("/navigation")
def navigation(call: TheCall) -> Response:
    """Answer the apps and tabs the caller has."""
    return ExactJSON(
        {"apps": ui_schema.resolve_navigation(call.snapshot, call.context, call.permissions)}
    )


@router.get("/{object_name}/list")
def list_page(
    object_name: str, call: TheCall, request: Request, view: str | None = None
) -> Response:
    """Answer the list page of an object, under one of its views."""
    page = ui_schema.resolve_list(
        call.snapshot, call.context, call.permissions, object_name, view=view
    )
    return tagged(request, page["etag"], lambda: page)


@router.get("/{object_name}/form")
def form_page(
    object_name: str,
    call: TheCall,
    request: Request,
    record_type: str | None = None,
    id: str | None = None,
) -> Response:
    """Answer the form to create a record, or to edit the record `id`."""
    page = ui_schema.resolve_form(
        call.snapshot,
        call.context,
        call.permissions,
        object_name,
        record_type=_record_type(call, object_name, id) if id else record_type,
        mode="edit" if id else "create",
    )
    return _with_globals(page, call, request)


@router.get("/{object_name}/detail")
def detail_page(
    object_name: str,
    call: TheCall,
    request: Request,
    id: str | None = None,
    record_type: str | None = None,
) -> Response:
    """Answer the page that shows a record."""
    page = ui_schema.resolve_detail(
        call.snapshot,
        call.context,
        call.permissions,
        object_name,
        record_type=_record_type(call, object_name, id) if id else record_type,
        can_submit=_has_flow(call, object_name),
    )
    return _with_globals(page, call, request)


def _with_globals(page: dict[str, Any], call: Call, request: Request) -> Response:
    """Answer a page with what its conditions read besides records; the page itself is kept."""
    paths = {path for each in page["conditions"].values() for path in each["globals"]}
    if not paths:
        return tagged(request, page["etag"], lambda: page)
    asked = {tuple(path.split(".")) for path in paths}
    known = call.services.records.known(call.snapshot, call.context, asked)
    values = {path: shown(value_at(known, path.split("."))) for path in sorted(paths)}
    mark = hashlib.sha256(repr(values).encode()).hexdigest()[:12]
    etag = f"{page['etag']}-{mark}"
    return tagged(request, etag, lambda: {**page, "globals": values, "etag": etag})


def _has_flow(call: Call, object_name: str) -> bool:
    flows = call.snapshot.definitions(ApprovalFlowDef, parent=object_name)
    return any(each.active for each in flows)


def _record_type(call: Call, object_name: str, record_id: str) -> str | None:
    """Return a record's type, which chooses its layout even for those who may not read the field.

    The record itself must be there for the caller.
    """
    records = call.services.records
    records.get(call.context, object_name, record_id, fields=("id",))
    known = records.get(call.context.as_system(), object_name, record_id, fields=("entityType",))
    return known.get("entityType")
