"""Exports: a list as CSV, Excel or NDJSON; at once if it is small, else by a job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from paas.http.dependency import Call, ExactJSON, TheCall
from paas.http.routes.bulk import FILES, Name, RowsFile, attachment
from paas.http.routes.jobs import job_object, own_job_of
from paas.http.text import Plain
from runtime import EXPORT, MEDIA, Export, Exports, JobNotFound, peek

router = APIRouter(prefix="/api/v1/exports", tags=["exports"])

Format = Literal["csv", "xlsx", "ndjson"]
PathText = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class NewExport(BaseModel):
    """What is to be exported: fields, filter and sort are those of a list."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    object_name: Name = Field(alias="object")
    fields: list[PathText] | None = Field(default=None, min_length=1, max_length=500)
    filter: Plain | None = Field(default=None, max_length=20_000)
    sort: Plain | None = Field(default=None, max_length=2000)
    format: Format = "csv"
    labels: bool = True


@router.post("", status_code=202)
def start(body: NewExport, call: TheCall) -> Response:
    """Have a job write the file; answers the job."""
    export = Export(
        body.object_name,
        tuple(body.fields) if body.fields is not None else None,
        body.filter,
        body.sort,
        body.format,
        body.labels,
    )
    job = _exports(call).start(call.context, call.snapshot, export)
    return ExactJSON(job_object(call, job), status_code=202)


@router.get("/stream/{object_name}", response_class=RowsFile, responses=FILES)
def stream(
    object_name: str,
    call: TheCall,
    fields: Annotated[str | None, Query(max_length=20_000)] = None,
    filter: Annotated[str | None, Query(max_length=20_000)] = None,
    sort: Annotated[str | None, Query(max_length=2000)] = None,
    format: Format = "csv",
    labels: bool = True,
) -> Response:
    """Answer a small export at once; more than 20,000 records take a job."""
    names = tuple(each.strip() for each in fields.split(",")) if fields else None
    export = Export(object_name, names, filter or None, sort or None, format, labels)
    exports = _exports(call)
    made = exports.stream(call.context, call.snapshot, export)
    headers = attachment(f"export.{format}")
    if not isinstance(made, Path):
        return StreamingResponse(peek(made), media_type=MEDIA[format], headers=headers)
    return FileResponse(
        made,
        media_type=MEDIA[format],
        headers=headers,
        background=BackgroundTask(exports.spool.remove, made.name),
    )


@router.get("/{job_id}/file", response_class=RowsFile, responses=FILES)
def file(job_id: str, call: TheCall) -> FileResponse:
    """Answer the file of an export job that is done."""
    job = own_job_of(call, job_id, EXPORT)
    path = _exports(call).path(job)
    if path is None:
        raise JobNotFound()
    kind = str(job.argument["format"])
    return FileResponse(path, media_type=MEDIA[kind], headers=attachment(f"export-{job.id}.{kind}"))


def _exports(call: Call) -> Exports:
    return Exports(call.services.jobs, call.services.tools)
