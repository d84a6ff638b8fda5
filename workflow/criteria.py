"""Which flow takes a record, and if none does, why not: each flow with the criteria that fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import formula
from formula import Evaluation, Row
from metadata import ObjectModel, Snapshot
from paas.kernel import Finding, Principal, Violation
from workflow.plan import FlowPlan
from workflow.problem import (
    ENTRY_NOT_MET,
    NO_FLOW,
    RECORD_TYPE_NOT_TAKEN,
    SUBMITTER_NOT_TAKEN,
)

RECORD_TYPE = "entityType"


def holds(condition: formula.Formula | None, row: Row, evaluation: Evaluation) -> bool:
    """Tell whether a condition is true for a record; an absent one always is."""
    return condition is None or condition.evaluate(row, None, evaluation) is True


def choose(
    plans: Sequence[FlowPlan], row: Row, principal: Principal | None, evaluation: Evaluation
) -> FlowPlan | None:
    """Return the first flow that takes the record from this submitter."""
    return next(
        (
            plan
            for plan in plans
            if _obstacle(plan, row, principal) is None and holds(plan.entry, row, evaluation)
        ),
        None,
    )


def explain(
    plans: Sequence[FlowPlan],
    row: Row,
    *,
    principal: Principal | None,
    evaluation: Evaluation,
    model: ObjectModel,
    snapshot: Snapshot,
) -> Iterator[Violation]:
    """Yield for every flow why it does not take the record."""
    if not plans:
        yield NO_FLOW.at("", object=model.label)
    for plan in plans:
        flow = plan.flow
        shown, extra = flow.label or flow.name, {"flow": flow.name}
        obstacle = _obstacle(plan, row, principal)
        if obstacle is not None:
            yield obstacle.at("", extra=extra, flow=shown)
            continue
        environment = snapshot.environment(flow.object, blank=flow.blank or "zero")
        for criterion in conjuncts(flow.entry or ""):
            condition = formula.compile(criterion, environment, result=formula.Kind.BOOLEAN)
            if not holds(condition, row, evaluation):
                yield ENTRY_NOT_MET.at("", extra=extra, flow=shown, criterion=criterion)


def _obstacle(plan: FlowPlan, row: Row, principal: Principal | None) -> Finding | None:
    flow = plan.flow
    if flow.record_types and row.get(RECORD_TYPE) not in flow.record_types:
        return RECORD_TYPE_NOT_TAKEN
    if flow.submitters and (principal is None or principal.role not in flow.submitters):
        return SUBMITTER_NOT_TAKEN
    return None


def conjuncts(source: str) -> list[str]:
    """Return the texts that must all be true for `source` to be true."""
    return [source[node.span.start : node.span.end] for node in _split(formula.parse(source))]


def _split(node: Any) -> Iterator[Any]:
    """Yield the operands of `&&` and AND, however nested; syntax nodes are told by their shape."""
    parts: tuple[Any, ...] = ()
    if getattr(node, "operator", None) == "&&":
        parts = node.operands
    elif hasattr(node, "arguments") and node.name.upper() == "AND":
        parts = node.arguments
    if not parts:
        yield node
    for part in parts:
        yield from _split(part)
