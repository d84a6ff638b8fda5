"""The course of approvals inside one unit of work: what every act has in common.

`Course` finds out whom steps ask, walks approvals on, and carries out turning points: the actions
of the flow, then one update of each record with its status, its lock and whatever the actions
changed, through the pipeline and every rule. A refusal there undoes the whole act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import formula
from paas.kernel import Extensions
from runtime import Capability, Work, WriteCommand
from workflow.assignment import Circle, Unassignable, ask_administrators, assign, passed_over
from workflow.criteria import holds
from workflow.extension import Occasion
from workflow.instance import Assignment, Instance, Step
from workflow.people import People
from workflow.plan import FlowPlan, PartPlan, Path, flow_plan
from workflow.problem import ApproverMissing
from workflow.process import advance, finish, noted
from workflow.state import InstanceStatus
from workflow.subject import Desk, Subject, evaluation, subjects

ORIGIN = "workflow"
TURN_OF = {
    InstanceStatus.PENDING: "on_submit",
    InstanceStatus.APPROVED: "on_approve",
    InstanceStatus.REJECTED: "on_reject",
    InstanceStatus.RECALLED: "on_recall",
}


Paths = Callable[[FlowPlan], Iterable[Path]]


@dataclass(frozen=True, slots=True)
class Case:
    """An approval with its flow compiled and its record as it is now (None when it is gone)."""

    instance: Instance
    plan: FlowPlan
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class Named:
    """The users named for a step of a case, as they come."""

    found: tuple[str | None, ...]
    fallback: tuple[str | None, ...]


class Course:
    """Carries approvals forward within one unit of work."""

    def __init__(self, work: Work, *, extensions: Extensions, capability: Capability) -> None:
        self._work = work
        self._extensions = extensions
        self._capability = capability
        self.desk = Desk(work.connection, work.snapshot, work.context)
        self.people = People(self.desk)

    def plan(self, instance: Instance) -> FlowPlan:
        """Return the compiled flow of an approval."""
        return flow_plan(
            instance.flow, instance.flow_revision, self._work.snapshot, self._extensions
        )

    # -- walking on ------------------------------------------------------------------------------

    def advance(self, instances: Sequence[Instance], *, submitting: bool = False) -> list[Instance]:
        """Walk approvals on whose step is settled.

        While submitting, a step that cannot be assigned refuses the submission, even one that
        comes later. Afterwards the administrators are asked, so that nothing is stuck.
        """
        moving = [each for each in instances if each.is_pending and each.open_step is None]
        if not moving:
            return list(instances)
        cases = self._cases(moving, lambda plan: plan.step_paths)
        answers = self._evaluation(
            [each for case in cases for step in case.plan.steps for each in step.formulas]
        )
        hall = _Hall(self.people, cases, answers)
        moved = {
            case.instance.id: self._walked(case, hall, submitting=submitting) for case in cases
        }
        return [moved.get(each.id, each) for each in instances]

    def _walked(self, case: Case, hall: _Hall, *, submitting: bool) -> Instance:
        at = self._work.context.now
        if case.subject is None:
            gone = noted(case.instance, "record_deleted", at=at, actor_id=None)
            return finish(gone, InstanceStatus.RECALLED, at=at)
        if submitting:
            for step in case.instance.steps:
                hall.assignment(case, step, submitting=True)
        return advance(
            case.instance,
            lambda _instance, step: hall.assignment(case, step, submitting=submitting),
            at=at,
        )

    # -- turning points --------------------------------------------------------------------------

    def turn(self, instances: Sequence[Instance]) -> None:
        """Carry out the turning point that each approval's status stands for."""
        by_turn: dict[tuple[str, str], list[Instance]] = {}
        for each in instances:
            by_turn.setdefault((TURN_OF[each.status], each.object), []).append(each)
        for (turn, object_name), group in by_turn.items():
            self._turn(turn, object_name, group)

    def _turn(self, turn: str, object_name: str, instances: Sequence[Instance]) -> None:
        cases = self._cases(instances, lambda plan: plan.action_paths(turn))
        changes = self._acted(turn, cases)
        rows = [
            {
                "id": case.instance.record_id,
                **changes[case.instance.id],
                "approvalStatus": case.instance.status.value,
                "lockStatus": "locked" if case.instance.is_pending else "unlocked",
            }
            for case in cases
            if case.subject is not None
        ]
        if rows:
            self._work.as_system(origin=ORIGIN).write(
                WriteCommand("update", object_name, rows, capability=self._capability)
            )

    def _acted(self, turn: str, cases: Sequence[Case]) -> Mapping[str, Mapping[str, Any]]:
        """Run the actions and return what they change, by approval."""
        parts = [part for case in cases for part in case.plan.actions[turn]]
        answers = self._evaluation([each for part in parts for each in part.formulas])
        changes: dict[str, dict[str, Any]] = {case.instance.id: {} for case in cases}
        by_plan: dict[int, list[Case]] = {}
        for case in cases:
            if case.subject is not None:
                by_plan.setdefault(id(case.plan), []).append(case)
        for group in by_plan.values():
            for part in group[0].plan.actions[turn]:
                occasions = [_occasion(case, part, answers) for case in group]
                part.plug.run(part.settings, occasions, self._work.as_system(origin=ORIGIN))
                for each in occasions:
                    changes[each.instance.id].update(each.changes)
        return changes

    # -- reading ---------------------------------------------------------------------------------

    def _cases(self, instances: Sequence[Instance], paths: Paths) -> list[Case]:
        plans = {each.id: self.plan(each) for each in instances}
        found: dict[tuple[str, str], Subject] = {}
        for name in dict.fromkeys(each.object for each in instances):
            group = [each for each in instances if each.object == name]
            wanted = {path for each in group for path in paths(plans[each.id])}
            model = self._work.snapshot.find_object(name)
            if model is not None:
                ids = [each.record_id for each in group]
                read = subjects(self.desk, model, ids, wanted)
                found.update(((name, key), subject) for key, subject in read.items())
        return [
            Case(each, plans[each.id], found.get((each.object, each.record_id)))
            for each in instances
        ]

    def _evaluation(self, formulas: Iterable[formula.Formula | None]) -> formula.Evaluation:
        return evaluation(self.desk, formulas)


class _Hall:
    """Everybody named for any step of some cases, asked for at once."""

    def __init__(self, people: People, cases: Sequence[Case], answers: formula.Evaluation) -> None:
        self._people = people
        self._answers = answers
        self._named = {
            (case.instance.id, position): Named(
                found=self._resolve(step.approvers, case.subject),
                fallback=self._resolve(step.fallback, case.subject),
            )
            for case in cases
            if case.subject is not None
            for position, step in enumerate(case.plan.steps)
        }
        named = [each for it in self._named.values() for each in (*it.found, *it.fallback)]
        self._persons = people.persons([*named, *(case.instance.submitter_id for case in cases)])

    def _resolve(self, parts: Sequence[PartPlan], subject: Subject) -> tuple[str | None, ...]:
        return tuple(
            user
            for part in parts
            for user in part.plug.people(
                part.settings, self._people, _values(part, subject, self._answers)
            )
        )

    def assignment(self, case: Case, step: Step, *, submitting: bool) -> Assignment:
        """Return whom a step asks; raises `ApproverMissing` when it cannot be assigned."""
        assert case.subject is not None
        plan = case.plan.steps[step.position]
        if not holds(plan.entry, case.subject.row, self._answers):
            return passed_over(plan.definition)
        named = self._named[case.instance.id, step.position]
        circle = Circle(
            submitter_id=case.instance.submitter_id,
            found=named.found,
            fallback=named.fallback,
            persons=self._persons,
            administrators=self._people.administrators,
        )
        answer = assign(plan.definition, circle)
        if isinstance(answer, Unassignable) and not submitting:
            answer = ask_administrators(plan.definition, circle)
        if isinstance(answer, Unassignable):
            raise ApproverMissing(errors=[answer.violation])
        return answer


def _values(part: PartPlan, subject: Subject, answers: formula.Evaluation) -> tuple[Any, ...]:
    return tuple(each.evaluate(subject.row, None, answers) for each in part.formulas)


def _occasion(case: Case, part: PartPlan, answers: formula.Evaluation) -> Occasion:
    assert case.subject is not None
    return Occasion(instance=case.instance, values=_values(part, case.subject, answers))
