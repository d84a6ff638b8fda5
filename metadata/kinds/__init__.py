"""The kinds of definitions `metadata` owns: what each needs and what can be wrong with it."""

from metadata.kinds import access, field, index, label, object, picklist, record_type, rule

KINDS = (
    object.KIND,
    picklist.KIND,
    field.KIND,
    record_type.KIND,
    rule.KIND,
    index.KIND,
    label.KIND,
    *access.KINDS,
)

__all__ = ["KINDS"]
