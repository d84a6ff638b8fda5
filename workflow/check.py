"""What makes a flow sensible: how the definition kind `approval_flow` is checked at publish.

Publish itself compiles the formulas listed here and looks up the references; what is left is what
only this package knows: kinds of approvers and actions, and what fits where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

import formula
from metadata import (
    DefinitionKind,
    FormulaUse,
    ObjectModel,
    ObjectUnknown,
    Part,
    Reference,
    Rename,
    Snapshot,
)
from paas.kernel import Extensions, Violation
from workflow.definition import TURNS, ActionDef, ApprovalFlowDef, Plugged
from workflow.extension import ACTIONS, APPROVERS, ActionKind, ApproverKind, Source
from workflow.problem import BAD_SETTING, NOT_A_USER, NOT_APPROVABLE, UNKNOWN_KIND

USER_OBJECT = "user"
STATUS_FIELDS = ("approvalStatus", "lockStatus")

Plug = ApproverKind | ActionKind


@dataclass(frozen=True, slots=True)
class Placed:
    """An approver or action of a flow, where it stands, and its plug-in if there is one."""

    pointer: str
    part: Plugged
    plug: Plug | None

    @property
    def settings(self) -> Part | None:
        """Return the settings as the plug-in describes them, None when they are wrong."""
        try:
            return self.plug.settings.model_validate(self.part.settings) if self.plug else None
        except ValidationError:
            return None


@dataclass(frozen=True, slots=True)
class FlowKind:
    """The callables of the definition kind, with the plug-ins they need."""

    extensions: Extensions

    @property
    def value(self) -> DefinitionKind:
        """Return the kind as `metadata` takes it."""
        return DefinitionKind(
            ApprovalFlowDef,
            folder="approvals",
            check=self.check,
            references=self.references,
            formulas=self.formulas,
            renamed=self.renamed,
        )

    def placed(self, flow: ApprovalFlowDef) -> Iterator[Placed]:
        """Yield every approver and action of the flow."""
        approvers, actions = self.extensions.of(APPROVERS), self.extensions.of(ACTIONS)
        for index, step in enumerate(flow.steps):
            for group in ("approvers", "fallback"):
                for place, part in enumerate(getattr(step, group)):
                    pointer = f"/steps/{index}/{group}/{place}"
                    yield Placed(pointer, part, approvers.get(part.kind))
        for turn in TURNS:
            for place, part in enumerate(getattr(flow, turn)):
                yield Placed(f"/{turn}/{place}", part, actions.get(part.kind))

    def references(self, flow: ApprovalFlowDef) -> Iterator[Reference]:
        """Yield what the flow needs to exist."""
        yield "object", None, flow.object
        for record_type in flow.record_types:
            yield "record_type", flow.object, record_type
        for role in flow.submitters:
            yield "role", None, role
        for each in self.placed(flow):
            if each.plug and (settings := each.settings):
                yield from each.plug.references(settings, flow.object)

    def formulas(self, flow: ApprovalFlowDef) -> Iterator[FormulaUse]:
        """Yield the formulas of the flow."""
        conditions = [("/entry", flow.entry)]
        conditions += [(f"/steps/{i}/entry", step.entry) for i, step in enumerate(flow.steps)]
        blank = flow.blank or "zero"
        for pointer, source in conditions:
            if source is not None:
                yield FormulaUse(pointer, source, flow.object, formula.Kind.BOOLEAN, blank)
        for each in self.placed(flow):
            for place, source in _formulas(each):
                yield FormulaUse(each.pointer + place, source, flow.object, None, blank)

    def renamed(self, flow: ApprovalFlowDef, rename: Rename) -> ApprovalFlowDef:
        """Return the flow after something it names was renamed."""
        changed: dict[str, Any] = {}
        if rename.kind == "object":
            changed["object"] = _swap(flow.object, rename)
        elif rename.kind == "record_type" and _same(rename.object, flow.object):
            changed["record_types"] = tuple(_swap(each, rename) for each in flow.record_types)
        elif rename.kind == "role" or _same(rename.object, flow.object):
            changed["submitters"] = tuple(
                _swap(each, rename) if rename.kind == "role" else each for each in flow.submitters
            )
            changed.update(self._parts_renamed(flow, rename))
        return flow.model_copy(update=changed)

    def _parts_renamed(self, flow: ApprovalFlowDef, rename: Rename) -> Mapping[str, Any]:
        renamed = {each.pointer: _part_renamed(each, rename) for each in self.placed(flow)}

        def group(owner: Any, name: str, pointer: str) -> tuple[Plugged, ...]:
            return tuple(renamed[f"{pointer}/{i}"] for i in range(len(getattr(owner, name))))

        steps = tuple(
            step.model_copy(
                update={
                    name: group(step, name, f"/steps/{index}/{name}")
                    for name in ("approvers", "fallback")
                }
            )
            for index, step in enumerate(flow.steps)
        )
        return {"steps": steps, **{turn: group(flow, turn, f"/{turn}") for turn in TURNS}}

    def check(self, flow: ApprovalFlowDef, snapshot: Snapshot) -> Iterator[Violation]:
        """Yield everything wrong with the flow, pointers relative to its document."""
        try:
            model = snapshot.object(flow.object)
        except ObjectUnknown:
            return  # reported as a reference that leads nowhere
        if any(model.field(name) is None for name in STATUS_FIELDS):
            yield NOT_APPROVABLE.at("/object", object=model.label)
            return
        for each in self.placed(flow):
            yield from _shifted(self._check_part(each, flow, model, snapshot), each.pointer)

    def _check_part(
        self, each: Placed, flow: ApprovalFlowDef, model: ObjectModel, snapshot: Snapshot
    ) -> Iterator[Violation]:
        if each.plug is None:
            is_action = isinstance(each.part, ActionDef)
            known = self.extensions.of(ACTIONS) if is_action else self.extensions.of(APPROVERS)
            yield UNKNOWN_KIND.at("/kind", kind=each.part.kind, known="、".join(known))
            return
        try:
            settings = each.plug.settings.model_validate(each.part.settings)
        except ValidationError as error:
            for wrong in error.errors():
                place = "".join(f"/{key}" for key in wrong["loc"])
                yield BAD_SETTING.at(place, reason=wrong["msg"])
            return
        yield from each.plug.check(settings, model, snapshot)
        if isinstance(each.plug, ApproverKind):
            environment = snapshot.environment(flow.object, blank=flow.blank or "zero")
            for source in each.plug.formulas(settings):
                if not leads_to_user(source, environment):
                    yield NOT_A_USER.at(source.pointer or "/kind", source=source.text)


def leads_to_user(source: Source, environment: formula.Environment) -> bool:
    """Tell whether a formula names a user. Publish reports those of the document that are wrong."""
    try:
        type_ = formula.compile(source.text, environment).type
    except formula.FormulaProblem:
        return source.pointer is not None
    return type_.kind is formula.Kind.REFERENCE and type_.target == USER_OBJECT


def _formulas(each: Placed) -> Iterator[tuple[str, str]]:
    if each.plug and (settings := each.settings):
        for source in each.plug.formulas(settings):
            if source.pointer is not None:
                yield source.pointer, source.text


def _part_renamed(each: Placed, rename: Rename) -> Plugged:
    if each.plug is None or (settings := each.settings) is None:
        return each.part
    changed = each.plug.renamed(settings, rename)
    if changed == settings:
        return each.part
    document = {"kind": each.part.kind, **changed.model_dump(mode="json", exclude_unset=True)}
    return type(each.part).model_validate(document)


def _shifted(violations: Iterable[Violation], pointer: str) -> Iterator[Violation]:
    for violation in violations:
        yield replace(violation, pointer=pointer + (violation.pointer or ""))


def _same(left: str | None, right: str) -> bool:
    return left is not None and left.casefold() == right.casefold()


def _swap(name: str, rename: Rename) -> str:
    return rename.new if _same(rename.old, name) else name
