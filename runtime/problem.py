"""What can go wrong with records and queries, as problems and findings with permanent codes."""

from __future__ import annotations

from paas.kernel import Finding, Kind, Problem

# ---------------------------------------------------------------- problems of one record


class RecordInvalid(Problem):
    """The record is not valid."""

    code = "record.invalid"
    kind = Kind.INVALID
    zh = "记录未通过校验，请修改后重试。"
    en = "The record is not valid. Please correct it and try again."


class RecordNotFound(Problem):
    """No such record."""

    code = "record.not_found"
    kind = Kind.MISSING
    zh = "记录不存在，或您无权查看。"
    en = "The record does not exist, or you may not see it."


class RecordForbidden(Problem):
    """The record may not be changed by this user."""

    code = "record.forbidden"
    kind = Kind.FORBIDDEN
    zh = "您可以查看此记录，但无权修改或删除。"
    en = "You may see this record but not change or delete it."


class RecordLocked(Problem):
    """The record is locked."""

    code = "record.locked"
    kind = Kind.CONFLICT
    zh = "记录已锁定，暂时不能修改或删除。"
    en = "The record is locked and cannot be changed or deleted now."


class RecordStale(Problem):
    """The record has changed meanwhile."""

    code = "record.stale"
    kind = Kind.STALE
    zh = "记录已被他人修改，当前版本为 {version}，请刷新后重试。"
    en = "The record has been changed meanwhile; its version is now {version}. Reload and retry."


class RecordVoid(Problem):
    """The record is void."""

    code = "record.void"
    kind = Kind.CONFLICT
    zh = "记录已作废，不能修改。"
    en = "The record is void and cannot be changed."


class RecordNotVoidable(Problem):
    """Records of the object are never void."""

    code = "record.not_voidable"
    kind = Kind.CONFLICT
    zh = "“{object}”的记录不能作废。"
    en = "Records of “{object}” cannot be made void."


class RecordVersionRequired(Problem):
    """The expected version is missing."""

    code = "record.version_required"
    kind = Kind.UNCONDITIONAL
    zh = "修改或删除此记录须注明所依据的版本（If-Match 或 version）。"
    en = "Changing or deleting this record takes the version you go by (If-Match or version)."


class RecordDuplicate(Problem):
    """A value that must be unique is taken."""

    code = "record.duplicate"
    kind = Kind.CONFLICT
    zh = "已有记录使用了相同的值。"
    en = "Another record already has this value."


class RecordInUse(Problem):
    """The record is in use."""

    code = "record.in_use"
    kind = Kind.CONFLICT
    zh = "记录被“{object}”引用，不能删除。"
    en = "The record is referred to by “{object}” and cannot be deleted."


class HistoryUnreachable(Problem):
    """History does not reach that far."""

    code = "record.history_unreachable"
    kind = Kind.INVALID
    zh = "保留的历史不足以还原该时间的记录。"
    en = "The history that is kept does not tell what the record was at that time."


class BinEntryNotFound(Problem):
    """No such entry in the recycle bin."""

    code = "bin.not_found"
    kind = Kind.MISSING
    zh = "回收站中没有这条记录，或您无权恢复。"
    en = "There is no such entry in the recycle bin, or you may not restore it."


class BinObjectGone(Problem):
    """The object of a deleted record is gone."""

    code = "bin.object_gone"
    kind = Kind.CONFLICT
    zh = "记录所属的对象已被删除，不能恢复。"
    en = "The object these records belong to has been deleted; they cannot be restored."


# ---------------------------------------------------------------- problems of a call


class BatchRefused(Problem):
    """The batch is refused."""

    code = "record.batch_refused"
    kind = Kind.INVALID
    zh = "批量操作未执行：{count} 条记录有问题。"
    en = "Nothing of the batch was written: {count} of its records have problems."


class AccessDenied(Problem):
    """The operation is not permitted."""

    code = "access.denied"
    kind = Kind.FORBIDDEN
    zh = "您没有对“{object}”执行此操作（{operation}）的权限。"
    en = "You may not do this ({operation}) with “{object}”."


class QueryInvalid(Problem):
    """The query is not valid."""

    code = "query.invalid"
    kind = Kind.INVALID
    zh = "查询条件有错误。"
    en = "The query has errors."


class UpkeepInvalid(Problem):
    """What is to be done to records is not valid."""

    code = "record.upkeep_invalid"
    kind = Kind.INVALID
    zh = "无法执行：请检查对象、字段和选项。"
    en = "This cannot be done: check object, field and choices."


class PipelineTooDeep(Problem):
    """Writes cause one another without end."""

    code = "record.too_deep"
    kind = Kind.INVALID
    zh = "自动操作层层触发，超过 {limit} 层，已全部取消。"
    en = "Writes caused one another more than {limit} levels deep; everything was undone."


# ---------------------------------------------------------------- findings in a record

FIELD_UNKNOWN = Finding(
    "field.unknown", "对象“{object}”没有字段“{name}”。", "“{object}” has no field “{name}”."
)
FIELD_NOT_WRITABLE = Finding(
    "field.not_writable", "字段“{label}”不可写入。", "The field “{label}” cannot be written."
)
FIELD_REQUIRED = Finding("field.required", "请填写“{label}”。", "“{label}” is required.")
FIELD_NOT_UNIQUE = Finding(
    "field.not_unique", "“{label}”的值已被使用。", "The value of “{label}” is already taken."
)
FIELDS_NOT_UNIQUE = Finding(
    "record.fields_not_unique",
    "已有记录的{labels}与此相同。",
    "There already is a record with the same {labels}.",
)
VALUE_NOT_OFFERED = Finding(
    "field.value_not_offered",
    "当前业务类型下，“{label}”不提供选项“{value}”。",
    "This record type does not offer “{value}” for “{label}”.",
)
VALUE_NOT_DEPENDENT = Finding(
    "field.value_not_dependent",
    "“{controller}”的当前值下，“{label}”不提供选项“{value}”。",
    "With the present value of “{controller}”, “{label}” does not offer “{value}”.",
)
CHOICE_UNKNOWN = Finding(
    "field.choice_unknown",
    "“{label}”不能用选项“{value}”替换或被替换。",
    "“{value}” cannot be replaced, or replace another choice, in “{label}”.",
)
NOT_NUMBERED = Finding(
    "field.not_numbered",
    "“{label}”不是自动编号字段。",
    "“{label}” has no automatic numbers.",
)
REFERENCE_NOT_FOUND = Finding(
    "reference.not_found",
    "“{label}”指向的记录不存在，或您无权查看。",
    "The record that “{label}” refers to does not exist, or you may not see it.",
)
KEY_NOT_ONE = Finding(
    "reference.key_not_one",
    "按外部编号引用时，应只给出一个字段和它的值。",
    "A reference by key has exactly one field and its value.",
)
KEY_UNKNOWN = Finding(
    "record.key_unknown",
    "对象“{object}”没有可用来匹配的字段“{name}”。",
    "“{object}” has no field “{name}” to match by.",
)
KEY_NOT_UNIQUE = Finding(
    "record.key_not_unique",
    "“{label}”不是唯一字段，不能用来匹配记录。",
    "“{label}” is not unique; records cannot be matched by it.",
)
KEY_MISSING = Finding(
    "record.key_missing",
    "缺少用来匹配记录的“{label}”。",
    "“{label}”, by which records are matched, is missing.",
)
KEY_REPEATED = Finding(
    "record.key_repeated",
    "同一批中已有“{label}”相同的行。",
    "An earlier row of the same batch has the same “{label}”.",
)
REFERENCE_AMBIGUOUS = Finding(
    "reference.ambiguous",
    "“{label}”可指向不止一条记录，请改用唯一字段。",
    "“{label}” could mean more than one record; use a unique field.",
)
HIERARCHY_CYCLE = Finding(
    "record.hierarchy_cycle",
    "“{label}”不能指向记录自身或其下级。",
    "“{label}” must not lead back to the record itself.",
)
FIELD_WITHOUT_HISTORY = Finding(
    "field.without_history",
    "“{label}”没有保留到该时间的历史。",
    "The history of “{label}” does not reach back to that time.",
)
SETTING_FOR_TWO = Finding(
    "setting.for_two",
    "一条设置只能适用于一个职能或一个用户，不能同时填写两者。",
    "A value of a setting holds for a role or for a user, not for both.",
)
SETTING_KEY_WRONG = Finding(
    "setting.key_wrong",
    "此设置值的键应为“{key}”：职能或用户的 id，或 everybody。",
    "The key of this value is “{key}”: the id of its role or user, or everybody.",
)
ONE_ORGANIZATION = Finding(
    "organization.only_one",
    "组织信息只有一条，不能新建或删除。",
    "There is one organisation; it can be neither added nor deleted.",
)
CURRENCY_UNKNOWN = Finding(
    "organization.currency_unknown",
    "“{value}”不是货币代码，应为三个大写字母，例如 CNY。",
    "“{value}” is no currency code: three capital letters, such as CNY.",
)
MONTH_INVALID = Finding(
    "organization.month_invalid",
    "财年起始月份应为 1 到 12。",
    "The first month of the fiscal year is a number from 1 to 12.",
)
ZONE_UNKNOWN = Finding(
    "organization.zone_unknown",
    "没有时区“{value}”，应如 Asia/Shanghai。",
    "There is no time zone “{value}”; it is written like Asia/Shanghai.",
)
RECORD_REPEATED = Finding(
    "record.repeated",
    "同一批中重复出现了记录 {id}。",
    "The record {id} stands in the batch more than once.",
)
ID_INVALID = Finding("record.id_invalid", "缺少有效的记录 id。", "A valid record id is missing.")
ID_TAKEN = Finding("record.id_taken", "记录 id 已被使用。", "The record id is already taken.")
VERSION_INVALID = Finding(
    "record.version_invalid", "版本号必须是正整数。", "The version must be a positive whole number."
)

# ---------------------------------------------------------------- findings in a query

QUERY_FIELD_UNKNOWN = Finding(
    "query.field_unknown", "没有字段“{name}”。", "There is no field “{name}”."
)
QUERY_FIELD_UNREADABLE = Finding(
    "query.field_unreadable", "您无权读取字段“{name}”。", "You may not read the field “{name}”."
)
QUERY_NOT_A_LOOKUP = Finding(
    "query.not_a_lookup",
    "“{name}”不是关联字段，后面不能再接字段。",
    "“{name}” is not a lookup; no field may follow it.",
)
QUERY_TOO_LONG = Finding(
    "query.too_long", "最多允许 {limit} 个（字符或字段）。", "At most {limit} are allowed."
)
QUERY_LIMIT = Finding(
    "query.limit", "每页条数应在 1 到 {limit} 之间。", "The page size must be from 1 to {limit}."
)
QUERY_NOT_IN_DATABASE = Finding(
    "query.not_in_database",
    "“{name}”不能用于查询条件。",
    "“{name}” cannot be used in a query.",
)
QUERY_NOT_SORTABLE = Finding(
    "query.not_sortable", "不能按“{name}”排序。", "Records cannot be sorted by “{name}”."
)
QUERY_OBJECT_UNKNOWN = Finding(
    "query.object_unknown", "没有对象“{name}”。", "There is no object “{name}”."
)
QUERY_NOT_SEARCHABLE = Finding(
    "query.not_searchable",
    "“{object}”没有您可以搜索的字段。",
    "“{object}” has no field that you can search.",
)
QUERY_BAD_CHARACTER = Finding(
    "query.bad_character",
    "第 {position} 个字符不能出现在查询条件中。",
    "The character at {position} cannot stand in a query.",
)
QUERY_TOO_MANY_LOOKUPS = Finding(
    "query.too_many_lookups",
    "一次查询最多经过 {limit} 个关联记录。",
    "One query reads at most {limit} related records.",
)
QUERY_HIERARCHY = Finding(
    "query.hierarchy",
    "{name} 的第一个参数应是声明为层级的关联字段，第二个参数应是固定的记录 id。",
    "{name} takes a lookup that is declared a hierarchy, and the fixed id of a record.",
)
CURSOR_INVALID = Finding(
    "query.cursor_invalid",
    "分页游标无效，或不属于这个查询。",
    "The cursor is not valid, or belongs to another query.",
)


def verbatim(text: str) -> str:
    """Return an administrator's sentence so that no brace in it is taken for a parameter."""
    return text.replace("{", "{{").replace("}", "}}") if "{" in text else text
