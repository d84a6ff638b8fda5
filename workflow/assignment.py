"""Whom a step asks: from the people found for it to an assignment, by the step's policies. Pure.

The order is: condition, approvers, active people only, each once, the submitter himself, the
fallback, and at last the policy for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paas.kernel import Finding, Violation
from workflow.definition import StepDef
from workflow.instance import Assignment
from workflow.problem import NOBODY_FOUND, SEVERAL_FOUND
from workflow.state import StepStatus


@dataclass(frozen=True, slots=True)
class Person:
    """A user as approvals see one."""

    id: str
    name: str
    is_active: bool
    manager_id: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything the policies of a step need to know about people.

    `found` and `fallback` are the user ids named for the step, as they come. `persons` knows all of
    them and the submitter. `administrators` are asked when the step says so, or when it cannot be
    assigned any more.
    """

    submitter_id: str
    found: Sequence[str | None]
    fallback: Sequence[str | None]
    persons: Mapping[str, Person]
    administrators: Callable[[], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Unassignable:
    """Nobody fits, or too many do; the violation says what is wrong with the step."""

    violation: Violation


def assign(step: StepDef, circle: Circle) -> Assignment | Unassignable:
    """Return whom `step` asks, its condition being true."""
    found = _active(circle.found, circle)
    people = _without_submitter(step, found, circle)
    if found and not people and step.self_approval == "skip":
        return Assignment(mode=step.mode, outcome=StepStatus.SKIPPED, reason="submitter")
    if not people:
        people = _without_submitter(step, _active(circle.fallback, circle), circle)
    if not people:
        return _for_nobody(step, circle)
    if step.mode == "single" and len(people) > 1:
        names = "、".join(circle.persons[each].name for each in people[:5])
        return _unassignable(step, SEVERAL_FOUND, count=len(people), names=names)
    return Assignment(mode=step.mode, approvers=people)


def ask_administrators(step: StepDef, circle: Circle) -> Assignment | Unassignable:
    """Return the assignment to the administrators, any of whom may decide."""
    people = tuple(each for each in circle.administrators() if each != circle.submitter_id)
    if not people:
        return _unassignable(step, NOBODY_FOUND)
    return Assignment(mode="any", approvers=people, reason="administrator")


def passed_over(step: StepDef) -> Assignment:
    """Return the assignment of a step whose condition is false."""
    return Assignment(mode=step.mode, outcome=StepStatus.SKIPPED, reason="entry")


def _active(named: Sequence[str | None], circle: Circle) -> tuple[str, ...]:
    persons = (circle.persons.get(each) for each in named if each)
    return tuple(dict.fromkeys(each.id for each in persons if each and each.is_active))


def _without_submitter(step: StepDef, people: tuple[str, ...], circle: Circle) -> tuple[str, ...]:
    """Treat a submitter among the approvers as the step says."""
    if circle.submitter_id not in people or step.self_approval == "allow":
        return people
    stand_ins: tuple[str, ...] = ()
    if step.self_approval == "escalate":
        manager = circle.persons[circle.submitter_id].manager_id
        stand_ins = tuple(each for each in _active([manager], circle) if each not in people)
    return tuple(
        dict.fromkeys(
            other
            for each in people
            for other in (stand_ins if each == circle.submitter_id else (each,))
        )
    )


def _for_nobody(step: StepDef, circle: Circle) -> Assignment | Unassignable:
    match step.when_empty:
        case "skip":
            return Assignment(mode=step.mode, outcome=StepStatus.SKIPPED, reason="nobody")
        case "reject":
            return Assignment(mode=step.mode, outcome=StepStatus.REJECTED, reason="nobody")
        case "administrator":
            return ask_administrators(step, circle)
        case "reject_submission":
            return _unassignable(step, NOBODY_FOUND)


def _unassignable(step: StepDef, finding: Finding, **params: Any) -> Unassignable:
    shown = step.label or step.name
    return Unassignable(finding.at("", extra={"step": step.name}, step=shown, **params))
