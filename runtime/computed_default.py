"""Defaults that formulas give: values of new records that nobody sent.

Evaluated on the server for every writer, over what was sent and the literal defaults, with the
caller as `$User`. What comes out is read like a value that was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from formula import Formula
from metadata import FieldModel, ObjectModel, Refusal, Snapshot
from runtime.coerce import pointer_to
from runtime.draft import Draft
from runtime.prefetch import Prefetch, prefetch
from runtime.rule import evaluation_of, rows_of
from runtime.surroundings import Surroundings, surroundings_of
from runtime.work import Work


@dataclass(frozen=True, slots=True)
class DefaultPlan:
    """The formulas of an object that give values to new records, and what they need."""

    formulas: tuple[tuple[FieldModel, Formula], ...]
    related: Prefetch
    beside: Surroundings

    def fill(self, drafts: Sequence[Draft], work: Work) -> None:
        """Give new records the values nobody sent. Formulas see what was sent, and literals."""
        waiting = [
            draft
            for draft in drafts
            if any(self._is_absent(field, draft) for field, _formula in self.formulas)
        ]
        if not waiting:
            return
        rows = rows_of(self.related, waiting, work)
        evaluation = evaluation_of(work, self.beside)
        for draft, (row, _old) in zip(waiting, rows, strict=True):
            values = {
                field.name: (field, made.evaluate(row, None, evaluation))
                for field, made in self.formulas
                if self._is_absent(field, draft)
            }
            for name, (field, value) in values.items():
                _take(draft, name, field.coerce(value) if value is not None else None)
        evaluation.diagnostics.clear()

    @staticmethod
    def _is_absent(field: FieldModel, draft: Draft) -> bool:
        return field.name not in draft.given and field.name not in (draft.failed or ())


def _take(draft: Draft, name: str, value: Any) -> None:
    if isinstance(value, Refusal):
        violation = value.finding.at(pointer_to(name), **value.params)
        draft.refuse(violation, field=name)
    elif value is not None:
        draft.values[name] = value


def default_plan(snapshot: Snapshot, model: ObjectModel, dialect: str) -> DefaultPlan | None:
    """Return the plan of an object's computed defaults."""
    found = [(each, each.default_formula) for each in model.fields.values()]
    formulas = tuple((field, made) for field, made in found if made is not None)
    if not formulas:
        return None
    made = [each for _field, each in formulas]
    return DefaultPlan(
        formulas=formulas,
        related=prefetch(snapshot, model, made, dialect),
        beside=surroundings_of(snapshot, made, dialect),
    )
