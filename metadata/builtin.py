"""What `metadata` itself plugs in, through the same door as everybody else."""

from __future__ import annotations

from metadata.definition import (
    FieldDef,
    ObjectDef,
    PermissionSetDef,
    PicklistDef,
    RecordTypeDef,
    RoleDef,
    ValidationRuleDef,
)
from metadata.field_type import FIELD_TYPES
from metadata.field_types import BUILT_IN
from metadata.kind import DEFINITION_KINDS, DefinitionKind
from paas.kernel import Extensions

KINDS = (
    DefinitionKind(ObjectDef, folder="objects"),
    DefinitionKind(PicklistDef, folder="picklists"),
    DefinitionKind(FieldDef, listed_as="fields"),
    DefinitionKind(RecordTypeDef, listed_as="record_types"),
    DefinitionKind(ValidationRuleDef, listed_as="rules"),
    DefinitionKind(RoleDef, folder="roles"),
    DefinitionKind(PermissionSetDef, folder="permissions"),
)


def register(extensions: Extensions) -> None:
    """Plug in the built-in field types and kinds of definitions."""
    extensions.register(FIELD_TYPES, *BUILT_IN)
    extensions.register(DEFINITION_KINDS, *KINDS)
