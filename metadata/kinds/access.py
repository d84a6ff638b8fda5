"""Roles, permission sets and permissions: what they name must exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metadata import finding
from metadata.definition import SYSTEM_PERMISSIONS, PermissionDef, PermissionSetDef, RoleDef
from metadata.kind import DefinitionKind, Reference, Rename
from metadata.snapshot import Snapshot
from paas.kernel import Violation


def role_references(definition: RoleDef) -> Iterator[Reference]:
    """Yield what a role needs."""
    for name in definition.permission_sets:
        yield "permission_set", None, name


def permission_references(definition: PermissionSetDef) -> Iterator[Reference]:
    """Yield what a permission set needs."""
    for name, grant in definition.objects.items():
        yield "object", None, name
        for field in grant.fields:
            yield "field", name, field
    for name in definition.permissions:
        yield "permission", None, name
    for name in definition.apps:
        yield "app", None, name


def check_permission(definition: PermissionDef, _snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with a permission: formulas could not tell it from one of the system."""
    if definition.name.casefold() in SYSTEM_PERMISSIONS:
        yield finding.NAME_RESERVED.at("/name", name=definition.name)


def role_renamed(definition: RoleDef, rename: Rename) -> RoleDef:
    """Return the role after a rename."""
    if rename.kind != "permission_set":
        return definition
    names = tuple(_instead(name, rename) for name in definition.permission_sets)
    return definition.model_copy(update={"permission_sets": names})


def permission_renamed(definition: PermissionSetDef, rename: Rename) -> PermissionSetDef:
    """Return the permission set after a rename."""
    changed: dict[str, Any] = {}
    if rename.kind == "object":
        changed["objects"] = _with_key(definition.objects, rename)
    elif rename.kind == "permission":
        changed["permissions"] = tuple(_instead(name, rename) for name in definition.permissions)
    elif rename.kind == "app":
        changed["apps"] = tuple(_instead(name, rename) for name in definition.apps)
    elif rename.kind == "field" and rename.object in definition.objects:
        grant = definition.objects[rename.object]
        grant = grant.model_copy(update={"fields": _with_key(grant.fields, rename)})
        changed["objects"] = {**definition.objects, rename.object: grant}
    return definition.model_copy(update=changed)


def _instead(name: str, rename: Rename) -> str:
    return rename.new if name == rename.old else name


def _with_key(mapping: dict[str, Any], rename: Rename) -> dict[str, Any]:
    return {_instead(name, rename): value for name, value in mapping.items()}


KINDS = (
    DefinitionKind(
        RoleDef,
        folder="roles",
        references=role_references,
        renamed=role_renamed,
        label={"zh-CN": "职能", "en-US": "role"},
    ),
    DefinitionKind(
        PermissionSetDef,
        folder="permissions",
        references=permission_references,
        renamed=permission_renamed,
        label={"zh-CN": "权限集", "en-US": "permission set"},
    ),
    DefinitionKind(
        PermissionDef,
        folder="custom_permissions",
        check=check_permission,
        label={"zh-CN": "自定义权限", "en-US": "permission"},
    ),
)
