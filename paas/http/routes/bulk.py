"""Bulk jobs: create, hand in files part by part, close, follow, fetch what became of each row."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from paas.http.dependency import Call, ExactJSON, TheCall
from paas.http.routes.jobs import ADMINISTRATOR, job_object, job_of, own_job_of
from paas.http.upload import receive_file
from runtime import (
    BULK,
    MEDIA,
    BulkJobs,
    CommandOperation,
    Job,
    JobStatus,
    Load,
    Part,
    Shape,
    Skippable,
    Which,
    peek,
    results,
)

router = APIRouter(prefix="/api/v1/jobs/bulk", tags=["bulk"])

STATES = {
    JobStatus.OPEN: "Open",
    JobStatus.WAITING: "UploadComplete",
    JobStatus.RUNNING: "InProgress",
    JobStatus.PAUSED: "Paused",
    JobStatus.DONE: "JobComplete",
    JobStatus.FAILED: "Failed",
    JobStatus.CANCELLED: "Aborted",
}
Encoding = Literal[
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "shift_jis", "euc_kr", "cp1252"
]
Delimiter = Literal[",", ";", "\t", "|"]
Name = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[^\x00]*$")]


UPLOAD = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}


class RowsFile(Response):
    """A file of rows, as CSV or NDJSON."""

    media_type = "text/csv; charset=utf-8"


FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {each: {} for each in MEDIA.values()}}
}


class BulkJob(BaseModel):
    """What a bulk job is to do with the rows of its files."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    object_name: Name = Field(alias="object")
    operation: CommandOperation
    match_by: Name | None = None
    format: Literal["csv", "ndjson"] = "csv"
    encoding: Encoding = "utf-8"
    delimiter: Delimiter = ","
    clears: bool = False
    """Whether a blank cell empties its field."""
    all_or_none: bool = False
    chunk_size: int = Field(default=500, ge=1, le=10_000)
    skip: list[Skippable] = Field(default=[], max_length=3)

    def load(self) -> Load:
        """Return it as the runtime takes it."""
        return Load(
            self.object_name,
            self.operation,
            match_by=self.match_by,
            shape=Shape(self.format, self.encoding, self.delimiter),
            clears=self.clears,
            skip=tuple(self.skip),
            all_or_none=self.all_or_none,
            chunk_size=self.chunk_size,
        )


@router.post("", status_code=201)
def create(body: BulkJob, call: TheCall) -> Response:
    """Open a bulk job; its files follow as parts."""
    job = _bulk(call).create(call.context, call.snapshot, body.load())
    return ExactJSON(_shown(call, job), status_code=201)


@router.get("")
def bulk_jobs(call: TheCall, limit: int = Query(default=50, ge=1, le=200)) -> Response:
    """Answer the caller's newest bulk jobs; administrators get everybody's."""
    actor = None if call.permissions.has(ADMINISTRATOR) else call.context.user_id
    found = call.services.jobs.list(actor, kinds=[BULK], limit=limit)
    return ExactJSON({"jobs": [_shown(call, each) for each in found]})


@router.get("/{job_id}")
def bulk_job(job_id: str, call: TheCall) -> Response:
    """Answer one bulk job: its state, its parts, how far it has come."""
    job = job_of(call, job_id, BULK)
    parts = [{"part": each.position, "size": each.size} for each in _bulk(call).parts(job)]
    return ExactJSON({**_shown(call, job), "parts": parts})


@router.put("/{job_id}/parts/{part}", openapi_extra=UPLOAD)
async def add_part(
    request: Request,
    job_id: str,
    call: TheCall,
    part: Annotated[int, Path(ge=1, le=10_000)],
) -> Response:
    """Take a file (the body as it is); handing a part in again replaces it."""
    job = await asyncio.to_thread(job_of, call, job_id, BULK)
    bulk = _bulk(call)
    bulk.require_open(job)
    name, path = bulk.spool.new(job.argument["format"])
    size = await receive_file(request, path, call.services.max_upload_bytes)
    await asyncio.to_thread(bulk.add_part, job, Part(part, name, size))
    return ExactJSON({"part": part, "size": size})


@router.post("/{job_id}/{act}")
def act_on(job_id: str, act: Literal["close", "abort"], call: TheCall) -> Response:
    """Close: nothing more will be handed in, begin. Abort: stop after the current chunk."""
    job = job_of(call, job_id, BULK)
    moved = _bulk(call).close(job) if act == "close" else call.services.jobs.cancel(job_id)
    return ExactJSON(_shown(call, moved))


@router.get("/{job_id}/results/{which}", response_class=RowsFile, responses=FILES)
def results_of(job_id: str, which: Which, call: TheCall) -> StreamingResponse:
    """Answer the rows that succeeded, failed (with reasons) or were not looked at, in order."""
    return results_file(call, own_job_of(call, job_id, BULK), which)


def results_file(call: Call, job: Job, which: Which) -> StreamingResponse:
    """Return the file of some of a load's rows."""
    lines = peek(results(call.services.tools, job, which, language=call.language))
    kind = str(job.argument["format"])
    return StreamingResponse(
        lines, media_type=MEDIA[kind], headers=attachment(f"{which}-{job.id}.{kind}")
    )


def attachment(name: str) -> dict[str, str]:
    """Return the headers of a file for download."""
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }


def _bulk(call: Call) -> BulkJobs:
    return BulkJobs(call.services.jobs, call.services.tools)


def _shown(call: Call, job: Job) -> dict[str, Any]:
    asked = ("object", "operation", "match_by", "format", "all_or_none", "skip")
    return {
        **job_object(call, job),
        "state": STATES[job.status],
        **{name: job.argument[name] for name in asked},
    }
