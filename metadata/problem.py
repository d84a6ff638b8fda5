"""Problems of the description: unknown names, refused publishes."""

from __future__ import annotations

from paas.kernel import Kind, Problem


class ObjectUnknown(Problem):
    """Unknown object."""

    code = "metadata.object_unknown"
    kind = Kind.MISSING
    zh = "没有名为“{name}”的对象。"
    en = "There is no object named “{name}”."


class DefinitionUnknown(Problem):
    """Unknown definition."""

    code = "metadata.definition_unknown"
    kind = Kind.MISSING
    zh = "没有名为“{name}”的 {kind} 定义。"
    en = "There is no {kind} definition named “{name}”."


class FormulaCycle(Problem):
    """Formula fields refer to each other in a circle."""

    code = "metadata.formula_cycle"
    kind = Kind.INVALID
    zh = "公式字段循环引用：{path}。"
    en = "Formula fields refer to each other in a circle: {path}."


class FormulaTooDeep(Problem):
    """Too many formula fields stand on each other."""

    code = "metadata.formula_too_deep"
    kind = Kind.INVALID
    zh = "公式字段 {field} 引用的公式字段层数超过 {limit}。"
    en = "The formula field {field} stands on more than {limit} levels of formula fields."


class PublishRefused(Problem):
    """The description cannot be published."""

    code = "metadata.publish_refused"
    kind = Kind.INVALID
    zh = "发布被拒绝：有 {count} 处问题。"
    en = "The publish is refused: {count} findings."
