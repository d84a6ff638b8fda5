"""What can be wrong with a pack, apart from its description (that is `metadata`'s to say)."""

from __future__ import annotations

from paas.kernel import Finding, Kind, Problem


class PackUnknown(Problem):
    """Unknown pack."""

    code = "pack.unknown"
    kind = Kind.MISSING
    zh = "没有名为“{name}”的包，也没有这样的文件夹。"
    en = "There is no pack named “{name}”, and no such folder."


class PackDataInvalid(Problem):
    """The pack's data cannot be loaded."""

    code = "pack.data_invalid"
    kind = Kind.INVALID
    zh = "包的数据文件有错误，没有载入任何记录。"
    en = "The pack's data files have errors; no record was loaded."


OBJECT_UNKNOWN = Finding(
    "pack.object_unknown",
    "没有名为“{name}”的对象，数据文件应以对象的 API 名称命名。",
    "There is no object named “{name}”; a data file bears the API name of its object.",
)
COLUMN_UNKNOWN = Finding(
    "pack.column_unknown",
    "对象“{object}”没有字段“{name}”。",
    "The object “{object}” has no field “{name}”.",
)
NOT_A_REFERENCE = Finding(
    "pack.not_a_reference",
    "“{object}.{name}”不是关联字段，列名中不能再带点号。",
    "“{object}.{name}” refers to nothing, so its column cannot have a dotted name.",
)
KEY_MISSING = Finding(
    "pack.key_missing",
    "第 {line} 行没有“{column}”，无法识别记录。",
    "Line {line} has no “{column}”, so the record cannot be told from others.",
)
KEY_TWICE = Finding(
    "pack.key_twice",
    "第 {line} 行的“{column}”值“{value}”已出现过。",
    "Line {line} repeats the value “{value}” of “{column}”.",
)
CELLS_WRONG = Finding(
    "pack.cells_wrong",
    "第 {line} 行的单元格个数与表头不符。",
    "Line {line} has another number of cells than the header.",
)
CELL_UNREADABLE = Finding(
    "pack.cell_unreadable",
    "第 {line} 行“{column}”的值“{value}”无法识别。",
    "Line {line}: the value “{value}” of “{column}” cannot be read.",
)
REFERENCE_UNKNOWN = Finding(
    "pack.reference_unknown",
    "第 {line} 行“{column}”引用的“{value}”不存在。",
    "Line {line}: “{value}” in “{column}” names no record.",
)
DECISION_UNKNOWN = Finding(
    "pack.decision_unknown",
    "第 {line} 行：审批动作“{value}”无法识别，应为 approve、reject 或 recall。",
    "Line {line}: “{value}” is no decision; it is approve, reject or recall.",
)
ROW_REFUSED = Finding(
    "pack.row_refused",
    "第 {line} 行：{detail}",
    "Line {line}: {detail}",
)
