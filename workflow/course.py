"""The course of approvals inside one unit of work: what every act has in common.

`Course` finds out whom steps ask, walks approvals on, and carries out turning points: the actions
of the flow, then one update of each record with its status, its lock and whatever the actions
changed, through the pipeline and every rule. A refusal there undoes the whole act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formula import Formula
from paas.kernel import Extensions
from runtime import Capability, FormulaRows, Work, WriteCommand
from workflow.assignment import Circle, Unassignable, ask_administrators, assign, passed_over
from workflow.criteria import holds
from workflow.extension import Occasion
from workflow.instance import Assignment, Instance, Step
from workflow.people import People
from workflow.plan import FlowPlan, PartPlan, flow_plan
from workflow.problem import ApproverMissing
from workflow.process import advance, finish, noted
from workflow.state import InstanceStatus

ORIGIN = "workflow"
TURN_OF = {
    InstanceStatus.PENDING: "on_submit",
    InstanceStatus.APPROVED: "on_approve",
    InstanceStatus.REJECTED: "on_reject",
    InstanceStatus.RECALLED: "on_recall",
}
Needed = Callable[[FlowPlan], Iterable[Formula | None]]


@dataclass(frozen=True, slots=True)
class Case:
    """An approval with its flow compiled and its record as formulas see it (None: it is gone)."""

    instance: Instance
    plan: FlowPlan
    rows: FormulaRows | None

    def value(self, expression: Formula) -> Any:
        """Return a formula's value for the record."""
        assert self.rows is not None
        return self.rows.evaluate(expression, self.instance.record_id)

    def values(self, part: PartPlan) -> tuple[Any, ...]:
        """Return the values of all formulas of an approver or action."""
        return tuple(self.value(each) for each in part.formulas)


class Course:
    """Carries approvals forward within one unit of work."""

    def __init__(self, work: Work, *, extensions: Extensions, capability: Capability) -> None:
        self.work = work
        self.people = People(work)
        self.extensions = extensions
        self._capability = capability

    # -- walking on ------------------------------------------------------------------------------

    def advance(self, instances: Sequence[Instance], *, submitting: bool = False) -> list[Instance]:
        """Walk approvals on whose step is settled.

        While submitting, a step that cannot be assigned refuses the submission, even one that
        comes later. Afterwards the administrators are asked, so that nothing is stuck.
        """
        moving = [each for each in instances if each.is_pending and each.open_step is None]
        if not moving:
            return list(instances)
        cases = self._cases(moving, lambda plan: (f for step in plan.steps for f in step.formulas))
        hall = _Hall(self.people, [case for case in cases if case.rows is not None])
        moved = {
            case.instance.id: self._walked(case, hall, submitting=submitting) for case in cases
        }
        return [moved.get(each.id, each) for each in instances]

    def _walked(self, case: Case, hall: _Hall, *, submitting: bool) -> Instance:
        at = self.work.context.now
        if case.rows is None:
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
        groups: dict[tuple[str, str], list[Instance]] = {}
        for each in instances:
            groups.setdefault((TURN_OF[each.status], each.object), []).append(each)
        for (turn, object_name), group in groups.items():
            self._turn(turn, object_name, group)

    def _turn(self, turn: str, object_name: str, instances: Sequence[Instance]) -> None:
        cases = self._cases(
            instances, lambda plan: (f for part in plan.actions(turn) for f in part.formulas)
        )
        there = [case for case in cases if case.rows is not None]
        changes = self._acted(turn, there)
        rows = [
            {
                "id": case.instance.record_id,
                **changes[case.instance.id],
                "approvalStatus": case.instance.status.value,
                "lockStatus": "locked" if case.instance.is_pending else "unlocked",
            }
            for case in there
        ]
        if rows:
            self.work.as_system(origin=ORIGIN).write(
                WriteCommand("update", object_name, rows, capability=self._capability)
            )

    def _acted(self, turn: str, cases: Sequence[Case]) -> Mapping[str, Mapping[str, Any]]:
        """Run the actions, each for all records of its flow, and return what they change."""
        occasions = {case.instance.id: Occasion(instance=case.instance) for case in cases}
        by_plan: dict[FlowPlan, list[Case]] = {}
        for case in cases:
            by_plan.setdefault(case.plan, []).append(case)
        for plan, group in by_plan.items():
            for part in plan.actions(turn):
                chosen = [occasions[case.instance.id] for case in group]
                for case, occasion in zip(group, chosen, strict=True):
                    occasion.values = case.values(part)
                part.plug.run(part.settings, chosen, self.work.as_system(origin=ORIGIN))
        return {key: occasion.changes for key, occasion in occasions.items()}

    # -- reading ---------------------------------------------------------------------------------

    def _cases(self, instances: Sequence[Instance], needed: Needed) -> list[Case]:
        snapshot = self.work.snapshot
        plans = {
            each.id: flow_plan(each.flow, each.flow_revision, snapshot, self.extensions)
            for each in instances
        }
        rows: dict[str, FormulaRows] = {}
        for name in dict.fromkeys(each.object for each in instances):
            group = [each for each in instances if each.object == name]
            formulas = [f for plan in {plans[each.id] for each in group} for f in needed(plan) if f]
            model = snapshot.find_object(name)
            if model is not None:
                ids = [each.record_id for each in group]
                rows[name] = FormulaRows(self.work, model, ids, formulas)
        return [Case(each, plans[each.id], _there(rows, each)) for each in instances]


class _Hall:
    """Everybody named for any step of some cases, asked for at once."""

    def __init__(self, people: People, cases: Sequence[Case]) -> None:
        self._people = people
        self._named = {
            (case.instance.id, position): (
                self._resolve(case, step.approvers),
                self._resolve(case, step.fallback),
            )
            for case in cases
            for position, step in enumerate(case.plan.steps)
        }
        named = [user for pair in self._named.values() for users in pair for user in users]
        self._persons = people.persons([*named, *(case.instance.submitter_id for case in cases)])

    def _resolve(self, case: Case, parts: Sequence[PartPlan]) -> tuple[str | None, ...]:
        return tuple(
            user
            for part in parts
            for user in part.plug.people(part.settings, self._people, case.values(part))
        )

    def assignment(self, case: Case, step: Step, *, submitting: bool) -> Assignment:
        """Return whom a step asks; raises `ApproverMissing` when it cannot be assigned."""
        assert case.rows is not None
        plan = case.plan.steps[step.position]
        if not holds(plan.entry, case.rows, case.instance.record_id):
            return passed_over(plan.definition)
        found, fallback = self._named[case.instance.id, step.position]
        circle = Circle(
            submitter_id=case.instance.submitter_id,
            found=found,
            fallback=fallback,
            persons=self._persons,
            administrators=self._people.administrators,
        )
        answer = assign(plan.definition, circle)
        if isinstance(answer, Unassignable) and not submitting:
            answer = ask_administrators(plan.definition, circle)
        if isinstance(answer, Unassignable):
            raise ApproverMissing(errors=[answer.violation])
        return answer


def _there(rows: Mapping[str, FormulaRows], instance: Instance) -> FormulaRows | None:
    found = rows.get(instance.object)
    return found if found is not None and found.get(instance.record_id) is not None else None
