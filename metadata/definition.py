"""Definitions: the documents administrators write, as they are stored, sent and kept in files.

Every definition is a pydantic document with a permanent `uid`, a kind, an API name and labels.
This module holds what all kinds share and the kinds `metadata` owns; `workflow` and `ui_schema`
declare theirs the same way and register them on `DEFINITION_KINDS` (`metadata.kind`). What a
definition *means* (columns, compiled formulas) is the business of `metadata.model`.

Attributes that equal their default are left out of documents, so a discriminator of a union must
be declared without a default. The order of attributes is the order of keys in files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from paas.kernel import uuid7

SOURCE_LANGUAGE = "zh-CN"
"""The language of a label written as a plain string."""

SETTING_KEY = "setupKey"
"""The field of a setting's records that says for whom they hold."""

Document = Mapping[str, Any]
"""A definition as plain JSON values."""

ApiName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")]
Uid = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]


def _in_source_language(value: Any) -> Any:
    return {SOURCE_LANGUAGE: value} if isinstance(value, str) else value


LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Text = Annotated[
    dict[LanguageTag, Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]],
    BeforeValidator(_in_source_language),
]
"""A label or sentence by language tag; a plain string is taken as the source language's."""


class Part(BaseModel):
    """A piece of a definition: strict about its keys, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Definition(Part):
    """What every kind has."""

    kind: ClassVar[str]
    """Permanent name of the kind, as in the API (`validation_rule`)."""
    key: ClassVar[str]
    """The key under which files give the API name (`rule: addressLength`)."""
    child_of_object: ClassVar[bool] = False
    """Whether the definition belongs to an object and carries its name in `object`."""

    uid: Uid = Field(default_factory=uuid7)
    name: ApiName
    namespace: str = Field(default="", pattern=r"^[a-z0-9_]{0,30}$")
    label: Text = {}
    description: Text = {}
    position: int | None = Field(default=None, ge=0, le=1_000_000)
    """Place among its siblings; given on creation if absent, implied by the order in files."""

    @property
    def parent(self) -> str | None:
        """Return the API name of the object the definition belongs to, if it belongs to one."""
        return getattr(self, "object", None) if self.child_of_object else None


class ObjectDef(Definition):
    """An object: a kind of record. `physical` is the table's name, fixed at creation."""

    kind: ClassVar[str] = "object"
    key: ClassVar[str] = "object"

    plural_label: Text = {}
    name_field: ApiName = "name"
    sharing: Literal["private", "read", "read_write"] = "private"
    owned: bool = True
    """Whether records have an owner and a department; without, `sharing` decides alone."""
    history: bool = False
    """Whether changes of its fields are kept, field by field; each field may say otherwise."""
    setting: bool = False
    """Whether this is a setting: its records are values for everybody, for a role or for a user,
    and formulas read the most specific as `$Setup.NAME.FIELD`."""
    voidable: bool = False
    """Whether records can be made void 作废: kept, but neither changed nor listed any more."""
    require_version: bool = False
    """Whether people who change or delete a record must say which version they go by."""
    search_weight: int = Field(default=1, ge=1, le=10)
    """How much its records count among the results of a search across objects."""
    protected: bool = False
    """Shipped with the engine: it cannot be deleted, packs may only add fields."""
    icon: str = Field(default="", max_length=40)
    physical: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_setting(cls, document: Any) -> Any:
        """Settings belong to nobody, and what they are called the engine says."""
        if isinstance(document, Mapping) and document.get("setting") is True:
            return {"name_field": SETTING_KEY, "owned": False, **document}
        return document


class PicklistValueDef(Part):
    """One choice. Records store `value`; formulas are bound to `uid`, so labels may change."""

    uid: Uid = Field(default_factory=uuid7)
    value: str = Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")
    label: Text = {}
    color: str = Field(default="", max_length=30)
    active: bool = True
    default: bool = False


class PicklistDef(Definition):
    """A picklist shared by several fields."""

    kind: ClassVar[str] = "picklist"
    key: ClassVar[str] = "picklist"

    values: tuple[PicklistValueDef, ...] = ()


class FieldDef(Definition):
    """A field of an object. Which attributes apply depends on `type` (`metadata.field_type`)."""

    kind: ClassVar[str] = "field"
    key: ClassVar[str] = "field"
    child_of_object: ClassVar[bool] = True

    object: ApiName
    type: str
    to: ApiName | None = None
    """Target object of a lookup."""
    on_delete: Literal["restrict", "set_null", "cascade"] | None = None
    """What happens to this record when the target goes; restrict when not given."""
    hierarchy: bool = False
    """Whether the field leads to the record above: nothing may stand above itself, and queries
    ask for everything `UNDER` or `ABOVE` a record."""
    length: int | None = Field(default=None, ge=1, le=100_000)
    precision: int | None = Field(default=None, ge=1, le=18)
    scale: int | None = Field(default=None, ge=0, le=18)
    required: bool = False
    unique: bool = False
    indexed: bool = False
    stored: bool = False
    """Whether a formula's value has a column of its own, which every write keeps equal."""
    default: Any = None
    """A literal API value given to new records when the field is absent."""
    values: tuple[PicklistValueDef, ...] = ()
    picklist: ApiName | None = None
    """Name of a shared picklist, instead of `values`."""
    controlled_by: ApiName | None = None
    """The field whose value decides which choices are offered."""
    offers: dict[str, tuple[str, ...]] = {}
    """Value of the controlling field (`true` or `false` of a boolean) → the choices offered."""
    default_formula: str | None = Field(default=None, min_length=1, max_length=20_000)
    """A formula over the new record that gives its value when the field is absent."""
    pattern: str | None = Field(default=None, min_length=1, max_length=80)
    """How automatic numbers are made: text around `{YYYY}`, `{YY}`, `{MM}`, `{DD}` and `{0000}`."""
    patterns: dict[ApiName, Annotated[str, Field(min_length=1, max_length=80)]] = {}
    """Record type → its own pattern."""
    start: int | None = Field(default=None, ge=0, le=10**15)
    """The first automatic number; 1 when not given."""
    reset: Literal["year", "month", "day"] | None = None
    """When automatic numbers begin again; never when not given."""
    most: int | None = Field(default=None, ge=1, le=1000)
    """The most stars, tags or files a value has."""
    region: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """The country of telephone numbers without a country code (ISO 3166)."""
    result: (
        Literal["text", "decimal", "integer", "currency", "percent", "boolean", "date", "datetime"]
        | None
    ) = None
    """Result type of a formula field."""
    formula: str | None = Field(default=None, min_length=1, max_length=20_000)
    blank: Literal["zero", "blank"] | None = None
    """How a formula field treats blank number fields; zero when not given."""
    history: bool | None = None
    """Whether changes of the field are kept; as the object says when not given."""
    searchable: bool | None = None
    """Whether searches find records by the field; when not given, only by the name field."""
    help: Text = {}
    protected: bool = False
    physical: str | None = None


class RecordTypeDef(Definition):
    """A record type 业务类型: restricts picklists and chooses layouts."""

    kind: ClassVar[str] = "record_type"
    key: ClassVar[str] = "record_type"
    child_of_object: ClassVar[bool] = True

    object: ApiName
    active: bool = True
    default: bool = False
    picklists: dict[ApiName, tuple[str, ...]] = {}
    """Field name → the values offered; a field that is not named offers all of its values."""


class ValidationRuleDef(Definition):
    """A validation rule 校验规则: when the formula is true, saving is refused with the message."""

    kind: ClassVar[str] = "validation_rule"
    key: ClassVar[str] = "rule"
    child_of_object: ClassVar[bool] = True

    object: ApiName
    active: bool = True
    when: str = Field(min_length=1, max_length=20_000)
    blank: Literal["zero", "blank"] | None = None
    message: Text
    at: str = Field(default="page", pattern=r"^(page|(field|section):[A-Za-z][A-Za-z0-9_]{0,62})$")
    """Where the message appears: page, field:NAME or section:NAME."""


class IndexDef(Definition):
    """An index over fields of an object, in order; a leading minus turns a field's order round.

    With `unique`, no two records have the same values in all of them; a record in which one of
    them is blank is not compared. `message` is what people are told then.
    """

    kind: ClassVar[str] = "index"
    key: ClassVar[str] = "index"
    child_of_object: ClassVar[bool] = True

    object: ApiName
    fields: tuple[Annotated[str, Field(pattern=r"^-?[A-Za-z][A-Za-z0-9_]{0,62}$")], ...] = Field(
        min_length=1, max_length=8
    )
    unique: bool = False
    message: Text = {}

    @property
    def terms(self) -> tuple[tuple[str, bool], ...]:
        """Return the fields' names, each with whether its order is turned round."""
        return tuple((name.removeprefix("-"), name.startswith("-")) for name in self.fields)


class PermissionDef(Definition):
    """A permission of the business's own: permission sets grant it, `$Permission.NAME` asks."""

    kind: ClassVar[str] = "permission"
    key: ClassVar[str] = "permission"


class LabelDef(Definition):
    """A text by language, which formulas read as `$Label.NAME` in the caller's."""

    kind: ClassVar[str] = "custom_label"
    key: ClassVar[str] = "custom_label"

    text: Text


class RoleDef(Definition):
    """A role 职能: each user has one; it chooses layouts and brings permission sets."""

    kind: ClassVar[str] = "role"
    key: ClassVar[str] = "role"

    permission_sets: tuple[ApiName, ...] = ()


FieldAccess = Literal["none", "read", "edit"]


class ObjectPermission(Part):
    """What a permission set grants on one object."""

    create: bool = False
    read: bool = False
    update: bool = False
    delete: bool = False
    void: bool = False
    """Make records void, and valid again."""
    view_all: bool = False
    """Read every record, whatever the sharing."""
    modify_all: bool = False
    """Read, change and delete every record, locked ones too."""
    field_default: FieldAccess = "edit"
    """Access to fields that are not listed."""
    fields: dict[ApiName, FieldAccess] = {}


SystemPermission = Literal[
    "manage_metadata", "manage_users", "view_all", "modify_all", "skip_checks", "purge_records"
]
SYSTEM_PERMISSIONS: tuple[str, ...] = get_args(SystemPermission)


class PermissionSetDef(Definition):
    """Grants, added to those of the user's other sets."""

    kind: ClassVar[str] = "permission_set"
    key: ClassVar[str] = "permission_set"

    system: tuple[SystemPermission, ...] = ()
    """Grants on the whole tenant. `modify_all` includes every object and field; `skip_checks` lets
    bulk jobs leave out rules, duplicates and automations; `purge_records` empties the recycle
    bin for good."""
    permissions: tuple[ApiName, ...] = ()
    """The business's own permissions that are granted."""
    objects: dict[ApiName, ObjectPermission] = {}
    apps: tuple[ApiName, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> PermissionSetDef:
        if len(set(self.system)) != len(self.system):
            raise ValueError("system permissions are listed twice")
        if len({name.casefold() for name in self.permissions}) != len(self.permissions):
            raise ValueError("permissions are listed twice")
        return self
