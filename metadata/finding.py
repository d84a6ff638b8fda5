"""What can be wrong with a description. Formulas have findings of their own (`formula`)."""

from __future__ import annotations

from paas.kernel import Finding

KIND_UNKNOWN = Finding(
    "metadata.kind_unknown",
    "没有名为“{kind}”的定义类型。",
    "There is no kind of definition named “{kind}”.",
)
DEFINITION_MISSING = Finding(
    "metadata.definition_missing",
    "没有这个{kind}定义：“{name}”。",
    "There is no such {kind}: “{name}”.",
)
KEY_MISSING = Finding("metadata.key_missing", "缺少“{key}”。", "“{key}” is missing.")
KEY_UNKNOWN = Finding(
    "metadata.key_unknown",
    "这里没有名为“{key}”的属性。{hint}",
    "“{key}” means nothing here. {hint}",
)
VALUE_INVALID = Finding(
    "metadata.value_invalid",
    "“{key}”的值不正确：{reason}",
    "The value of “{key}” is wrong: {reason}",
)
CHANGED_TWICE = Finding(
    "metadata.changed_twice",
    "同一次发布中，“{name}”出现了两次。",
    "“{name}” is changed twice in one publish.",
)
UID_TAKEN = Finding(
    "metadata.uid_taken",
    "编号 {uid} 已属于另一个{kind}定义。",
    "The uid {uid} belongs to another definition, of kind {kind}.",
)
NAME_TAKEN = Finding(
    "metadata.name_taken",
    "API 名称“{name}”已被使用（不区分大小写）。",
    "The API name “{name}” is taken (letter case does not count).",
)
NAME_RESERVED = Finding(
    "metadata.name_reserved",
    "API 名称“{name}”是保留名称。",
    "The API name “{name}” is reserved.",
)
NAME_OF_OBJECT = Finding(
    "metadata.name_of_object",
    "字段不能与对象“{name}”同名。",
    "A field may not bear the name of the object “{name}”.",
)
PROTECTED = Finding(
    "metadata.protected",
    "“{name}”由系统提供，只能修改名称文字和增加字段。",
    "“{name}” is shipped with the product: only its labels may be changed and fields added.",
)
REGION_UNKNOWN = Finding(
    "metadata.region_unknown",
    "没有国家或地区“{region}”。",
    "There is no country or region “{region}”.",
)
SEMICOLON_IN_CHOICE = Finding(
    "metadata.semicolon_in_choice",
    "多选项的 API 值不能含有分号：“{value}”。",
    "The API value of one of several choices may not contain a semicolon: “{value}”.",
)
NOT_CONTROLLING = Finding(
    "metadata.not_controlling",
    "“{name}”不是单选或布尔字段，不能控制其他字段的选项。",
    "“{name}” is neither a picklist nor a boolean and cannot control other choices.",
)
DEPENDENCY_CYCLE = Finding(
    "metadata.dependency_cycle",
    "字段“{name}”的选项依赖成环。",
    "The choices of “{name}” depend on themselves.",
)
PATTERN_INVALID = Finding(
    "metadata.pattern_invalid",
    "自动编号的格式不正确：{reason}",
    "The pattern of automatic numbers is wrong: {reason}",
)
REFERENCE_UNKNOWN = Finding(
    "metadata.reference_unknown",
    "没有名为“{name}”的{kind}定义。{hint}",
    "There is no {kind} named “{name}”. {hint}",
)
IN_USE = Finding(
    "metadata.in_use",
    "“{name}”仍在使用中：{users}。",
    "“{name}” is still used by: {users}.",
)
DEPENDENT_BROKEN = Finding(
    "metadata.dependent_broken",
    "此更改会使{kind}“{name}”失效：{reason}",
    "This change would break the {kind} “{name}”: {reason}",
)
STORED_FIRST = Finding(
    "metadata.index_needs_stored",
    "公式字段要建索引，必须设为存储（stored）。",
    "A formula field must be stored to be indexed.",
)
NOT_STORABLE = Finding(
    "metadata.formula_not_storable",
    "存储的公式只能读取本记录的字段和子记录，不能经过关联字段，也不能使用当前时间、当前用户等会变化的值。",
    "A stored formula reads fields of its own record and child records only, not through lookups, "
    "and nothing that changes by itself, such as the time or the user.",
)
NAMED_TWICE = Finding(
    "metadata.field_named_twice",
    "字段“{name}”出现了两次。",
    "The field “{name}” is named twice.",
)
NOT_INDEXABLE = Finding(
    "metadata.field_not_indexable",
    "字段“{name}”（类型 {type}）不能建索引。",
    "The field “{name}” (of type {type}) cannot be indexed.",
)
UNIQUE_FIELD_INSTEAD = Finding(
    "metadata.index_of_one_unique_field",
    "只有一个字段时，请在字段上设置唯一。",
    "For a single field, declare the field itself unique.",
)
FORMULA_NOT_IN_DATABASE = Finding(
    "metadata.formula_not_in_database",
    "函数 {name} 不是每种数据库都能计算，因此不能用在公式字段和筛选条件中；校验规则中可以使用。",
    "Not every database can compute the function {name}, so formula fields and filters cannot "
    "use it; validation rules can.",
)
FORMULA_CYCLE = Finding(
    "metadata.formula_cycle",
    "公式字段循环引用：{path}。",
    "Formula fields refer to each other in a circle: {path}.",
)
TYPE_UNKNOWN = Finding(
    "metadata.field_type_unknown",
    "没有名为“{type}”的字段类型。{hint}",
    "There is no field type named “{type}”. {hint}",
)
TYPE_FIXED = Finding(
    "metadata.field_type_fixed",
    "字段已有存储，不能从“{old}”改为“{new}”；请新建字段。",
    "The field stores its values and cannot change from “{old}” to “{new}”; add another field.",
)
SCALE_FIXED = Finding(
    "metadata.field_scale_fixed",
    "小数位数不能从 {old} 改为 {new}；请新建字段。",
    "The number of decimal places cannot change from {old} to {new}; add another field.",
)
TARGET_FIXED = Finding(
    "metadata.field_target_fixed",
    "关联的对象不能从“{old}”改为“{new}”；请新建字段。",
    "The object a lookup refers to cannot change from “{old}” to “{new}”; add another field.",
)
ATTRIBUTE_UNUSED = Finding(
    "metadata.attribute_unused",
    "类型为“{type}”的字段没有属性“{key}”。",
    "A field of type “{type}” has no attribute “{key}”.",
)
ATTRIBUTE_NEEDED = Finding(
    "metadata.attribute_needed",
    "类型为“{type}”的字段必须有属性“{key}”。",
    "A field of type “{type}” needs the attribute “{key}”.",
)
SCALE_TOO_LARGE = Finding(
    "metadata.scale_too_large",
    "小数位数不能多于总位数 {precision}。",
    "There cannot be more decimal places than digits in all ({precision}).",
)
CHOICES_NEEDED = Finding(
    "metadata.choices_needed",
    "选项字段要么列出选项，要么引用一个共享选项集。",
    "A picklist field either lists its values or names a shared picklist.",
)
CHOICE_TWICE = Finding(
    "metadata.choice_twice",
    "选项“{value}”重复。",
    "The value “{value}” is listed twice.",
)
CHOICE_UNKNOWN = Finding(
    "metadata.choice_unknown",
    "字段“{field}”没有选项“{value}”。",
    "The field “{field}” has no value “{value}”.",
)
CHOICE_FIXED = Finding(
    "metadata.choice_fixed",
    "选项的 API 值不能从“{old}”改为“{new}”：记录中保存的正是它。",
    "The API value of a choice cannot change from “{old}” to “{new}”: records hold it.",
)
DEFAULT_TWICE = Finding(
    "metadata.default_twice",
    "默认项只能有一个。",
    "There can be only one default.",
)
DEFAULT_INVALID = Finding(
    "metadata.default_invalid",
    "默认值不正确：{reason}",
    "The default is wrong: {reason}",
)
NOT_A_PICKLIST = Finding(
    "metadata.not_a_picklist",
    "“{field}”不是选项字段。",
    "“{field}” is not a picklist field.",
)
NULL_NEEDED = Finding(
    "metadata.null_needed",
    "必填的关联字段不能在删除时清空。",
    "A required lookup cannot be emptied when its target is deleted.",
)
SETTING_FIXED = Finding(
    "metadata.setting_fixed",
    "对象不能变为设置，设置也不能变为对象；请新建。",
    "An object cannot become a setting, nor a setting an object; make another.",
)
SETTING_UNOWNED = Finding(
    "metadata.setting_unowned",
    "设置没有负责人，不能写“owned: true”。",
    "The values of a setting have no owner; “owned: true” does not fit.",
)
TEXT_NEEDED = Finding("metadata.text_needed", "请填写“{key}”的文字。", "“{key}” needs a text.")
TOO_MANY_FIELDS = Finding(
    "metadata.too_many_fields",
    "一个对象最多有 {limit} 个字段。",
    "An object has at most {limit} fields.",
)
TOO_MANY_SEARCHABLE = Finding(
    "metadata.too_many_searchable",
    "一个对象最多可有 {limit} 个可搜索字段。",
    "At most {limit} fields of an object may be searchable.",
)
DUPLICATES_EXIST = Finding(
    "metadata.duplicates_exist",
    "“{name}”现有的数据有重复值，不能设为唯一。",
    "“{name}” holds the same value twice already and cannot become unique.",
)
REFERENCES_BROKEN = Finding(
    "metadata.references_broken",
    "“{name}”现有的数据关联了不存在的记录。",
    "“{name}” refers to records that no longer exist.",
)
PARENT_FIXED = Finding(
    "metadata.parent_fixed",
    "“{name}”属于对象“{old}”，不能移到另一个对象。",
    "“{name}” belongs to the object “{old}” and cannot move to another.",
)
TOO_LONG_FOR_INDEX = Finding(
    "metadata.too_long_for_index",
    "唯一或建索引的字段长度不能超过 {limit}。",
    "A field that is unique or indexed has a length of at most {limit}.",
)

HIERARCHY_ELSEWHERE = Finding(
    "metadata.hierarchy_elsewhere",
    "层级字段必须关联到所在对象自身。",
    "A hierarchy is a lookup to the object it belongs to.",
)
