"""Approvals: flows as administrators describe them, running instances, decisions, to-do lists.

Rooms: `definition` and `check` (what a flow is), `state` and `process` (how an approval runs),
`assignment` (whom a step asks), all of them pure; `plan`, `criteria`, `subject` and `people`
(flows, records and users ready for use); `course`, `submission` and `approval` (acts); `store`
(tables); `view` and `todo` (answers).
How a record is stored and whether it may be is the business of `runtime`.
"""

from metadata import DEFINITION_KINDS
from paas.kernel import Extensions
from runtime import PARTICIPANTS
from workflow.action import BUILT_IN_ACTIONS
from workflow.approval import Approvals
from workflow.approver import BUILT_IN_APPROVERS
from workflow.check import FlowKind
from workflow.definition import ActionDef, ApprovalFlowDef, ApproverDef, StepDef
from workflow.extension import (
    ACTIONS,
    APPROVERS,
    ActionKind,
    ApproverKind,
    Directory,
    Occasion,
    Source,
)
from workflow.participation import APPROVAL
from workflow.state import InstanceStatus, StepStatus, TaskStatus


def register(extensions: Extensions) -> None:
    """Plug in approvers and actions, the kind of definition, and the part in writing records."""
    extensions.register(APPROVERS, *BUILT_IN_APPROVERS)
    extensions.register(ACTIONS, *BUILT_IN_ACTIONS)
    extensions.register(DEFINITION_KINDS, FlowKind(extensions).value)
    extensions.register(PARTICIPANTS, APPROVAL)


__all__ = [
    "ACTIONS",
    "APPROVERS",
    "ActionDef",
    "ActionKind",
    "ApprovalFlowDef",
    "Approvals",
    "ApproverDef",
    "ApproverKind",
    "Directory",
    "InstanceStatus",
    "Occasion",
    "Source",
    "StepDef",
    "StepStatus",
    "TaskStatus",
    "register",
]
