"""What formulas see beside records: the caller, the organisation, permissions, labels, settings.

A global stands for a row of its own (`$Organization`), for something reached from one (`$Role`), or
has members that definitions bring (`$Label.greeting`). Here are the names and types; the values are
the business of `runtime`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Protocol

import formula
from metadata.definition import (
    SYSTEM_PERMISSIONS,
    Definition,
    FieldDef,
    LabelDef,
    ObjectDef,
    PermissionDef,
)
from metadata.field_type import FieldModel, FieldScope, FieldType, Labels
from metadata.model import ObjectModel
from metadata.symbol import hop_of

USER_OBJECT = "user"
ORGANIZATION_OBJECT = "organization"
USER, ORGANIZATION = "$user", "$organization"
PERMISSION, LABEL, SETUP = "$permission", "$label", "$setup"
GLOBALS = {USER: USER_OBJECT, ORGANIZATION: ORGANIZATION_OBJECT}
"""Names that formulas may use anywhere, and the object whose fields they offer."""
CALLERS = {"$role": "roleId", "$profile": "roleId", "$department": "dimDepart"}
"""Names for records the caller refers to, and the lookup of his that leads there."""
RECORD_TYPE = "$recordtype"
RECORD_TYPES = {"DeveloperName": "entityType", "Name": "TEXT(entityType)"}
"""What formulas may ask of the type of the record, and the formula that answers."""
RECORD_TYPE_FIELD = "entityType"
MEMBERS: Mapping[str, tuple[str, str, Labels]] = {
    PERMISSION: ("$Permission", PermissionDef.kind, {"zh-CN": "权限", "en-US": "permission"}),
    LABEL: ("$Label", LabelDef.kind, {"zh-CN": "自定义标签", "en-US": "custom label"}),
    SETUP: ("$Setup", ObjectDef.kind, {"zh-CN": "设置", "en-US": "setting"}),
}
"""Globals with members of their own: how they are written, the kind that brings members, and what
these are called."""
SYSTEM_LABELS: Mapping[str, Labels] = {
    "manage_metadata": {"zh-CN": "管理元数据", "en-US": "Manage the description"},
    "manage_users": {"zh-CN": "管理用户", "en-US": "Manage users"},
    "view_all": {"zh-CN": "查看全部数据", "en-US": "View all data"},
    "modify_all": {"zh-CN": "修改全部数据", "en-US": "Modify all data"},
    "skip_checks": {"zh-CN": "批量任务跳过检查", "en-US": "Skip checks in bulk jobs"},
    "purge_records": {"zh-CN": "彻底清除回收站", "en-US": "Purge the recycle bin"},
}
_MEMBER_TYPES = {PERMISSION: "boolean", LABEL: "long_text"}
_BOOLEAN, _TEXT = formula.Type(formula.Kind.BOOLEAN), formula.Type(formula.Kind.TEXT)

Objects = Callable[[str], formula.ObjectSymbol | None]
Readable = Callable[[str, str], bool] | None
Globals = Mapping[str, formula.ObjectSymbol | formula.GlobalSymbol]


class Description(FieldScope, Protocol):
    """What globals ask of the snapshot."""

    field_types: Mapping[str, FieldType]

    def __iter__(self) -> Iterator[Definition]:
        """Return the definitions."""

    def find(self, kind: str, name: str, *, parent: str | None = None) -> Definition | None:
        """Return the definition of a kind called `name`."""

    def object(self, name: str) -> ObjectModel:
        """Return the object called `name`."""


# ---------------------------------------------------------------- members


def member_globals(description: Description) -> Mapping[str, formula.ObjectSymbol]:
    """Return the globals whose members definitions bring; made once per snapshot."""
    found: dict[str, list[formula.FieldSymbol]] = {scope: [] for scope in MEMBERS}
    found[PERMISSION] += (
        formula.FieldSymbol(name, _BOOLEAN, SYSTEM_LABELS[name]) for name in SYSTEM_PERMISSIONS
    )
    for each in description:
        if isinstance(each, PermissionDef):
            found[PERMISSION].append(formula.FieldSymbol(each.name, _BOOLEAN, each.label))
        elif isinstance(each, LabelDef):
            found[LABEL].append(formula.FieldSymbol(each.name, _TEXT, each.label or each.text))
        elif isinstance(each, ObjectDef) and each.setting:
            found[SETUP].append(_setting(each))
    return {scope: _owner(scope, members) for scope, members in found.items()}


def _owner(scope: str, members: list[formula.FieldSymbol]) -> formula.ObjectSymbol:
    written, _kind, called = MEMBERS[scope]
    fields = {each.name.casefold(): each for each in sorted(members, key=lambda each: each.name)}
    return formula.ObjectSymbol(written, fields, called, members=called)


def _setting(definition: ObjectDef) -> formula.FieldSymbol:
    target = formula.Type(formula.Kind.REFERENCE, target=definition.name)
    hop = hop_of(definition.name)
    return formula.FieldSymbol(definition.name, target, definition.label, hop, is_value=False)


# ---------------------------------------------------------------- all globals


def globals_of(
    objects: Objects,
    own: formula.ObjectSymbol | None,
    members: Mapping[str, formula.ObjectSymbol],
    readable: Readable,
) -> Globals:
    """Return the globals there are. A lookup that is no more takes its global along."""
    found: dict[str, formula.ObjectSymbol | formula.GlobalSymbol] = {}
    user, organization = objects(USER_OBJECT), objects(ORGANIZATION_OBJECT)
    if user is not None:
        found[USER] = user
    for name, lookup in CALLERS.items():
        step = user.fields.get(lookup.casefold()) if user else None
        behind = objects(step.type.target or "") if step else None
        if step is not None and behind is not None:
            found[name] = formula.GlobalSymbol(behind, USER, (step,))
    if organization is not None:
        found[ORGANIZATION] = formula.GlobalSymbol(organization, ORGANIZATION, guarded=True)
    for name, owner in members.items():
        found[name] = formula.GlobalSymbol(owner, name, guarded=True)
    if own is not None and _tells_type(own, readable):
        called = {"zh-CN": "业务类型的属性", "en-US": "property of record types"}
        types = formula.ObjectSymbol("$RecordType", _RecordTypeSymbols(own), members=called)
        found[RECORD_TYPE] = formula.GlobalSymbol(types)
    return found


def _tells_type(own: formula.ObjectSymbol, readable: Readable) -> bool:
    is_there = RECORD_TYPE_FIELD.casefold() in own.fields
    return is_there and (readable is None or readable(own.name, RECORD_TYPE_FIELD))


class _RecordTypeSymbols(Mapping[str, formula.FieldSymbol]):
    """What formulas may ask of a record's type, compiled when first asked for."""

    def __init__(self, own: formula.ObjectSymbol) -> None:
        self._own = own

    @cached_property
    def _known(self) -> Mapping[str, formula.FieldSymbol]:
        inside = formula.Environment(object=self._own)
        made = {name: formula.compile(source, inside) for name, source in RECORD_TYPES.items()}
        return {
            name.casefold(): formula.FieldSymbol(name, each.type, formula=each)
            for name, each in made.items()
        }

    def __getitem__(self, name: str) -> formula.FieldSymbol:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(RECORD_TYPES)


def environment_of(
    objects: Objects,
    object_name: str | None,
    *,
    globals_: Globals,
    blank: formula.Blank,
    change_functions: bool,
    readable: Readable,
) -> formula.Environment:
    """Return what names mean inside the object called `object_name`."""
    own = objects(object_name) if object_name else None
    return formula.Environment(
        object=own,
        objects=objects,
        globals=globals_,
        context=formula.Context(allow_change_functions=change_functions),
        blank=blank,
        readable=readable,
    )


# ---------------------------------------------------------------- what stands behind a name


def global_field(description: Description, path: tuple[str, ...]) -> FieldModel:
    """Return the field at the end of a global's path: `$user`, …; or `$setup`, setting, field.

    Permissions and labels are no fields of anything; they get one to be passed like.
    """
    scope, *rest = path
    if scope in _MEMBER_TYPES:
        type_ = _MEMBER_TYPES[scope]
        named = FieldDef(object=MEMBERS[scope][1], name=rest[0], type=type_)
        return FieldModel(description, named, description.field_types[type_])
    model = description.object(rest.pop(0) if scope == SETUP else GLOBALS[scope])
    for step in rest[:-1]:
        model = description.object(model.fields[step].target or "")
    return model.fields[rest[-1]]


def definition_behind(description: Description, reference: formula.Reference) -> Definition | None:
    """Return the definition that a word of a formula names: a field, or a global's member."""
    for written, kind, _called in MEMBERS.values():
        if reference.object == written:
            return description.find(kind, reference.field)
    return description.find(FieldDef.kind, reference.field, parent=reference.object)


def member_names(definition: Definition) -> Iterator[str]:
    """Yield the globals of which a definition is a member, as references name them."""
    for written, kind, _called in MEMBERS.values():
        if definition.kind == kind and getattr(definition, "setting", True):
            yield written
