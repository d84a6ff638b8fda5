"""Flows compiled for use: formulas ready to run, plug-ins looked up.

A plan is made once per snapshot and flow. The flow of a running approval may be older than the
snapshot; what no longer compiles is reported as `FlowOutdated`, never guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

import formula
from metadata import ObjectModel, Part, Snapshot
from paas.kernel import Extensions, Violation
from workflow.definition import ApprovalFlowDef, Plugged, StepDef
from workflow.extension import ACTIONS, APPROVERS, ActionKind, ApproverKind
from workflow.problem import FlowOutdated


@dataclass(frozen=True, slots=True)
class PartPlan:
    """An approver or an action with its settings read and its formulas compiled."""

    plug: Any
    settings: Part
    formulas: tuple[formula.Formula, ...]


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step ready to be entered."""

    definition: StepDef
    entry: formula.Formula | None
    approvers: tuple[PartPlan, ...]
    fallback: tuple[PartPlan, ...]

    @property
    def formulas(self) -> tuple[formula.Formula | None, ...]:
        """Return every formula that decides whom the step asks."""
        parts = (*self.approvers, *self.fallback)
        return (self.entry, *(each for part in parts for each in part.formulas))


class FlowPlan:
    """A flow ready for use. Its parts compile when first needed."""

    def __init__(self, flow: ApprovalFlowDef, snapshot: Snapshot, extensions: Extensions) -> None:
        self.flow = flow
        self._extensions = extensions
        self._actions: dict[str, tuple[PartPlan, ...]] = {}
        self._environment = snapshot.environment(flow.object, blank=flow.blank or "zero")

    @cached_property
    def entry(self) -> formula.Formula | None:
        """Return the condition for entering the flow, None if it takes every record."""
        return self._condition(self.flow.entry, "/entry")

    @cached_property
    def steps(self) -> tuple[StepPlan, ...]:
        """Return the steps in order."""
        return tuple(self._step(step, index) for index, step in enumerate(self.flow.steps))

    def actions(self, turn: str) -> tuple[PartPlan, ...]:
        """Return the actions of a turning point.

        Those of a recall that no longer fit are left out: an approval can always be taken back.
        """
        if turn not in self._actions:
            try:
                self._actions[turn] = self._compiled_actions(turn)
            except FlowOutdated:
                if turn != "on_recall":
                    raise
                self._actions[turn] = ()
        return self._actions[turn]

    def _compiled_actions(self, turn: str) -> tuple[PartPlan, ...]:
        known = self._extensions.of(ACTIONS)
        return tuple(
            self._part(part, known, f"/{turn}/{index}")
            for index, part in enumerate(getattr(self.flow, turn))
        )

    def _step(self, step: StepDef, index: int) -> StepPlan:
        known = self._extensions.of(APPROVERS)

        def parts(group: str, found: Sequence[Plugged]) -> tuple[PartPlan, ...]:
            pointer = f"/steps/{index}/{group}"
            return tuple(self._part(each, known, f"{pointer}/{i}") for i, each in enumerate(found))

        return StepPlan(
            definition=step,
            entry=self._condition(step.entry, f"/steps/{index}/entry"),
            approvers=parts("approvers", step.approvers),
            fallback=parts("fallback", step.fallback),
        )

    def _condition(self, source: str | None, pointer: str) -> formula.Formula | None:
        return None if source is None else self._compile(source, pointer, formula.Kind.BOOLEAN)

    def _part(
        self, part: Plugged, known: Mapping[str, ApproverKind | ActionKind], pointer: str
    ) -> PartPlan:
        plug = known.get(part.kind)
        if plug is None:
            raise FlowOutdated
        try:
            settings = plug.settings.model_validate(part.settings)
        except ValidationError as error:
            raise FlowOutdated from error
        formulas = (
            self._compile(source.text, pointer + (source.pointer or ""))
            for source in plug.formulas(settings)
        )
        return PartPlan(plug, settings, tuple(formulas))

    def _compile(
        self, source: str, pointer: str, result: formula.Kind | None = None
    ) -> formula.Formula:
        try:
            return formula.compile(source, self._environment, result=result)
        except formula.FormulaProblem as problem:
            errors = [
                Violation(each.code, each.texts, pointer, each.params, each.span, each.extra)
                for each in problem.errors
            ]
            raise FlowOutdated(errors=errors) from problem


def flow_plan(
    flow: ApprovalFlowDef, revision: int, snapshot: Snapshot, extensions: Extensions
) -> FlowPlan:
    """Return the plan of a flow as it was at `revision`, made once per snapshot."""
    return snapshot.plan(
        ("workflow.flow", flow.uid, revision), lambda: FlowPlan(flow, snapshot, extensions)
    )


def active_flows(
    snapshot: Snapshot, model: ObjectModel, extensions: Extensions
) -> tuple[FlowPlan, ...]:
    """Return the plans of the object's active flows, in the order they are tried."""

    def build() -> tuple[FlowPlan, ...]:
        flows = snapshot.definitions(ApprovalFlowDef, parent=model.name)
        active = sorted((flow for flow in flows if flow.active), key=lambda flow: flow.order)
        return tuple(flow_plan(flow, snapshot.revision, snapshot, extensions) for flow in active)

    return snapshot.plan(("workflow.active", model.name), build)
