"""Drafts: records on their way into storage, and the batch they travel in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from metadata import ObjectModel
from paas.kernel import Problem, Violation
from runtime.command import WriteOperation
from runtime.problem import RecordInvalid

Values = dict[str, Any]
KEPT_BY_ENGINE = frozenset({"id", "version", "createdBy", "createdAt", "updatedBy", "updatedAt"})


class Draft:
    """One record between what was sent and what will be stored.

    `before` is the stored record (None for a new one), `values` the record as it will be; both
    hold every stored field by API name. `given` are the values that were sent, coerced. A draft
    with violations or a problem of its own is refused and never reaches storage.
    """

    __slots__ = (
        "before",
        "expected",
        "failed",
        "given",
        "id",
        "index",
        "problem",
        "values",
        "violations",
    )

    def __init__(self, index: int, record_id: str, given: Values) -> None:
        self.index = index
        self.id = record_id
        self.given = given
        self.before: Mapping[str, Any] | None = None
        self.values: Values = given
        self.expected: int | None = None
        self.failed: set[str] | None = None
        self.violations: list[Violation] | None = None
        self.problem: Problem | None = None

    @property
    def is_refused(self) -> bool:
        """Tell whether something is wrong with the record."""
        return self.problem is not None or self.violations is not None

    @property
    def refusal(self) -> Problem | None:
        """Return what is wrong with the record as one problem."""
        if self.problem is None and self.violations is not None:
            return RecordInvalid(errors=self.violations)
        return self.problem

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the names of the fields whose values differ from what is stored."""
        if self.before is None:
            return tuple(
                name
                for name, value in self.values.items()
                if value is not None and name not in KEPT_BY_ENGINE
            )
        before = self.before
        return tuple(name for name, value in self.values.items() if before[name] != value)

    def set(self, name: str, value: Any) -> None:
        """Change a value, as a participant before saving may; `value` is a draft value."""
        if name not in self.values:
            raise KeyError(name)
        self.values[name] = value

    def refuse(self, violation: Violation, *, field: str | None = None) -> None:
        """Note a violation; `field` names the field whose value cannot be used at all."""
        if self.violations is None:
            self.violations = []
        self.violations.append(violation)
        if field is not None:
            self.failed = {*(self.failed or ()), field}


Changes = Sequence[tuple[Draft, tuple[str, ...]]]
"""Drafts, each with the names of its changed fields."""


class Batch:
    """The drafts of one command that are still to be stored, as participants see them.

    With `is_partial` any of them may still be refused while the others are stored.
    """

    __slots__ = ("drafts", "is_partial", "object", "operation")

    def __init__(
        self,
        model: ObjectModel,
        operation: WriteOperation,
        drafts: Sequence[Draft],
        *,
        is_partial: bool = False,
    ) -> None:
        self.object = model
        self.operation = operation
        self.drafts = drafts
        self.is_partial = is_partial

    @property
    def accepted(self) -> list[Draft]:
        """Return the drafts nothing is wrong with."""
        return [
            draft for draft in self.drafts if draft.violations is None and draft.problem is None
        ]


def ids_of(drafts: Iterable[Draft]) -> list[str]:
    """Return the ids of drafts, in order."""
    return [draft.id for draft in drafts]
