"""Who may do what with a running approval. Pure but for the permissions of the snapshot."""

from __future__ import annotations

from metadata import Snapshot
from paas.kernel import CallContext
from runtime import Permissions
from workflow.instance import Instance, Task
from workflow.problem import AlreadyDecided, NotYourTurn


def task_of(instance: Instance, context: CallContext) -> Task:
    """Return the task that waits for the caller.

    Raises `AlreadyDecided` when somebody was faster or the approval has ended, `NotYourTurn` when
    the caller was never asked.
    """
    task = instance.task_for(context.user_id)
    if task is not None:
        return task
    was_asked = any(each.approver_id == context.user_id for each in instance.tasks)
    raise AlreadyDecided if was_asked or not instance.is_pending else NotYourTurn


def may_recall(instance: Instance, context: CallContext, snapshot: Snapshot) -> bool:
    """Tell whether the caller may take the approval back now.

    Administrators always may, so that an approval whose approvers are gone can be ended.
    """
    if not instance.is_pending:
        return False
    if governs(instance, context, snapshot):
        return True
    if instance.submitter_id != context.user_id:
        return False
    policy = instance.flow.allow_recall
    return policy == "any_time" or (policy == "before_first_decision" and not instance.has_decision)


def governs(instance: Instance, context: CallContext, snapshot: Snapshot) -> bool:
    """Tell whether the caller may change every record of the approval's object."""
    model = snapshot.find_object(instance.object)
    return model is not None and Permissions.of(context, snapshot).on(model).modify_all


def is_party(instance: Instance, context: CallContext) -> bool:
    """Tell whether the caller submitted the record or was asked about it."""
    people = (instance.submitter_id, *(task.approver_id for task in instance.tasks))
    return context.is_system or context.user_id in people


def allowed_acts(instance: Instance, context: CallContext, snapshot: Snapshot) -> list[str]:
    """Return what the caller may do with the approval now."""
    acts = ["approve", "reject"] if instance.task_for(context.user_id) else []
    if may_recall(instance, context, snapshot):
        acts.append("recall")
    return [*acts, "comment"]
