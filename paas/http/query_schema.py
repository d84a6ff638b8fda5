"""Queries, composite requests and trees as JSON Schema, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": 2000}
_PARAMS: Schema = {
    "type": "object",
    "description": "Values of the parameters, written :name in the query.",
    "additionalProperties": True,
}
_CHILDREN: Schema = {
    "type": "object",
    "title": "Child records",
    "required": ["from"],
    "additionalProperties": False,
    "properties": {
        "from": {"type": "string", "description": "The relationship: contact.accountId"},
        "as": _TEXT,
        "select": _TEXTS,
        "where": _TEXT,
        "order_by": _TEXTS,
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
    },
}
_MEMBERS: Schema = {
    "from": {"type": "string", "description": "The object"},
    "select": {"type": "array", "items": {"anyOf": [_TEXT, _CHILDREN]}},
    "where": _TEXT,
    "group_by": _TEXTS,
    "rollup": {"type": "boolean"},
    "having": _TEXT,
    "order_by": _TEXTS,
    "limit": _LIMIT,
}
QUERY: Schema = {
    "type": "object",
    "title": "Query",
    "description": "Either `query`, a text, or `from` and the other members.",
    "additionalProperties": False,
    "properties": {
        "query": _TEXT,
        **_MEMBERS,
        "params": _PARAMS,
        "cursor": {"type": ["string", "null"]},
        "count": {"type": "boolean"},
    },
}
EXPLAINED: Schema = {
    **QUERY,
    "title": "Query or list to explain",
    "properties": {
        **QUERY["properties"],
        "list": {
            "type": "object",
            "required": ["object"],
            "additionalProperties": False,
            "properties": {
                "object": _TEXT,
                "fields": _TEXT,
                "filter": _TEXT,
                "sort": _TEXT,
            },
        },
    },
}
PARAMETERS: list[Schema] = [
    {"name": "q", "in": "query", "required": True, "schema": _TEXT},
    {"name": "cursor", "in": "query", "required": False, "schema": _TEXT},
    {"name": "count", "in": "query", "required": False, "schema": {"type": "boolean"}},
]


def _answered(schema: Schema, text: str, status: int = 200) -> Responses:
    return {status: {"description": text, "content": {"application/json": {"schema": schema}}}}


ANSWER = _answered(
    {
        "type": "object",
        "title": "Answer",
        "required": ["records", "next"],
        "properties": {
            "records": {"type": "array", "items": {"type": "object"}},
            "next": {"type": ["string", "null"]},
            "count": {"type": "integer"},
            "truncated": {"type": "boolean"},
            "labels": {
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": _TEXT},
            },
        },
    },
    "What was found",
)
ADVICE = _answered(
    {
        "type": "object",
        "title": "Advice",
        "required": ["statements"],
        "properties": {
            "statements": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["statement", "steps", "warnings"],
                    "properties": {
                        "statement": _TEXT,
                        "steps": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["access", "object", "field", "rows", "text"],
                                "properties": {
                                    "access": {"enum": ["index", "key", "scan", "order", "sort"]},
                                    "object": {"type": ["string", "null"]},
                                    "field": {"type": ["string", "null"]},
                                    "rows": {"type": ["integer", "null"]},
                                    "text": _TEXT,
                                },
                            },
                        },
                        "warnings": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["code", "detail", "object", "fields"],
                                "properties": {
                                    "code": _TEXT,
                                    "detail": _TEXT,
                                    "object": _TEXT,
                                    "fields": _TEXTS,
                                },
                            },
                        },
                    },
                },
            }
        },
    },
    "How the database would go about it",
)


_NAMED: Schema = {"type": "object", "additionalProperties": True}
_PART: Schema = {
    "type": "object",
    "title": "Request",
    "required": ["method"],
    "additionalProperties": False,
    "properties": {
        "ref": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,39}$"},
        "method": {"enum": ["create", "update", "delete", "get", "query"]},
        "object": _TEXT,
        "id": _TEXT,
        "fields": {**_NAMED, "description": "Values; @{ref.field} is one of an earlier answer."},
        "select": _TEXTS,
        "query": QUERY,
    },
}
COMPOSITE: Schema = {
    "type": "object",
    "title": "Composite",
    "required": ["requests"],
    "additionalProperties": False,
    "properties": {
        "all_or_none": {"type": "boolean", "default": True},
        "requests": {"type": "array", "minItems": 1, "maxItems": 100, "items": _PART},
    },
}
RESULTS = _answered(
    {
        "type": "object",
        "title": "Results",
        "required": ["results"],
        "properties": {
            "results": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["ref", "status"],
                    "properties": {
                        "ref": {"type": ["string", "null"]},
                        "status": {"type": "integer"},
                        "body": {"type": ["object", "null"]},
                        "error": {"$ref": "#/components/schemas/Problem"},
                    },
                },
            }
        },
    },
    "What became of each request",
)
_NODE: Schema = {
    "type": "object",
    "title": "Record with children",
    "additionalProperties": False,
    "properties": {
        "ref": _TEXT,
        "fields": _NAMED,
        "children": {
            "type": "object",
            "description": "Relationship → records of the same form, five levels in all.",
            "additionalProperties": {"type": "array", "items": _NAMED},
        },
    },
}
TREE: Schema = {
    "type": "object",
    "title": "Tree",
    "required": ["records"],
    "additionalProperties": False,
    "properties": {"records": {"type": "array", "minItems": 1, "maxItems": 200, "items": _NODE}},
}
TREE_ANSWER = _answered(
    {
        "type": "object",
        "title": "Ids of a tree",
        "required": ["records"],
        "properties": {
            "records": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["ref", "id", "version"],
                    "properties": {
                        "ref": {"type": ["string", "null"]},
                        "id": {"type": "string", "format": "uuid"},
                        "version": {"type": "integer"},
                        "children": {
                            "type": "object",
                            "additionalProperties": {"type": "array", "items": _NAMED},
                        },
                    },
                },
            }
        },
    },
    "The records made",
    201,
)


def body_of_schema(schema: Schema) -> Schema:
    """Return the part of an operation that describes its body."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    }
