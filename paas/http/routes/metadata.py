"""The description itself: read definitions, plan and publish changes. Administrators only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from metadata import Change, DefinitionUnknown, Published, PublishPlan, document_of
from paas.http.dependency import Call, ExactJSON, TheAdministratorCall
from paas.http.routes.jobs import job_object
from paas.http.text import encodable
from runtime import NewJob, numbering, replacement

router = APIRouter(prefix="/api/v1/metadata", tags=["metadata"])

MAX_CHANGES = 5_000


class ChangeBody(BaseModel):
    """One change: put a definition, or delete the one with the given uid or name."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["put", "delete"]
    kind: str = Field(max_length=63)
    document: Annotated[dict[str, Any], AfterValidator(encodable)]


class Changes(BaseModel):
    """Changes that are published together or not at all."""

    model_config = ConfigDict(extra="forbid")

    changes: Annotated[list[ChangeBody], Field(min_length=1, max_length=MAX_CHANGES)]

    def as_changes(self) -> list[Change]:
        """Return the changes as the catalog takes them."""
        return [Change(each.action, each.kind, each.document) for each in self.changes]


@router.post("/plan")
def plan(body: Changes, call: TheAdministratorCall) -> Response:
    """Answer what publishing would do, without doing it; refused as publishing would be."""
    planned = call.services.catalog.plan(body.as_changes())
    planned.require_valid()
    return ExactJSON(_planned(planned))


@router.post("/publish")
def publish(body: Changes, call: TheAdministratorCall) -> Response:
    """Publish the changes in one transaction."""
    published = call.services.publish(call.context, body.as_changes())
    return ExactJSON({"revision": published.revision, **_planned(published)})


class Replacement(BaseModel):
    """A choice of a picklist, and the one that records get instead; null empties them."""

    model_config = ConfigDict(extra="forbid")

    object: Annotated[str, Field(max_length=63), AfterValidator(encodable)]
    field: Annotated[str, Field(max_length=63), AfterValidator(encodable)]
    old: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(encodable)]
    new: Annotated[str, Field(max_length=255), AfterValidator(encodable)] | None = None


class Numbering(BaseModel):
    """A field with automatic numbers whose records have none yet."""

    model_config = ConfigDict(extra="forbid")

    object: Annotated[str, Field(max_length=63), AfterValidator(encodable)]
    field: Annotated[str, Field(max_length=63), AfterValidator(encodable)]


@router.post("/replace-value", status_code=202)
def replace_value(body: Replacement, call: TheAdministratorCall) -> Response:
    """Have a choice replaced in every record, as a job."""
    new = replacement(
        call.snapshot, object_name=body.object, field_name=body.field, old=body.old, new=body.new
    )
    return _enqueued(call, new)


@router.post("/number-records", status_code=202)
def number_records(body: Numbering, call: TheAdministratorCall) -> Response:
    """Have the records numbered that have no automatic number yet, oldest first, as a job."""
    return _enqueued(call, numbering(call.snapshot, object_name=body.object, field_name=body.field))


def _enqueued(call: Call, new: NewJob) -> Response:
    job = call.services.jobs.enqueue(call.context, new)
    headers = {"location": f"/api/v1/jobs/{job.id}"}
    return ExactJSON(job_object(call, job), status_code=202, headers=headers)


@router.get("/{kind}")
def definitions(kind: str, call: TheAdministratorCall, object: str | None = None) -> Response:
    """Answer the definitions of a kind, of one object if given."""
    model = call.services.catalog.kind(kind).model
    found = call.snapshot.definitions(model, parent=object)
    return ExactJSON({"definitions": [document_of(each) for each in found]})


@router.get("/{kind}/{uid}")
def definition(kind: str, uid: str, call: TheAdministratorCall) -> Response:
    """Answer one definition."""
    found = call.snapshot.by_uid(uid)
    if found is None or found.kind != call.services.catalog.kind(kind).kind:
        raise DefinitionUnknown(kind=kind, name=uid)
    return ExactJSON(document_of(found))


def _planned(plan: PublishPlan | Published) -> dict[str, Any]:
    return {
        "changes": [each.as_json() for each in plan.changes],
        "ddl": list(plan.ddl),
    }
