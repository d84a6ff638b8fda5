"""Validation rules: administrators' conditions over drafts, evaluated in system mode.

A rule that is true refuses the record with its message, at the place it names. A rule that cannot
be computed does not block by accident; it is reported. Rules never change anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formula import Evaluation
from metadata import ObjectModel, RuleModel, Snapshot
from paas.kernel import Violation
from runtime.draft import Draft
from runtime.looking_up import looking_up
from runtime.prefetch import Prefetch, Row, prefetch
from runtime.problem import verbatim
from runtime.surroundings import Known, Surroundings, surroundings_of
from runtime.work import Work


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready for use: its condition, the fields it reads and the violation it causes."""

    model: RuleModel
    reads: frozenset[str]
    violation: Violation


@dataclass(frozen=True, slots=True)
class RulePlan:
    """The active rules of an object and everything they need."""

    object: ObjectModel
    rules: tuple[Rule, ...]
    related: Prefetch
    beside: Surroundings
    """What rules read besides records."""

    def check(
        self, drafts: Sequence[Draft], work: Work, *, reading: frozenset[str] | None = None
    ) -> None:
        """Refuse the drafts that a rule forbids. Rules over unusable values are passed over.

        With `reading` only rules count that read one of these fields.
        """
        if not self.rules or not drafts:
            return
        rows = rows_of(self.related, drafts, work)
        evaluation = evaluation_of(work, self.beside)
        for draft, (new, old) in zip(drafts, rows, strict=True):
            for rule in self.rules:
                if reading is not None and rule.reads.isdisjoint(reading):
                    continue
                if draft.failed and not rule.reads.isdisjoint(draft.failed):
                    continue
                if rule.model.condition.evaluate(new, old, evaluation):
                    draft.refuse(rule.violation)
                if evaluation.diagnostics:
                    work.report(self.object, rule.model, draft.id, evaluation.diagnostics)
                    evaluation.diagnostics.clear()


def rule_plan(snapshot: Snapshot, model: ObjectModel, dialect: str) -> RulePlan:
    """Return the plan of an object's rules; made once per snapshot."""
    return snapshot.plan(("rules", model.name), lambda: _plan(snapshot, model, dialect))


def _plan(snapshot: Snapshot, model: ObjectModel, dialect: str) -> RulePlan:
    conditions = [rule.condition for rule in model.rules]
    return RulePlan(
        object=model,
        rules=tuple(_rule(each) for each in model.rules),
        related=prefetch(snapshot, model, conditions, dialect),
        beside=surroundings_of(snapshot, conditions, dialect),
    )


def _rule(rule: RuleModel) -> Rule:
    definition, condition = rule.definition, rule.condition
    paths = condition.reads | condition.reads_prior
    extra = {"rule": definition.name, "at": definition.at}
    place, _, name = definition.at.partition(":")
    pointer = f"/{name}" if place == "field" else ""
    texts = {tag: verbatim(text) for tag, text in definition.message.items()}
    return Rule(
        model=rule,
        reads=frozenset(path[0] for path in paths),
        violation=Violation("rule.violated", texts, pointer, extra=extra),
    )


def rows_of(
    related: Prefetch, drafts: Sequence[Draft], work: Work
) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Return each draft as formulas see it, after and before the change."""
    if not related.is_needed:
        return [(draft.values, draft.before) for draft in drafts]
    pairs: list[tuple[Row, Row | None]] = [
        (related.row(each.values), related.row(each.before) if each.before is not None else None)
        for each in drafts
    ]
    every = [row for pair in pairs for row in pair if row is not None]
    related.complete(work.connection, every)
    return list(pairs)


def evaluation_of(work: Work, beside: Surroundings) -> Evaluation:
    """Return what formulas know besides the record: the moment, and the globals they need."""
    context = work.context
    return Evaluation(
        now=context.now,
        today=context.today,
        zone=context.zone,
        globals=_known(work, beside),
        language=context.language,
        lookup=looking_up(work),
    )


def _known(work: Work, beside: Surroundings) -> Known:
    """Return the globals, read once as long as the unit of work writes nothing more."""
    context, ledger = work.context, work.ledger
    key = (id(beside), context.user_id, context.is_system, context.language, ledger.writes)
    if key not in ledger.known:
        ledger.known[key] = beside.known(work.connection, work.snapshot, context)
    return ledger.known[key]
