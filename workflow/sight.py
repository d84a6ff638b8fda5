"""What approvers may see: whoever is asked to decide sees the record, wherever it belongs.

The record is shared for reading as long as the request is open, and stays so for those who
decided; whose request was cancelled loses sight of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from runtime import Share, Work, give_shares, take_shares
from workflow.instance import Instance
from workflow.state import TaskStatus


def settle_sight(work: Work, instances: Sequence[Instance]) -> None:
    """Bring shares in step with the tasks of these approvals."""
    given: list[Share] = []
    ended: list[Share] = []
    for instance in instances:
        cancelled = {
            task.approver_id for task in instance.tasks if task.status is TaskStatus.CANCELLED
        }
        seeing = {
            task.approver_id for task in instance.tasks if task.status is not TaskStatus.CANCELLED
        }
        given.extend(Share(each, instance.record_id, instance.id) for each in sorted(seeing))
        ended.extend(
            Share(each, instance.record_id, instance.id) for each in sorted(cancelled - seeing)
        )
    give_shares(work, given)
    take_shares(work, ended)
