"""The tenant's OpenAPI 3.1: the fixed routes plus typed record routes for what a caller can see.

Computed from the snapshot and the caller's permissions, kept in the snapshot's plans, so it
changes exactly when the description or the permissions do.
"""

from __future__ import annotations

import copy
from typing import Any

from fastapi import FastAPI

from metadata import FieldModel, ObjectModel, Storage
from paas.http.dependency import Call
from paas.http.record import MAX_BATCH, MAX_LIMIT
from paas.kernel import pick
from runtime import MAX_WORDS

PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail", "code", "trace_id", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

PROBLEM_RESPONSE: dict[str, Any] = {
    "description": "A problem document",
    "content": {"application/problem+json": {"schema": PROBLEM_REF}},
}


def tenant_document(app: FastAPI, call: Call) -> dict[str, Any]:
    """Return the document for the caller."""
    key = ("openapi", call.permissions.key, call.language)
    return call.snapshot.plan(key, lambda: _build(app, call))


def _build(app: FastAPI, call: Call) -> dict[str, Any]:
    document = copy.deepcopy(app.openapi())
    components = document.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"bearer": []}]
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = PROBLEM_RESPONSE
    for name in call.snapshot.objects:
        model = call.snapshot.object(name)
        if call.permissions.may(model, "read"):
            _add_object(document["paths"], schemas, model, call)
    for path in document["paths"].values():
        if "post" in path:
            path["post"].setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    return document


def _add_object(
    paths: dict[str, Any], schemas: dict[str, Any], model: ObjectModel, call: Call
) -> None:
    readable = call.permissions.readable_fields(model)
    writable = call.permissions.writable_fields(model)
    name, label = model.name, pick(model.label, call.language)
    shown = {each: _schema(f, call) for each, f in model.fields.items() if each in readable}
    schemas[name] = {"type": "object", "title": label, "properties": shown}
    given = {each: _schema(f, call) for each, f in model.fields.items() if each in writable}
    schemas[f"{name}.write"] = {
        "type": "object",
        "title": label,
        "properties": given,
        "additionalProperties": False,
    }
    base = f"/api/v1/records/{name}"
    paths[base] = {
        "get": _operation(f"list {name}", label, 200, _page(name), _list_parameters()),
    }
    paths[f"{base}/{{id}}"] = {
        "get": _operation(
            f"get {name}",
            label,
            200,
            _ref(name),
            [
                _ID,
                _query("fields", {"type": "string"}),
                _query("asOf", {"type": "string", "format": "date-time"}),
            ],
        ),
    }
    writers = [each for each in ("create", "update", "delete") if call.permissions.may(model, each)]
    if "create" in writers:
        paths[base]["post"] = _operation(
            f"create {name}", label, 201, _ref(name), [], _ref(f"{name}.write")
        )
    if "update" in writers:
        paths[f"{base}/{{id}}"]["patch"] = _operation(
            f"update {name}", label, 200, _ref(name), [_ID, _IF_MATCH], _ref(f"{name}.write")
        )
    if "delete" in writers:
        paths[f"{base}/{{id}}"]["delete"] = _operation(
            f"delete {name}", label, 204, None, [_ID, _IF_MATCH]
        )
    if {"create", "update"} <= set(writers):
        writers.append("upsert")
        by_key = [_KEY_FIELD, _KEY_VALUE, _IF_MATCH]
        put = _operation(f"upsert {name}", label, 200, _ref(name), by_key, _ref(f"{name}.write"))
        put["responses"]["201"] = put["responses"]["200"]
        paths[f"{base}/by/{{field}}/{{value}}"] = {"put": put}
    if writers:
        paths[f"{base}/batch"] = {
            "post": _operation(
                f"batch {name}", label, 200, _BATCH_ANSWER, [], _batch_body(name, writers)
            )
        }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeated request under the same key is answered as the first one was.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
_KEY_FIELD = {"name": "field", "in": "path", "required": True, "schema": {"type": "string"}}
_KEY_VALUE = {"name": "value", "in": "path", "required": True, "schema": {"type": "string"}}
_IF_MATCH = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"}}


def _list_parameters() -> list[dict[str, Any]]:
    text = {"type": "string"}
    return [
        _query("fields", text),
        _query("filter", text),
        _query("sort", text),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}),
        _query("cursor", text),
        _query("count", {"type": "boolean"}),
        _query("search", text | {"maxLength": MAX_WORDS}),
    ]


def _page(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["records", "next"],
        "properties": {
            "records": {"type": "array", "items": _ref(name)},
            "next": {"type": ["string", "null"]},
            "count": {"type": "integer"},
        },
    }


def _batch_body(name: str, operations: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["operation", "records"],
        "additionalProperties": False,
        "properties": {
            "operation": {"enum": operations},
            "records": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_BATCH,
                "items": {"type": "object"},
            },
            "all_or_none": {"type": "boolean", "default": True},
            "match_by": {"type": "string"},
        },
    }


_BATCH_ANSWER = {
    "type": "object",
    "required": ["results"],
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": ["string", "null"]},
                    "version": {"type": "integer"},
                    "created": {"type": "boolean"},
                    "error": PROBLEM_REF,
                },
            },
        }
    },
}


def _operation(
    identity: str,
    label: str,
    status: int,
    answer: dict[str, Any] | None,
    parameters: list[dict[str, Any]],
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    response: dict[str, Any] = {"description": label}
    if answer is not None:
        response["content"] = {"application/json": {"schema": answer}}
    operation: dict[str, Any] = {
        "operationId": identity.replace(" ", "_"),
        "summary": label,
        "tags": ["records"],
        "parameters": parameters,
        "responses": {str(status): response, "default": PROBLEM_RESPONSE},
    }
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    return operation


_JSON_TYPES: dict[Storage, dict[str, Any]] = {
    Storage.TEXT: {"type": ["string", "null"]},
    Storage.INTEGER: {"type": ["integer", "null"]},
    Storage.DECIMAL: {"type": ["number", "null"]},
    Storage.BOOLEAN: {"type": ["boolean", "null"]},
    Storage.DATE: {"type": ["string", "null"], "format": "date"},
    Storage.DATETIME: {"type": ["string", "null"], "format": "date-time"},
    Storage.TIME: {"type": ["string", "null"], "format": "time"},
    Storage.REFERENCE: {"type": ["string", "null"], "format": "uuid"},
    Storage.SEVERAL: {"type": ["array", "null"], "items": {"type": "string"}},
    Storage.PLACE: {"type": ["object", "null"]},
    Storage.DOCUMENT: {},
}


def _schema(field: FieldModel, call: Call) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": pick(field.label, call.language)}
    if field.type.storage is None:
        return schema
    declared = field.type.traits.schema
    schema.update(_JSON_TYPES[field.type.storage] if declared is None else declared)
    if field.definition.length and field.type.storage is Storage.TEXT:
        schema["maxLength"] = field.definition.length
    choices = [each.value for each in field.values]
    if choices and field.type.storage is Storage.SEVERAL:
        schema["items"] = {"type": "string", "enum": choices}
    elif choices:
        schema["enum"] = [*choices, None]
    return schema
