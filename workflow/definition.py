"""Approval flows as administrators describe them: the definition kind `approval_flow`.

A flow says which records it takes, who decides in which steps, and what happens to the record at
the turning points. What approvers and actions *mean* is plugged in (`workflow.extension`); whether
a flow makes sense is told by `workflow.check`. A running approval keeps a copy of the document it
began with, so every change of shape here needs an upgrade in `workflow.document`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from metadata import ApiName, Definition, Part, Text

Mode = Literal["single", "any", "all"]
"""single 单人: one person · any 任签: the first decision counts · all 会签: all must agree."""

SelfApproval = Literal["escalate", "skip", "allow"]
"""A submitter among the approvers: his manager instead · passed over · he may decide himself."""

WhenEmpty = Literal["reject_submission", "skip", "reject", "administrator"]
"""No approver is found: refuse to submit · pass the step · reject · ask the administrators."""

AllowRecall = Literal["never", "before_first_decision", "any_time"]


class Plugged(Part):
    """A part whose `kind` names a plug-in, and whose other keys that plug-in describes."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: ApiName

    @property
    def settings(self) -> dict[str, Any]:
        """Return the keys that belong to the plug-in."""
        return dict(self.__pydantic_extra__ or {})


class ApproverDef(Plugged):
    """Where the approvers of a step come from."""


class ActionDef(Plugged):
    """Something done at a turning point of the approval."""


class StepDef(Part):
    """One step: who decides, in which manner. Steps follow each other in order."""

    name: ApiName
    label: Text = Field(default_factory=dict)
    mode: Mode = "single"
    entry: str | None = None
    """A condition on the record; when it is false the step is passed over."""
    approvers: tuple[ApproverDef, ...] = Field(min_length=1, max_length=50)
    fallback: tuple[ApproverDef, ...] = Field(default=(), max_length=50)
    """Asked when `approvers` finds nobody, before `when_empty` is applied."""
    when_empty: WhenEmpty = "reject_submission"
    self_approval: SelfApproval = "escalate"


class ApprovalFlowDef(Definition):
    """An approval flow 审批流 of an object."""

    kind: ClassVar[str] = "approval_flow"
    key: ClassVar[str] = "approval"
    child_of_object: ClassVar[bool] = True

    object: ApiName
    active: bool = True
    order: int = 0
    """Flows of an object are tried in this order; the first that takes the record is used."""
    record_types: tuple[ApiName, ...] = ()
    """Record types the flow takes; empty means all."""
    submitters: tuple[ApiName, ...] = ()
    """Roles that may submit through the flow; empty means all."""
    entry: str | None = None
    """A condition on the record; without one the flow takes every record."""
    blank: Literal["zero", "blank"] | None = None
    """How the flow's formulas treat blank number fields; zero when not given."""
    allow_recall: AllowRecall = "before_first_decision"
    repeated_approver: Literal["ask", "merge"] = "ask"
    """Whether somebody who agreed in the step before is asked again."""
    steps: tuple[StepDef, ...] = Field(min_length=1, max_length=50)
    on_submit: tuple[ActionDef, ...] = Field(default=(), max_length=50)
    on_approve: tuple[ActionDef, ...] = Field(default=(), max_length=50)
    on_reject: tuple[ActionDef, ...] = Field(default=(), max_length=50)
    on_recall: tuple[ActionDef, ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _step_names_differ(self) -> ApprovalFlowDef:
        names = [step.name.casefold() for step in self.steps]
        if len(set(names)) != len(names):
            raise ValueError("two steps have the same name")
        return self


TURNS = ("on_submit", "on_approve", "on_reject", "on_recall")
"""The turning points that carry actions, as attributes of a flow."""
