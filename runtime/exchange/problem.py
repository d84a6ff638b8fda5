"""What can be wrong with files, their columns and their rows."""

from __future__ import annotations

from paas.kernel import Finding, Kind, Problem


class FileUnreadable(Problem):
    """The file cannot be read."""

    code = "file.unreadable"
    kind = Kind.INVALID
    zh = "文件无法读取：{reason}"
    en = "The file cannot be read: {reason}"


class FileGone(Problem):
    """The file is gone."""

    code = "file.gone"
    kind = Kind.MISSING
    zh = "文件已过期或已被清理，请重新上传或导出。"
    en = "The file has expired. Please upload or export it again."


class MappingInvalid(Problem):
    """The columns cannot be mapped so."""

    code = "import.mapping_invalid"
    kind = Kind.INVALID
    zh = "列与字段的对应关系有错误。"
    en = "The columns cannot be mapped to fields in this way."


class UndoImpossible(Problem):
    """The import cannot be undone."""

    code = "import.undo_impossible"
    kind = Kind.CONFLICT
    zh = "只有已结束、且不是试运行的导入可以撤销，而且只能撤销一次。"
    en = "Only an import that has ended and was no dry run can be undone, and only once."


class ExportTooLarge(Problem):
    """Too many records for an export."""

    code = "export.too_large"
    kind = Kind.TOO_LARGE
    zh = "共有 {count} 条记录，超过此导出方式 {limit} 条的上限。"
    en = "There are {count} records; this kind of export takes at most {limit}."


ROW_NOT_JSON = Finding("row.not_json", "此行不是 JSON 对象。", "This line is not a JSON object.")
ROW_TOO_WIDE = Finding(
    "row.too_wide",
    "此行有 {count} 列，表头只有 {expected} 列。",
    "This row has {count} cells; the header has {expected}.",
)
CHUNK_REFUSED = Finding(
    "row.chunk_refused",
    "同一批中有其他行未通过，整批未写入。",
    "Nothing of the chunk was written, because other rows in it were refused.",
)
COLUMN_UNKNOWN = Finding(
    "import.column_unknown",
    "“{name}”不是对象“{object}”的字段。",
    "“{name}” is no field of “{object}”.",
)
COLUMN_NOT_WRITABLE = Finding(
    "import.column_not_writable",
    "您无权写入字段“{label}”。",
    "You may not write the field “{label}”.",
)
COLUMN_TWICE = Finding(
    "import.column_twice",
    "字段“{name}”对应了不止一列。",
    "More than one column is mapped to “{name}”.",
)
MATCH_NOT_MAPPED = Finding(
    "import.match_not_mapped",
    "匹配字段“{name}”没有对应的列。",
    "No column is mapped to “{name}”, by which records are matched.",
)
NOTHING_MAPPED = Finding(
    "import.nothing_mapped", "没有任何列对应到字段。", "No column is mapped to a field."
)

REASONS = {
    "encoding": {"zh-CN": "编码与内容不符", "en-US": "it is not in this encoding"},
    "csv": {"zh-CN": "引号或分隔符有误", "en-US": "quotes or separators are wrong"},
    "line": {"zh-CN": "有一行过长", "en-US": "a line is too long"},
    "empty": {"zh-CN": "文件是空的", "en-US": "it is empty"},
    "workbook": {"zh-CN": "不是有效的 Excel 工作簿", "en-US": "it is not a valid workbook"},
    "bomb": {"zh-CN": "解压后过大", "en-US": "it unpacks to far too much"},
    "slow": {"zh-CN": "读取超时", "en-US": "reading it takes too long"},
}


def unreadable(reason: str) -> FileUnreadable:
    """Return the problem of a file that cannot be read, for one of `REASONS`."""
    return FileUnreadable(reason=REASONS[reason])
