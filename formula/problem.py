"""What can be wrong with a formula, as sentences an administrator understands.

`FINDINGS` in the names below are the kinds; the checker places them. Run-time failures are
diagnostics of an evaluation (`formula.evaluation`), not problems.
"""

from __future__ import annotations

from collections.abc import Iterable

from formula import types
from paas.kernel import Finding, Kind, Problem


class FormulaProblem(Problem):
    """The formula is not valid."""

    code = "formula.invalid"
    kind = Kind.INVALID
    zh = "公式有错误。"
    en = "The formula has errors."


def either(kinds: Iterable[types.Kind]) -> dict[str, str]:
    """Return kinds as the part of a sentence that says what may stand there."""
    labels = [kind.label for kind in kinds]
    return {
        language: joint.join(label[language] for label in labels)
        for language, joint in (("zh-CN", "或"), ("en-US", " or "))
    }


SYNTAX = Finding(
    "formula.syntax",
    "这里的「{found}」不符合语法，此处应为{expected}。",
    "“{found}” is out of place here; expected {expected}.",
)
UNEXPECTED_END = Finding(
    "formula.unexpected_end",
    "公式没有写完，此处还应有{expected}。",
    "The formula ends too early; expected {expected}.",
)
BAD_CHARACTER = Finding(
    "formula.bad_character",
    "无法识别的字符「{found}」。{hint}",
    "The character “{found}” cannot be used here. {hint}",
)
OPEN_TEXT = Finding(
    "formula.open_text",
    "文本缺少结束的引号。",
    "The text has no closing quotation mark.",
)
OPEN_COMMENT = Finding(
    "formula.open_comment",
    "注释缺少结束符 */。",
    "The comment has no closing */.",
)
EMPTY = Finding("formula.empty", "公式是空的。", "The formula is empty.")
TOO_LONG = Finding(
    "formula.too_long",
    "公式有 {length} 个字符，最多允许 {limit} 个。",
    "The formula has {length} characters; at most {limit} are allowed.",
)
TOO_COMPLEX = Finding(
    "formula.too_complex",
    "公式过于复杂，最多允许 {limit} 个节点（含引用的公式字段）。",
    "The formula is too complex: at most {limit} nodes, formula fields it reads included.",
)
TOO_MANY_TEXTS = Finding(
    "formula.too_many_texts",
    "公式中产生文本的函数过多，最多允许 {limit} 个（含引用的公式字段）。",
    "Too many functions of the formula make texts: at most {limit}, formula fields included.",
)
TOO_DEEP = Finding(
    "formula.too_deep",
    "公式嵌套过深，最多允许 {limit} 层。",
    "The formula is nested too deeply: at most {limit} levels.",
)
NUMBER_TOO_LARGE = Finding("formula.number_too_large", "数字过大。", "The number is too large.")
UNKNOWN_FUNCTION = Finding(
    "formula.unknown_function",
    "没有名为「{name}」的函数。{hint}",
    "There is no function “{name}”. {hint}",
)
UNKNOWN_FIELD = Finding(
    "formula.unknown_field",
    "对象「{object}」没有字段「{name}」。{hint}",
    "Object “{object}” has no field “{name}”. {hint}",
)
UNKNOWN_MEMBER = Finding(
    "formula.unknown_member",
    "没有{object}「{name}」。{hint}",
    "There is no {object} “{name}”. {hint}",
)
UNKNOWN_NAME = Finding(
    "formula.unknown_name",
    "没有名为「{name}」的字段或变量。{hint}",
    "There is no field or variable “{name}”. {hint}",
)
UNKNOWN_CHILDREN = Finding(
    "formula.unknown_children",
    "对象「{object}」没有名为「{name}」的子记录。{hint}",
    "Object “{object}” has no child records called “{name}”. {hint}",
)
CHILD_FIELD_REQUIRED = Finding(
    "formula.child_field_required",
    "{name} 的第一个参数必须是子记录的一个字段，例如 {example}。",
    "The first argument of {name} must be a field of child records, such as {example}.",
)
CHILDREN_REQUIRED = Finding(
    "formula.children_required",
    "{name} 的第一个参数必须是子记录本身，不带字段。",
    "The first argument of {name} must be child records themselves, without a field.",
)
CHILDREN_TOO_FAR = Finding(
    "formula.children_too_far",
    "子记录的条件里只能统计该子记录自己的下级，最多嵌套 {limit} 层。",
    "Inside a condition on child records only their own children may be counted, "
    "at most {limit} levels deep.",
)
CHILDREN_OF_GLOBAL = Finding(
    "formula.children_of_global",
    "「{name}」要统计子记录，不能通过全局变量读取。",
    "“{name}” counts child records and cannot be read through a global.",
)
LOOKUP_FIELD_REQUIRED = Finding(
    "formula.lookup_field_required",
    "VLOOKUP 的第 {position} 个参数必须写作 对象.字段，且两个字段属于同一个对象。",
    "Argument {position} of VLOOKUP must be written object.field, both of the same object.",
)
UNKNOWN_OBJECT = Finding(
    "formula.unknown_object",
    "没有对象「{name}」。",
    "There is no object “{name}”.",
)
UNKNOWN_GLOBAL = Finding(
    "formula.unknown_global",
    "没有全局变量「{name}」。{hint}",
    "There is no global “{name}”. {hint}",
)
NOT_A_LOOKUP = Finding(
    "formula.not_a_lookup",
    "「{name}」不是关联字段，不能再取「{next}」。",
    "“{name}” is not a lookup, so “{next}” cannot follow it.",
)
INCOMPLETE_PATH = Finding(
    "formula.incomplete_path",
    "路径「{name}」没有指到具体字段。",
    "The path “{name}” does not end at a field.",
)
TOO_MANY_HOPS = Finding(
    "formula.too_many_hops",
    "一个路径最多经过 {limit} 个关联。",
    "A path may walk at most {limit} lookups.",
)
FIELD_UNREADABLE = Finding(
    "formula.field_unreadable",
    "无权读取字段「{name}」。",
    "You may not read the field “{name}”.",
)
ARGUMENT_COUNT = Finding(
    "formula.argument_count",
    "{name} 的参数个数不对：写了 {given} 个，用法是 {signature}。",
    "{name} has the wrong number of arguments: {given} given, usage is {signature}.",
)
ARGUMENT_TYPE = Finding(
    "formula.type_mismatch",
    "{name} 的第 {position} 个参数应为{expected}，这里是{given}。{hint}",
    "Argument {position} of {name} must be {expected}, here it is {given}. {hint}",
)
OPERAND_TYPE = Finding(
    "formula.operand_mismatch",
    "运算符 {name} 不能用于{given}。{hint}",
    "The operator {name} cannot be used with {given}. {hint}",
)
UNLIKE_TYPES = Finding(
    "formula.unlike_types",
    "{name} 的这些值类型必须一致：这里是{given}，前面是{expected}。{hint}",
    "These values of {name} must be of one type: here {given}, before {expected}. {hint}",
)
RESULT_TYPE = Finding(
    "formula.result_type",
    "公式的结果应为{expected}，这里是{given}。",
    "The formula must yield {expected}, here it yields {given}.",
)
UNKNOWN_CHOICE = Finding(
    "formula.unknown_picklist_value",
    "选项字段没有值「{name}」。{hint}",
    "The picklist has no value “{name}”. {hint}",
)
AMBIGUOUS_CHOICE = Finding(
    "formula.ambiguous_picklist_value",
    "「{name}」对应多个选项值，请改用 API 值：{choices}。",
    "“{name}” names several picklist values; use an API value: {choices}.",
)
FIELD_REQUIRED = Finding(
    "formula.field_required",
    "{name} 的第 {position} 个参数必须直接写一个字段。",
    "Argument {position} of {name} must be a field itself.",
)
NAME_REQUIRED = Finding(
    "formula.name_required",
    "LET 的这个参数必须是一个变量名。",
    "This argument of LET must be the name of a variable.",
)
NOT_ALLOWED_HERE = Finding(
    "formula.not_allowed_here",
    "{name} 不能用在这里：它只适用于能看到记录改动前后的公式，例如校验规则。",
    "{name} cannot be used here: it needs a record before and after a change, "
    "as validation rules see.",
)
MIXED_POWER = Finding(
    "formula.mixed_power",
    "^ 与 * 或 / 混用时请加括号：这里 ^ 先算。",
    "Put brackets where ^ meets * or /: here ^ is computed first.",
)
