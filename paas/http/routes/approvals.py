"""Approvals: submit, decide, recall, comment, and what waits for me."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from paas.http.dependency import ExactJSON, TheCall
from paas.http.text import Plain

router = APIRouter(prefix="/api/v1/approvals", tags=["approvals"])


class Submission(BaseModel):
    """A record handed in for approval."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    object_name: str = Field(alias="object", min_length=1, max_length=63)
    id: str = Field(min_length=1, max_length=36)
    comment: Plain | None = Field(default=None, max_length=2000)


class Act(BaseModel):
    """A decision or a remark."""

    model_config = ConfigDict(extra="forbid")

    comment: Plain | None = Field(default=None, max_length=2000)


@router.post("/submit", status_code=201)
def submit(body: Submission, call: TheCall) -> Response:
    """Submit a record to the first flow whose entry criteria it meets."""
    answer = call.services.approvals.submit(
        call.context, body.object_name, body.id, comment=body.comment
    )
    return ExactJSON(answer, status_code=201)


@router.get("/todo")
def todo(
    call: TheCall,
    state: Literal["pending", "done", "mine"] = "pending",
    limit: int = Query(default=50, ge=1, le=200),
) -> Response:
    """Answer what waits for the caller, what he decided, or what he submitted."""
    return ExactJSON(
        {"items": call.services.approvals.todo(call.context, state=state, limit=limit)}
    )


@router.get("")
def history(
    call: TheCall,
    object_name: str = Query(alias="object", max_length=63),
    id: str = Query(max_length=36),
) -> Response:
    """Answer every approval of a record, newest first, and what the caller may do."""
    return ExactJSON(call.services.approvals.history(call.context, object_name, id))


@router.get("/{instance}")
def instance_of(instance: str, call: TheCall) -> Response:
    """Answer one approval with its steps and log."""
    return ExactJSON(call.services.approvals.instance(call.context, instance))


@router.post("/{instance}/{act}")
def act_on(
    instance: str,
    act: Literal["approve", "reject", "recall", "comment"],
    body: Act,
    call: TheCall,
) -> Response:
    """Approve, reject, recall or comment."""
    approvals = call.services.approvals
    perform = {
        "approve": approvals.approve,
        "reject": approvals.reject,
        "recall": approvals.recall,
        "comment": approvals.comment,
    }[act]
    return ExactJSON(perform(call.context, instance, comment=body.comment))
