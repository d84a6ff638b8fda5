"""The description of a business: definitions, the snapshot they compile to, publish, source files.

Rooms: `definition` (documents), `kind` and `field_type` (what may be plugged in), `field_types`
(the built-in ones), `model` and `snapshot` (what definitions mean), `symbol` (what formulas see),
`planning` (what a publish would do), `catalog` (doing it), `source` (YAML files), `ddl` (the only
room with SQLAlchemy). Records are the business of `runtime`.
"""

from metadata.builtin import register
from metadata.catalog import After, Catalog
from metadata.change import Applied, Change, Place, Published
from metadata.definition import (
    SETTING_KEY,
    SOURCE_LANGUAGE,
    SYSTEM_PERMISSIONS,
    ApiName,
    Definition,
    Document,
    FieldAccess,
    FieldDef,
    LabelDef,
    ObjectDef,
    ObjectPermission,
    Part,
    PermissionDef,
    PermissionSetDef,
    PicklistDef,
    PicklistValueDef,
    RecordTypeDef,
    RoleDef,
    Text,
    Uid,
    ValidationRuleDef,
)
from metadata.document import near
from metadata.document import to_document as document_of
from metadata.field_type import (
    FIELD_TYPES,
    PLAIN_FORM,
    Coercer,
    FieldModel,
    FieldType,
    Refusal,
    SearchForm,
    Storage,
    TextCodec,
    TextForm,
    Traits,
)
from metadata.field_types.codec import JOINER
from metadata.field_types.finding import OPTION_INACTIVE
from metadata.field_types.sequence import scope_of, written
from metadata.global_symbol import (
    GLOBALS,
    LABEL,
    ORGANIZATION,
    PERMISSION,
    SETUP,
    USER,
    global_field,
)
from metadata.installation import install
from metadata.kind import DEFINITION_KINDS, DefinitionKind, FormulaUse, Reference, Rename
from metadata.model import ObjectModel, RuleModel, controllers_of
from metadata.planning import PublishPlan
from metadata.problem import (
    DefinitionUnknown,
    FormulaCycle,
    FormulaTooDeep,
    ObjectUnknown,
    PublishRefused,
)
from metadata.snapshot import Snapshot
from metadata.source import Pack, load_folder, load_pack, write_folder
from metadata.source.problem import SourceInvalid
from metadata.symbol import hop_key, hop_of
from metadata.system_field import (
    APPROVAL_STATUS,
    LIFE,
    LOCK_STATUS,
    NEVER_NULL,
    NORMAL,
    SYSTEM_FIELDS,
    VOID,
    SystemField,
)

__all__ = [
    "APPROVAL_STATUS",
    "DEFINITION_KINDS",
    "FIELD_TYPES",
    "GLOBALS",
    "JOINER",
    "LABEL",
    "LIFE",
    "LOCK_STATUS",
    "NEVER_NULL",
    "NORMAL",
    "OPTION_INACTIVE",
    "ORGANIZATION",
    "PERMISSION",
    "PLAIN_FORM",
    "SETTING_KEY",
    "SETUP",
    "SOURCE_LANGUAGE",
    "SYSTEM_FIELDS",
    "SYSTEM_PERMISSIONS",
    "USER",
    "VOID",
    "After",
    "ApiName",
    "Applied",
    "Catalog",
    "Change",
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
    "FormulaTooDeep",
    "FormulaUse",
    "LabelDef",
    "ObjectDef",
    "ObjectModel",
    "ObjectPermission",
    "ObjectUnknown",
    "Pack",
    "Part",
    "PermissionDef",
    "PermissionSetDef",
    "PicklistDef",
    "PicklistValueDef",
    "Place",
    "PublishPlan",
    "PublishRefused",
    "Published",
    "RecordTypeDef",
    "Reference",
    "Refusal",
    "Rename",
    "RoleDef",
    "RuleModel",
    "SearchForm",
    "Snapshot",
    "SourceInvalid",
    "Storage",
    "SystemField",
    "Text",
    "TextCodec",
    "TextForm",
    "Traits",
    "Uid",
    "ValidationRuleDef",
    "controllers_of",
    "document_of",
    "global_field",
    "hop_key",
    "hop_of",
    "install",
    "load_folder",
    "load_pack",
    "near",
    "register",
    "scope_of",
    "write_folder",
    "written",
]
