"""Which flow takes a record, and if none does, why not: each flow with the criteria that fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import formula
from formula import Row
from metadata import ObjectModel
from paas.kernel import Finding, Principal, Violation
from runtime import FormulaRows, Work
from workflow.plan import FlowPlan
from workflow.problem import (
    ENTRY_NOT_MET,
    NO_FLOW,
    RECORD_TYPE_NOT_TAKEN,
    SUBMITTER_NOT_TAKEN,
)

RECORD_TYPE = "entityType"


def holds(condition: formula.Formula | None, rows: FormulaRows, record_id: str) -> bool:
    """Tell whether a condition is true for a record; an absent one always is."""
    return condition is None or rows.evaluate(condition, record_id) is True


def choose(
    plans: Sequence[FlowPlan], rows: FormulaRows, record_id: str, principal: Principal | None
) -> FlowPlan | None:
    """Return the first flow that takes the record from this submitter."""
    row = rows.get(record_id) or {}
    return next(
        (
            plan
            for plan in plans
            if _obstacle(plan, row, principal) is None and holds(plan.entry, rows, record_id)
        ),
        None,
    )


def explain(
    plans: Sequence[FlowPlan], rows: FormulaRows, record_id: str, *, model: ObjectModel, work: Work
) -> Iterator[Violation]:
    """Yield for every flow why it does not take the record."""
    if not plans:
        yield NO_FLOW.at("", object=model.label)
    row = rows.get(record_id) or {}
    for plan in plans:
        flow = plan.flow
        shown, extra = flow.label or flow.name, {"flow": flow.name}
        obstacle = _obstacle(plan, row, work.context.principal)
        if obstacle is not None:
            yield obstacle.at("", extra=extra, flow=shown)
            continue
        environment = work.snapshot.environment(flow.object, blank=flow.blank or "zero")
        for criterion in conjuncts(flow.entry or ""):
            condition = formula.compile(criterion, environment, result=formula.Kind.BOOLEAN)
            if not holds(condition, rows, record_id):
                yield ENTRY_NOT_MET.at("", extra=extra, flow=shown, criterion=criterion)


def _obstacle(plan: FlowPlan, row: Row, principal: Principal | None) -> Finding | None:
    flow = plan.flow
    if flow.record_types and row.get(RECORD_TYPE) not in flow.record_types:
        return RECORD_TYPE_NOT_TAKEN
    if flow.submitters and (principal is None or principal.role not in flow.submitters):
        return SUBMITTER_NOT_TAKEN
    return None


def conjuncts(source: str) -> list[str]:
    """Return the conditions that must all be true for `source` to be true, written out."""
    return [formula.print_formula(node) for node in _split(formula.parse(source))]


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
