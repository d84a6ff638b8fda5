"""The states of a running approval, as a vocabulary. Nothing ever moves backwards.

An approval is an *instance* of a flow. It walks through *steps*; an open step has *tasks*, one for
each person asked. `MOVES` is the whole of it: a state that is not listed there is final.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar


class InstanceStatus(enum.Enum):
    """Where an approval stands; the record's `approvalStatus` shows the same word."""

    PENDING = "pending"
    """Somebody has still to decide; the record is locked."""
    APPROVED = "approved"
    """Every step was agreed to or passed over."""
    REJECTED = "rejected"
    """Somebody refused, or a step found no approver and was told to reject."""
    RECALLED = "recalled"
    """Taken back before the end."""


class StepStatus(enum.Enum):
    """Where a step of an approval stands."""

    WAITING = "waiting"
    """Not reached yet."""
    PENDING = "pending"
    """Its approvers have been asked."""
    APPROVED = "approved"
    """Agreed to, as its mode demands."""
    REJECTED = "rejected"
    """Refused."""
    SKIPPED = "skipped"
    """Passed over: its condition was false, or it had nobody to ask and was told to pass."""
    CANCELLED = "cancelled"
    """The approval ended before or while it was open."""


class TaskStatus(enum.Enum):
    """Where the request to one person stands."""

    PENDING = "pending"
    """Waiting for the person."""
    APPROVED = "approved"
    """The person agreed."""
    REJECTED = "rejected"
    """The person refused."""
    CANCELLED = "cancelled"
    """No longer needed: others decided, or the approval was taken back."""


Status = InstanceStatus | StepStatus | TaskStatus
S = TypeVar("S", InstanceStatus, StepStatus, TaskStatus)

MOVES: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        InstanceStatus.PENDING: frozenset(
            {InstanceStatus.APPROVED, InstanceStatus.REJECTED, InstanceStatus.RECALLED}
        ),
        StepStatus.WAITING: frozenset(
            {StepStatus.PENDING, StepStatus.SKIPPED, StepStatus.REJECTED, StepStatus.CANCELLED}
        ),
        StepStatus.PENDING: frozenset(
            {StepStatus.APPROVED, StepStatus.REJECTED, StepStatus.CANCELLED}
        ),
        TaskStatus.PENDING: frozenset(
            {TaskStatus.APPROVED, TaskStatus.REJECTED, TaskStatus.CANCELLED}
        ),
    }
)


def is_final(status: Status) -> bool:
    """Tell whether nothing can follow `status`."""
    return status not in MOVES


def move(old: S, new: S) -> S:
    """Return `new` if it may follow `old`; anything else is a bug and a ValueError."""
    if new not in MOVES.get(old, ()):
        raise ValueError(f"nothing moves from {old} to {new}")
    return new
