"""The published UI schema: what a page is made of, as pydantic models.

The JSON Schema of these models is the contract with every client. A page is resolved for one
caller, so it holds no permissions, layouts or translations, only their outcome. Clients ignore
component types and keys they do not know; `VERSION` rises when that would not be enough.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

VERSION = 1


class Shape(BaseModel):
    """Base of everything published: camelCase keys, immutable."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid"
    )


class ObjectRef(Shape):
    """The object a page shows."""

    name: str
    label: str
    plural_label: str
    name_field: str
    icon: str = ""


class NamedLabel(Shape):
    """Something with an API name and a label: a record type, a list view."""

    name: str
    label: str


class Option(Shape):
    """A choice of a picklist."""

    value: str
    label: str
    color: str | None = None
    default: bool | None = None


class Target(Shape):
    """Where a lookup leads, and how its records are called."""

    object: str
    label: str
    name_field: str


class Constraints(Shape):
    """What the server will insist on and a control can heed beforehand."""

    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None


class When(Shape):
    """Conditions by id; see `Page.conditions`."""

    visible: str | None = None
    required: str | None = None


class FieldComponent(Shape):
    """A field of the record with its control."""

    id: str
    type: Literal["field"] = "field"
    name: str
    label: str
    help: str | None = None
    control: str
    """How to edit it: text, textarea, number, checkbox, date, picklist, lookup, …"""
    data_type: str
    """The field type, for a formula field the type of its result."""
    required: bool = False
    read_only: bool = False
    default: Any = None
    constraints: Constraints | None = None
    options: tuple[Option, ...] | None = None
    target: Target | None = None
    display_path: str | None = None
    """For a lookup: the path that reads the name of the record it points to."""
    when: When | None = None


class SectionComponent(Shape):
    """A titled group of fields; validation messages may be placed on it by name."""

    id: str
    type: Literal["section"] = "section"
    name: str
    label: str
    columns: Literal[1, 2]
    children: tuple[FieldComponent, ...]


class HighlightsComponent(Shape):
    """A few telling fields for the header."""

    id: Literal["highlights"] = "highlights"
    type: Literal["highlights"] = "highlights"
    children: tuple[FieldComponent, ...]


class ColumnComponent(Shape):
    """A column of a list, possibly read through lookups."""

    id: str
    type: Literal["column"] = "column"
    path: str
    label: str
    data_type: str
    sortable: bool = True
    is_name: bool = False
    """Whether the column shows the record's own name and leads to its page."""
    constraints: Constraints | None = None
    options: tuple[Option, ...] | None = None
    target: Target | None = None
    display_path: str | None = None


class RelatedListComponent(Shape):
    """Records that refer to the one shown."""

    id: str
    type: Literal["relatedList"] = "relatedList"
    object: ObjectRef
    label: str
    field: str
    sort: tuple[str, ...]
    fields: tuple[str, ...]
    can_create: bool
    children: tuple[ColumnComponent, ...]


class ApprovalPanelComponent(Shape):
    """The place of the record's approvals; what they are comes from the approvals API."""

    id: Literal["approval"] = "approval"
    type: Literal["approvalPanel"] = "approvalPanel"


class FormRoot(Shape):
    """The form page."""

    id: Literal["form"] = "form"
    type: Literal["form"] = "form"
    children: tuple[SectionComponent, ...]


DetailChild = Annotated[
    HighlightsComponent | SectionComponent | RelatedListComponent | ApprovalPanelComponent,
    Field(discriminator="type"),
]


class DetailRoot(Shape):
    """The detail page."""

    id: Literal["detail"] = "detail"
    type: Literal["detail"] = "detail"
    children: tuple[DetailChild, ...]


class ListRoot(Shape):
    """The list page: one view of the object."""

    id: Literal["list"] = "list"
    type: Literal["list"] = "list"
    view: NamedLabel
    views: tuple[NamedLabel, ...]
    filter: str | None = None
    """The view's own filter with its scope, to be sent along with every query."""
    sort: tuple[str, ...]
    children: tuple[ColumnComponent, ...]
    filter_fields: tuple[FieldComponent, ...]
    """Fields a person may filter by."""


class Action(Shape):
    """Something the caller may do here, as far as permissions on the object say."""

    id: str
    type: Literal["create", "edit", "delete", "submit"]
    label: str
    when_locked: bool = True
    """Whether it is also allowed on a locked record."""


class Condition(Shape):
    """A condition as a typed formula tree, evaluated by browser and server alike."""

    tree: dict[str, Any]
    reads: tuple[str, ...]
    """The paths the tree reads from the record."""
    globals: tuple[str, ...] = ()
    """The paths the tree reads besides records: `$organization.currency`, `$label.hint`."""


class Page(Shape):
    """A resolved page."""

    version: Literal[1] = 1
    page: Literal["form", "detail", "list"]
    object: ObjectRef
    language: str
    layout: str | None = None
    """API name of the layout or list view it was made from; null for a generated one."""
    record_type: NamedLabel | None = None
    record_types: tuple[NamedLabel, ...] = ()
    fields: tuple[str, ...]
    """The paths to ask `/records` for, so that everything on the page can be shown."""
    etag: str = ""
    root: Annotated[FormRoot | DetailRoot | ListRoot, Field(discriminator="type")]
    actions: tuple[Action, ...] = ()
    conditions: dict[str, Condition] = Field(default_factory=dict)
    globals: dict[str, Any] = Field(default_factory=dict)
    """The values of what the conditions read besides records, by path, as they are now."""


class Tab(Shape):
    """An entry of an app's navigation."""

    object: str
    label: str
    icon: str = ""


class App(Shape):
    """An app the caller may open."""

    name: str
    label: str
    description: str | None = None
    icon: str = ""
    color: str | None = None
    tabs: tuple[Tab, ...]


def json_schema() -> dict[str, Any]:
    """Return the published JSON Schema of a page."""
    schema = Page.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"UI schema, version {VERSION}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
