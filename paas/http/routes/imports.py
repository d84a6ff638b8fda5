"""The import wizard: hand in a file, map its columns, preview, try out, run, take back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from paas.http.dependency import Call, ExactJSON, TheCall
from paas.http.routes.bulk import (
    UPLOAD,
    Delimiter,
    Encoding,
    Name,
    RowsFile,
    results_file,
)
from paas.http.routes.jobs import job_object, own_job_of, translated
from paas.http.upload import receive_file
from runtime import IMPORT, CommandOperation, Imports, Job, Load, Skippable

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

FileName = Annotated[str, Query(max_length=255, pattern=r"^[^\x00-\x1f]*$")]
ColumnPath = Annotated[str, Field(max_length=127, pattern=r"^[^\x00]*$")]


class Settings(BaseModel):
    """How the file is read and what is done with its rows; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    has_header: bool | None = None
    columns: list[ColumnPath | None] | None = Field(default=None, max_length=2000)
    operation: CommandOperation | None = None
    match_by: Name | None = None
    clears: bool | None = None
    skip: list[Skippable] | None = Field(default=None, max_length=3)

    def over(self, load: Load) -> Load:
        """Return a load with these settings in place of its own."""
        given = self.model_dump(exclude_none=True)
        for name in ("columns", "skip"):
            if name in given:
                given[name] = tuple(given[name])
        if "match_by" in self.model_fields_set:
            given["match_by"] = self.match_by
        shaped = {name: given.pop(name) for name in _SHAPE if name in given}
        return replace(load, shape=replace(load.shape, **shaped), **given)


_SHAPE = ("encoding", "delimiter", "has_header")


@router.post("", status_code=201, openapi_extra=UPLOAD)
async def create(
    request: Request,
    call: TheCall,
    object_name: Annotated[str, Query(alias="object", min_length=1, max_length=63)],
    file: FileName = "",
) -> Response:
    """Take a CSV or Excel file (the body as it is), tell how to read it and propose a mapping."""
    imports = _imports(call)
    await asyncio.to_thread(call.snapshot.object, object_name)
    name, path = imports.spool.new("bin")
    await receive_file(request, path, call.services.max_upload_bytes)
    job = await asyncio.to_thread(
        imports.open, call.context, call.snapshot, object_name, name, file
    )
    return ExactJSON(await asyncio.to_thread(_shown, call, job), status_code=201)


@router.get("/{job_id}")
def import_of(job_id: str, call: TheCall) -> Response:
    """Answer an import: how its file is read, its columns with samples, how far it has come."""
    return ExactJSON(_shown(call, own_job_of(call, job_id, IMPORT)))


@router.patch("/{job_id}")
def amend(job_id: str, body: Settings, call: TheCall) -> Response:
    """Change the settings; the mapping is remembered for the caller's next file."""
    job = own_job_of(call, job_id, IMPORT)
    load = body.over(Load.of(job.argument))
    return ExactJSON(_shown(call, _imports(call).amend(call.context, call.snapshot, job, load)))


@router.get("/{job_id}/preview")
def preview(job_id: str, call: TheCall) -> Response:
    """Answer the first rows as they would be written, and what is wrong with each."""
    job = own_job_of(call, job_id, IMPORT)
    rows = _imports(call).preview(call.context, call.snapshot, job)
    return ExactJSON(
        {
            "rows": [
                {
                    "row": each.row,
                    "values": each.values,
                    "problem": translated(each.problem, call.language),
                }
                for each in rows
            ]
        }
    )


@router.post("/{job_id}/dry-run", status_code=202)
def try_out(job_id: str, call: TheCall) -> Response:
    """Have a job go through the whole file and write nothing; answers that job."""
    job = own_job_of(call, job_id, IMPORT)
    tried = _imports(call).try_out(call.context, call.snapshot, job)
    return ExactJSON(job_object(call, tried), status_code=202)


@router.post("/{job_id}/start", status_code=202)
def start(job_id: str, call: TheCall) -> Response:
    """Have the import done."""
    job = own_job_of(call, job_id, IMPORT)
    started = _imports(call).start(call.context, call.snapshot, job)
    return ExactJSON(job_object(call, started), status_code=202)


@router.get("/{job_id}/errors", response_class=RowsFile)
def errors(job_id: str, call: TheCall) -> StreamingResponse:
    """Answer the refused rows with their original columns and the reasons, in their order."""
    return results_file(call, own_job_of(call, job_id, IMPORT), "failed")


@router.post("/{job_id}/undo", status_code=202)
def undo(job_id: str, call: TheCall) -> Response:
    """Have a job take the import back where nobody has changed the records since."""
    undoing = _imports(call).undo(call.context, own_job_of(call, job_id, IMPORT))
    return ExactJSON(job_object(call, undoing), status_code=202)


def _imports(call: Call) -> Imports:
    return Imports(call.services.jobs, call.services.tools)


def _shown(call: Call, job: Job) -> dict[str, Any]:
    load = Load.of(job.argument)
    _header, samples = _imports(call).samples(str(load.file), load.shape)
    columns = [
        {
            "header": text,
            "path": path,
            "samples": [row[index] for row in samples[:3] if index < len(row)],
        }
        for index, (text, path) in enumerate(
            zip(job.argument["header"], load.columns or (), strict=False)
        )
    ]
    return {
        **job_object(call, job),
        "object": load.object,
        "file": job.argument.get("file_name", ""),
        "encoding": load.shape.encoding,
        "delimiter": load.shape.delimiter,
        "has_header": load.shape.has_header,
        "columns": columns,
        "operation": load.operation,
        "match_by": load.match_by,
        "clears": load.clears,
        "skip": list(load.skip),
        "is_dry": load.is_dry,
    }
