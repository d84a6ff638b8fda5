"""For formula editors: check, complete, format, and what can be inserted where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

import formula
from metadata import FieldModel, Snapshot
from paas.http.dependency import Call, ExactJSON, TheCall
from paas.http.formula_record import FormulaRecord, explanation_object, shown
from paas.http.problem import error_object
from paas.kernel import Violation, pick

router = APIRouter(prefix="/api/v1/formula", tags=["formula"])

Use = Literal["rule", "formula_field", "filter"]
Result = Literal["number", "text", "boolean", "date", "datetime"]


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    object_name: str = Field(alias="object", min_length=1, max_length=63)
    source: str = Field(max_length=20_000)
    context: Use = "rule"
    blank: Literal["zero", "blank"] = "zero"


class Check(_Source):
    """A formula to check, and what it must yield if that matters."""

    result: Result | None = None


class Complete(_Source):
    """A formula being written, and the place of the cursor in code points."""

    place: int = Field(ge=0, le=20_000)


class Explain(_Source):
    """A formula, and the record it is to be explained for."""

    record_id: str = Field(alias="id", min_length=1, max_length=64)


class Source(BaseModel):
    """A formula's text."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(max_length=20_000)


@router.post("/check")
def check(body: Check, call: TheCall) -> Response:
    """Answer every error of a formula with its position, or its type and what it reads."""
    environment = _environment(call, body)
    wanted = formula.Kind(body.result) if body.result else None
    errors = formula.check(body.source, environment, result=wanted)
    answer: dict[str, Any] = {
        "valid": not errors,
        "type": None,
        "errors": [_placed(body.source, each, call.language) for each in errors],
        "references": [],
        "globals": [],
    }
    if not errors:
        compiled = formula.compile(body.source, environment, result=wanted)
        answer["type"] = compiled.type.kind.value
        answer["references"] = sorted(".".join(path) for path in compiled.reads)
        answer["globals"] = sorted(".".join(path) for path in compiled.globals_read)
    return ExactJSON(answer)


@router.post("/complete")
def complete(body: Complete, call: TheCall) -> Response:
    """Answer what may stand at a place: fields through lookups, functions, picklist values."""
    found = formula.complete(body.source, body.place, _environment(call, body))
    return ExactJSON(
        {
            "completions": [
                {
                    "text": each.text,
                    "kind": each.kind,
                    "start": each.start,
                    "label": pick(each.labels, call.language),
                    "type": each.type.value if each.type else None,
                }
                for each in found
            ]
        }
    )


@router.post("/explain")
def explain(body: Explain, call: TheCall) -> Response:
    """Answer a formula's value for a record, and the value of every part that was computed.

    The caller must see the record. Who manages the description sees all a formula reads, as the
    formula itself does; others see what they may read, and may write nothing else.
    """
    made = formula.compile(body.source, _environment(call, body))
    model = call.snapshot.object(body.object_name)
    records = call.services.records
    records.get(call.context, model.name, body.record_id, fields=("id",))
    administrator = call.permissions.has("manage_metadata")
    record = FormulaRecord(
        records,
        call.snapshot,
        call.context.as_system() if administrator else call.context,
        made=made,
        model=model,
        record_id=body.record_id,
    )
    answer = {"value": shown(record.value()), "type": made.type.kind.value}
    return ExactJSON({**answer, **explanation_object(record.explain(), call.language)})


@router.post("/format")
def format_source(body: Source, call: TheCall) -> Response:
    """Answer the formula laid out readably."""
    return ExactJSON({"source": formula.format_source(body.source)})


@router.get("/functions")
def functions(call: TheCall) -> Response:
    """Answer every function with its signatures, help and examples."""
    return ExactJSON(
        {
            "functions": [
                {
                    "name": each.name,
                    "category": each.category.value,
                    "signatures": [one.signature.text for one in each.overloads],
                    "help": pick({"zh-CN": each.zh, "en-US": each.en}, call.language),
                    "examples": [left for left, _right in each.examples],
                }
                for each in formula.BUILT_IN
            ]
        }
    )


@router.get("/fields/{object_name}")
def fields(object_name: str, call: TheCall) -> Response:
    """Answer the fields of an object that the caller can read: one level of the field tree."""
    model = call.snapshot.object(object_name)
    call.permissions.require_object(model, "read")
    readable = call.permissions.readable_fields(model)
    return ExactJSON(
        {
            "object": {"name": model.name, "label": pick(model.label, call.language)},
            "fields": [
                _field(each, call) for name, each in model.fields.items() if name in readable
            ],
        }
    )


def _field(field: FieldModel, call: Call) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": field.name,
        "label": pick(field.label, call.language),
        "type": field.type.name,
        "path": f"{field.object}.{field.name}",
        "target": field.target,
    }
    if field.values:
        entry["values"] = [
            {"value": each.value, "label": pick(each.label, call.language) or each.value}
            for each in field.values
        ]
    return entry


def _environment(call: Call, body: _Source) -> formula.Environment:
    snapshot: Snapshot = call.snapshot
    model = snapshot.object(body.object_name)
    administrator = call.permissions.has("manage_metadata")
    if not administrator:
        call.permissions.require_object(model, "read")
    return snapshot.environment(
        model.name,
        blank=body.blank,
        change_functions=body.context == "rule",
        readable=None if administrator else _readable(call),
    )


def _readable(call: Call) -> Callable[[str, str], bool]:
    def may_read(object_name: str, field_name: str) -> bool:
        model = call.snapshot.object(object_name)
        readable = call.permissions.readable_fields(model)
        return call.permissions.may(model, "read") and field_name in readable

    return may_read


def _placed(source: str, violation: Violation, language: str) -> dict[str, Any]:
    entry = error_object(violation, language)
    if violation.span is not None:
        before = source[: violation.span.start]
        entry["line"] = before.count("\n") + 1
        entry["column"] = len(before) - (before.rfind("\n") + 1) + 1
    return entry
