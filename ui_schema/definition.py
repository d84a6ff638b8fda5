"""What administrators say about screens: page layouts, list views, apps.

These are ordinary definitions, registered on metadata's `DEFINITION_KINDS`; whether they fit the
objects they speak of is `ui_schema.check`'s business, what a caller sees of them the resolvers'.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from metadata import ApiName, Definition, Part, Text

FieldPath = Annotated[
    str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,9}$", max_length=400)
]
"""A field of the object, or of one reached through lookups: `ownerId.name`."""

SortKey = Annotated[
    str, Field(pattern=r"^-?[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,9}$", max_length=401)
]
"""A path to sort by; a leading minus sorts downwards."""

Condition = Annotated[str, Field(min_length=1, max_length=3900)]


def _named(value: Any) -> Any:
    return {"field": value} if isinstance(value, str) else value


class LayoutFieldDef(Part):
    """A field on a layout. A plain name stands for a field without conditions.

    `required` and `readonly` only tighten what the field and the caller's permissions say.
    """

    field: ApiName
    required: bool = False
    readonly: bool = False
    visible: Condition | None = None
    """The field is shown while this formula is true; without one it always is."""
    required_when: Condition | None = None


class SectionDef(Part):
    """A titled group of fields. Validation rules may place their message on it by name."""

    name: ApiName
    label: Text = Field(default={})
    columns: Literal[1, 2] = 2
    fields: tuple[Annotated[LayoutFieldDef, BeforeValidator(_named)], ...] = ()


class RelatedListDef(Part):
    """Records of another object that refer to this one through its lookup `field`."""

    object: ApiName
    field: ApiName
    label: Text = Field(default={})
    columns: tuple[FieldPath, ...] = ()
    sort: tuple[SortKey, ...] = ()


class AssignmentDef(Part):
    """Whom a layout is for. What is left out stands for everybody or every record type."""

    record_type: ApiName | None = None
    role: ApiName | None = None


class PageLayoutDef(Definition):
    """A page layout 页面布局: the form and the detail page of an object.

    Of the layouts assigned to a caller the most specific wins: record type and role together,
    then record type, then role, then an assignment that names neither. A layout without
    assignments is kept but shown to nobody; without any layout one is generated.
    """

    kind: ClassVar[str] = "page_layout"
    key: ClassVar[str] = "layout"
    child_of_object: ClassVar[bool] = True

    object: ApiName
    highlights: tuple[ApiName, ...] = ()
    """A few telling fields for the header of the detail page."""
    sections: tuple[SectionDef, ...] = ()
    related: tuple[RelatedListDef, ...] = ()
    assignments: tuple[AssignmentDef, ...] = ()


class ListViewDef(Definition):
    """A list view 列表视图: columns, a filter and an order."""

    kind: ClassVar[str] = "list_view"
    key: ClassVar[str] = "view"
    child_of_object: ClassVar[bool] = True

    object: ApiName
    columns: tuple[FieldPath, ...] = Field(min_length=1)
    filter: Condition | None = None
    sort: tuple[SortKey, ...] = ()
    scope: Literal["all", "mine"] = "all"
    default: bool = False


class TabDef(Part):
    """An entry of an app's navigation: the records of an object."""

    object: ApiName
    label: Text = Field(default={})


def _tab(value: Any) -> Any:
    return {"object": value} if isinstance(value, str) else value


class AppDef(Definition):
    """An app 应用: the tabs people work with for one purpose. Permission sets grant apps."""

    kind: ClassVar[str] = "app"
    key: ClassVar[str] = "app"

    icon: str = Field(default="", max_length=40)
    color: str = Field(default="", pattern=r"^(#[0-9a-fA-F]{6})?$")
    position: int = Field(default=0, ge=0, le=10_000)
    tabs: tuple[Annotated[TabDef, BeforeValidator(_tab)], ...] = ()
