"""Jobs: look, follow, cancel, pause, resume. What a kind of job is about has routes of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from paas.http.dependency import Call, ExactJSON, TheCall
from paas.http.problem import dumps
from paas.kernel import pick
from runtime import Job, JobNotFound, peek, refusals

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])

FOLLOW_SECONDS = 0.5
LONGEST_FOLLOW = 3600
ADMINISTRATOR = "manage_metadata"


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


class JsonLines(StreamingResponse):
    """JSON objects, one a line."""

    media_type = "application/x-ndjson"


def job_of(call: Call, job_id: str, *kinds: str) -> Job:
    """Return a job the caller may see: his own, or any for administrators; of `kinds` if given."""
    job = call.services.jobs.get(job_id)
    is_own = job.actor_id is not None and job.actor_id == call.context.user_id
    if not (is_own or call.permissions.has(ADMINISTRATOR)) or (kinds and job.kind not in kinds):
        raise JobNotFound()
    return job


def own_job_of(call: Call, job_id: str, *kinds: str) -> Job:
    """Return a job of the caller's own: its files hold what perhaps only he may see."""
    job = job_of(call, job_id, *kinds)
    if job.actor_id != call.context.user_id:
        raise JobNotFound()
    return job


def job_object(call: Call, job: Job) -> dict[str, Any]:
    """Return a job as the API shows it."""
    kind = call.services.jobs.kinds.get(job.kind)
    label = pick(kind.label, call.language) if kind is not None and kind.label else job.kind
    return {
        "id": job.id,
        "kind": job.kind,
        "label": label,
        "status": job.status.value,
        "wanted": job.wanted,
        "done": job.done,
        "failed": job.failed,
        "total": job.total,
        "problem": translated(job.problem, call.language),
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }


def translated(problem: Mapping[str, Any] | None, language: str) -> dict[str, Any] | None:
    """Return a kept problem with its sentences in one language."""
    if problem is None:
        return None
    errors = [{**each, "detail": pick(each["detail"], language)} for each in problem["errors"]]
    return {**problem, "detail": pick(problem["detail"], language), "errors": errors}


@router.get("")
def jobs(call: TheCall, limit: int = Query(default=50, ge=1, le=200)) -> Response:
    """Answer the caller's newest jobs; administrators get everybody's."""
    actor = None if call.permissions.has(ADMINISTRATOR) else call.context.user_id
    found = call.services.jobs.list(actor, limit=limit)
    return ExactJSON({"jobs": [job_object(call, each) for each in found]})


@router.get("/{job_id}")
def job(job_id: str, call: TheCall) -> Response:
    """Answer one job with its progress."""
    return ExactJSON(job_object(call, job_of(call, job_id)))


@router.get("/{job_id}/errors", response_class=JsonLines)
def errors(job_id: str, call: TheCall) -> StreamingResponse:
    """Answer the rows a job could not write, one JSON object a line."""
    job = own_job_of(call, job_id)
    lines = refusals(call.services.database, job, language=call.language)
    return JsonLines(peek(lines), headers={"cache-control": "no-store"})


@router.post("/{job_id}/{act}")
def steer(job_id: str, act: Literal["cancel", "pause", "resume"], call: TheCall) -> Response:
    """Cancel, pause or resume a job; a running one stops after its current step."""
    job_of(call, job_id)
    queue = call.services.jobs
    perform = {"cancel": queue.cancel, "pause": queue.pause, "resume": queue.resume}[act]
    return ExactJSON(job_object(call, perform(job_id)))


@router.get("/{job_id}/events", response_class=EventStream)
def follow(job_id: str, call: TheCall) -> EventStream:
    """Stream the job's progress as server-sent events until it comes to rest."""
    job_of(call, job_id)
    return EventStream(_events(call, job_id), headers={"cache-control": "no-store"})


async def _events(call: Call, job_id: str) -> AsyncIterator[bytes]:
    """Yield an event whenever something has changed, and an empty line of comment otherwise."""
    last: dict[str, Any] | None = None
    for _each in range(int(LONGEST_FOLLOW / FOLLOW_SECONDS)):
        found = await asyncio.to_thread(call.services.jobs.get, job_id)
        shown = job_object(call, found)
        if shown != last:
            yield b"event: progress\ndata: " + dumps(shown) + b"\n\n"
            last = shown
        if found.is_ended or found.status in ("paused", "open"):
            return
        await asyncio.sleep(FOLLOW_SECONDS)
