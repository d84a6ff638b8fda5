"""What writers ask for and what they get: commands, outcomes, and the capability of workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from paas.kernel import Problem

WriteOperation = Literal["create", "update", "delete", "restore"]
CommandOperation = Literal["create", "update", "upsert", "delete", "restore"]
Skippable = Literal["rules", "duplicates", "automations"]
SKIP_PERMISSION = "skip_checks"
"""The permission to leave out what is skippable."""
MAX_ROWS = 10_000
"""Rows of one command. The record API allows fewer; importers cut their files to this."""


class Capability:
    """Whoever holds the one that `Records` made may write approval and lock status."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class WriteCommand:
    """A set of rows to create, update, upsert or delete in one object.

    Rows are raw API values by field name; updates and deletes carry `id` and may carry the
    `version` they expect. In system mode a create may carry an `id` too. With `all_or_none`
    the first refused row undoes everything; without, each row stands for itself.

    An upsert changes the record whose unique field `match_by` has the row's value for it, and
    creates one where there is none; updates and deletes with `match_by` find their records so.
    A reference may be given by a unique field of its target: `{"parentId": {"code": "A1"}}`.
    `skip` leaves out checks, for those who have the permission.

    A restore brings deleted records back; its rows are documents of the recycle bin, and only
    `runtime.restore` makes them, in system mode.
    """

    operation: CommandOperation
    object: str
    rows: Sequence[Mapping[str, Any]]
    all_or_none: bool = True
    capability: Capability | None = None
    is_batch: bool | None = None
    match_by: str | None = None
    skip: frozenset[Skippable] = frozenset()
    keeps_before: bool = False

    @property
    def is_single(self) -> bool:
        """Tell whether the command is about one record that the caller wants back."""
        return not self.is_batch if self.is_batch is not None else len(self.rows) == 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row, in the order of the input.

    `record` is the record as its writer may read it, in API values (numbers as int and
    Decimal); it is None for batches, deletes and refused rows. `before` has what the fields that
    an update changed had before it, in API values, if the command asked for that.
    """

    id: str | None
    version: int | None = None
    record: dict[str, Any] | None = None
    problem: Problem | None = None
    created: bool = False
    before: Mapping[str, Any] | None = None
