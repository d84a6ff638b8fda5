"""What can be wrong with a query, as findings with permanent codes."""

from __future__ import annotations

from typing import Any

from paas.kernel import Finding, Span, Violation


class Untranslatable(Exception):
    """A form that means nothing; carries the violation."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.code)
        self.violation = violation


def refuse(finding: Finding, span: Span, **params: Any) -> Untranslatable:
    """Return what to raise at a place."""
    return Untranslatable(finding.at("", span=span, **params))


QUERY_SYNTAX = Finding(
    "query.syntax",
    "第 {position} 个字符处的“{found}”不应出现在这里。",
    "“{found}” is not expected at character {position}.",
)
QUERY_TOO_COMPLEX = Finding(
    "query.too_complex",
    "查询过于复杂（最多 {limit} 个部分）。",
    "The query is too complex; it may have {limit} parts.",
)
QUERY_TOO_DEEP = Finding(
    "query.too_deep",
    "查询嵌套过深（最多 {limit} 层）。",
    "The query is nested too deeply; {limit} levels are allowed.",
)
QUERY_DATE_INVALID = Finding(
    "query.date_invalid", "“{text}”不是有效的日期。", "“{text}” is not a date."
)
QUERY_DATE_MISPLACED = Finding(
    "query.date_misplaced",
    "日期范围“{text}”只能和日期字段直接比较。",
    "The period “{text}” can only be compared with a date or a date and time.",
)
QUERY_PARAMETER_MISSING = Finding(
    "query.parameter_missing", "缺少参数“{name}”。", "The parameter “{name}” is missing."
)
QUERY_PARAMETER_INVALID = Finding(
    "query.parameter_invalid",
    "参数“{name}”的值不能用在这里。",
    "The value of the parameter “{name}” cannot be used here.",
)
QUERY_TOO_MANY_VALUES = Finding(
    "query.too_many_values",
    "IN 中最多 {limit} 个值。",
    "IN takes at most {limit} values.",
)
QUERY_SEMI_JOIN = Finding(
    "query.semi_join",
    "IN 中的子查询应选出一个关联到相同对象的字段，且只有 WHERE 条件。",
    "A query inside IN selects one field that refers to the same object, and has only a WHERE.",
)
QUERY_OBJECT_UNKNOWN = Finding(
    "query.object_unknown", "没有对象“{name}”。", "There is no object “{name}”."
)
QUERY_CHILDREN_UNKNOWN = Finding(
    "query.children_unknown",
    "“{object}”没有子记录“{name}”；可用的有：{known}",
    "“{object}” has no child records “{name}”; there are: {known}",
)
QUERY_NOT_GROUPED = Finding(
    "query.not_grouped",
    "“{name}”既不在 GROUP BY 中，也不是汇总。",
    "“{name}” is neither in GROUP BY nor an aggregate.",
)
QUERY_NOT_AGGREGATED = Finding(
    "query.not_aggregated",
    "{name} 只能用于带汇总的查询。",
    "{name} belongs in queries with aggregates.",
)
QUERY_AGGREGATE_INVALID = Finding(
    "query.aggregate_invalid",
    "{name} 不能汇总这种值。",
    "{name} cannot aggregate such a value.",
)
QUERY_NAME_TAKEN = Finding(
    "query.name_taken", "列名“{name}”重复。", "Two columns are called “{name}”."
)
QUERY_TOO_MANY = Finding(
    "query.too_many",
    "{what}最多 {limit} 个。",
    "There may be at most {limit} {what}.",
)
QUERY_TOO_MANY_CHILDREN = Finding(
    "query.too_many_children",
    "“{name}”的子记录超过 {limit} 条，请减少每页条数或每条记录的子记录数。",
    "There are more than {limit} child records of “{name}”; ask for fewer records or fewer of "
    "their children.",
)
QUERY_MEMBER = Finding(
    "query.member",
    "“{name}”不是查询的有效成员：{reason}",
    "“{name}” is not a valid member of a query: {reason}",
)
QUERY_CURSOR_MISPLACED = Finding(
    "query.cursor_misplaced",
    "分组查询没有分页游标。",
    "A query with groups has no cursor.",
)
QUERY_NOT_SHOWN = Finding(
    "query.not_shown",
    "这里不能直接显示{type}，请先用 TEXT() 转换。",
    "A value of the type {type} cannot be shown; TEXT() may turn it into one that can.",
)
