"""What can go wrong with approvals: problems of an act, findings inside a submission or a flow."""

from __future__ import annotations

from paas.kernel import Finding, Kind, Problem


class InstanceNotFound(Problem):
    """No such approval."""

    code = "workflow.instance_not_found"
    kind = Kind.MISSING
    zh = "审批不存在，或您无权查看。"
    en = "The approval does not exist, or you may not see it."


class NoFlowMatches(Problem):
    """No approval flow takes the record."""

    code = "workflow.no_flow_matches"
    kind = Kind.INVALID
    zh = "没有适用于此记录的审批流程。"
    en = "No approval flow takes this record."


class AlreadySubmitted(Problem):
    """The record is already being approved."""

    code = "workflow.already_submitted"
    kind = Kind.CONFLICT
    zh = "此记录正在审批中，不能重复提交。"
    en = "This record is already being approved."


class ApproverMissing(Problem):
    """A step cannot be assigned."""

    code = "workflow.approver_missing"
    kind = Kind.INVALID
    zh = "无法确定审批人，请联系管理员检查审批流程。"
    en = "The approvers cannot be determined. Please ask an administrator to check the flow."


class AlreadyDecided(Problem):
    """Somebody was faster, or the approval has ended."""

    code = "workflow.already_decided"
    kind = Kind.CONFLICT
    zh = "此审批已由他人处理或已结束。"
    en = "This has already been decided, or the approval has ended."


class NotYourTurn(Problem):
    """The caller is not asked to decide."""

    code = "workflow.not_your_turn"
    kind = Kind.FORBIDDEN
    zh = "您不是当前步骤的审批人。"
    en = "You are not an approver of the current step."


class RecallNotAllowed(Problem):
    """The approval cannot be taken back."""

    code = "workflow.recall_not_allowed"
    kind = Kind.FORBIDDEN
    zh = "此审批不能撤回：只有提交人可以撤回，且须符合流程的撤回规定。"
    en = "This approval cannot be recalled: only its submitter may, and only as the flow allows."


class CommentMissing(Problem):
    """A comment has no text."""

    code = "workflow.comment_missing"
    kind = Kind.INVALID
    zh = "请填写评论内容。"
    en = "Please write a comment."


class FlowOutdated(Problem):
    """The flow does not fit the object any more."""

    code = "workflow.flow_outdated"
    kind = Kind.CONFLICT
    zh = "此审批开始时的流程与对象现在的定义不再相符，请联系管理员。"
    en = "The flow this approval began with no longer fits its object. Please ask an administrator."


# ---------------------------------------------------------------- why no flow takes a record

NO_FLOW = Finding(
    "workflow.no_flow",
    "对象“{object}”没有启用的审批流程。",
    "Object “{object}” has no active approval flow.",
)
RECORD_TYPE_NOT_TAKEN = Finding(
    "workflow.record_type_not_taken",
    "流程“{flow}”不适用于此业务类型。",
    "Flow “{flow}” does not take this record type.",
)
SUBMITTER_NOT_TAKEN = Finding(
    "workflow.submitter_not_taken",
    "流程“{flow}”不允许您的职能提交。",
    "Flow “{flow}” does not let your role submit.",
)
ENTRY_NOT_MET = Finding(
    "workflow.entry_not_met",
    "流程“{flow}”的进入条件不满足：{criterion}",
    "Flow “{flow}” was not entered because this does not hold: {criterion}",
)

# ---------------------------------------------------------------- why a step cannot be assigned

NOBODY_FOUND = Finding(
    "workflow.nobody_found",
    "步骤“{step}”没有找到可用的审批人。",
    "Step “{step}” finds no active approver.",
)
SEVERAL_FOUND = Finding(
    "workflow.several_found",
    "步骤“{step}”为单人审批，但找到 {count} 位审批人：{names}。",
    "Step “{step}” asks one person, but {count} approvers were found: {names}.",
)

# ---------------------------------------------------------------- what is wrong with a description

UNKNOWN_KIND = Finding(
    "workflow.unknown_kind",
    "没有名为“{kind}”的类型，可用的有：{known}。",
    "There is no kind “{kind}”; there are: {known}.",
)
BAD_SETTING = Finding(
    "workflow.bad_setting", "设置不正确：{reason}", "The setting is not right: {reason}"
)
UNKNOWN_FIELD = Finding(
    "workflow.unknown_field",
    "对象“{object}”没有字段“{name}”。",
    "Object “{object}” has no field “{name}”.",
)
FIELD_NOT_WRITABLE = Finding(
    "workflow.field_not_writable",
    "字段“{name}”不能由审批动作修改。",
    "The field “{name}” cannot be changed by an action.",
)
VALUE_UNFIT = Finding(
    "workflow.value_unfit",
    "公式的结果不能写入字段“{name}”。",
    "The formula's result does not fit the field “{name}”.",
)
NOT_A_USER = Finding(
    "workflow.not_a_user",
    "“{source}”的结果不是用户。",
    "“{source}” does not lead to a user.",
)
NOT_APPROVABLE = Finding(
    "workflow.not_approvable",
    "对象“{object}”的记录不能审批。",
    "Records of object “{object}” cannot be approved.",
)
