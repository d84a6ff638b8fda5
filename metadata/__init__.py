"""The description of a business: definitions, the snapshot they compile to, publish, source files.

Rooms: `definition` (documents), `kind` and `field_type` (what may be plugged in), `field_types`
(the built-in ones), `model` and `snapshot` (what definitions mean), `symbol` (what formulas see),
`ddl` (the only room with SQLAlchemy). Records are the business of `runtime`.
"""

from metadata.builtin import register
from metadata.definition import (
    SOURCE_LANGUAGE,
    ApiName,
    Definition,
    Document,
    FieldAccess,
    FieldDef,
    ObjectDef,
    ObjectPermission,
    Part,
    PermissionSetDef,
    PicklistDef,
    PicklistValueDef,
    RecordTypeDef,
    RoleDef,
    Text,
    Uid,
    ValidationRuleDef,
)
from metadata.field_type import FIELD_TYPES, Coercer, FieldModel, FieldType, Refusal, Storage
from metadata.kind import DEFINITION_KINDS, DefinitionKind, FormulaUse, Reference, Rename
from metadata.model import ObjectModel, RuleModel
from metadata.problem import DefinitionUnknown, FormulaCycle, ObjectUnknown
from metadata.snapshot import Snapshot
from metadata.symbol import GLOBALS, hop_key
from metadata.system_field import APPROVAL_STATUS, LOCK_STATUS, SYSTEM_FIELDS, SystemField

__all__ = [
    "APPROVAL_STATUS",
    "DEFINITION_KINDS",
    "FIELD_TYPES",
    "GLOBALS",
    "LOCK_STATUS",
    "SOURCE_LANGUAGE",
    "SYSTEM_FIELDS",
    "ApiName",
    "Coercer",
    "Definition",
    "DefinitionKind",
    "DefinitionUnknown",
    "Document",
    "FieldAccess",
    "FieldDef",
    "FieldModel",
    "FieldType",
    "FormulaCycle",
    "FormulaUse",
    "ObjectDef",
    "ObjectModel",
    "ObjectPermission",
    "ObjectUnknown",
    "Part",
    "PermissionSetDef",
    "PicklistDef",
    "PicklistValueDef",
    "RecordTypeDef",
    "Reference",
    "Refusal",
    "Rename",
    "RoleDef",
    "RuleModel",
    "Snapshot",
    "Storage",
    "SystemField",
    "Text",
    "Uid",
    "ValidationRuleDef",
    "hop_key",
    "register",
]
