"""Formulas of the description to come: all are compiled, and whoever breaks one is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import formula
from formula.targets.sql import not_in_sql
from metadata import finding
from metadata.definition import Definition, FieldDef
from metadata.global_symbol import definition_behind
from metadata.kind import DefinitionKind, FormulaUse
from metadata.planning.draft import Draft, placed
from metadata.planning.usage import Usage, full_name
from metadata.problem import FormulaCycle, FormulaTooDeep
from metadata.snapshot import Snapshot
from paas.kernel import Problem, Violation

Kinds = Mapping[str, DefinitionKind]


def uses_of(definition: Definition, kinds: Kinds) -> tuple[FormulaUse, ...]:
    """Return the formulas inside a definition."""
    return tuple(kinds[definition.kind].formulas(definition))


def compiled(definition: Definition, use: FormulaUse, snapshot: Snapshot) -> formula.Formula:
    """Return a formula of the description; raises `FormulaProblem` and its metadata cousins."""
    if isinstance(definition, FieldDef):
        field = snapshot.object(definition.object).fields[definition.name]
        made = field.default_formula if use.pointer == "/default_formula" else field.formula
        assert made is not None
        return made
    environment = snapshot.environment(
        use.object, blank=use.blank, change_functions=use.change_functions
    )
    return formula.compile(use.source, environment, result=use.result)


def check_formulas(
    draft: Draft, target: Snapshot, kinds: Kinds, usage: Usage
) -> Iterator[Violation]:
    """Yield what is wrong with formulas; what was taken from others goes to `usage`."""
    for definition in target:
        for use in uses_of(definition, kinds):
            if use.object is not None and target.find_object(use.object) is None:
                continue
            try:
                made = compiled(definition, use, target)
                if use.in_sql and definition.uid in draft.reworked:
                    yield from _beyond_databases(definition, use, made, draft)
            except (formula.FormulaProblem, FormulaCycle, FormulaTooDeep) as problem:
                yield from _broken(definition, use, problem, draft, usage)


def _beyond_databases(
    definition: Definition, use: FormulaUse, made: formula.Formula, draft: Draft
) -> Iterator[Violation]:
    name = not_in_sql(made)
    if name is not None:
        place = draft.pointer(definition.uid) + "/document" + use.pointer
        yield finding.FORMULA_NOT_IN_DATABASE.at(place, name=name)


def _broken(
    definition: Definition, use: FormulaUse, problem: Problem, draft: Draft, usage: Usage
) -> Iterator[Violation]:
    if definition.uid in draft.reworked:
        prefix = draft.pointer(definition.uid) + "/document" + use.pointer
        yield from placed(prefix, list(problem.errors) or [_own(problem)])
        return
    culprits = list(_taken_from(definition, use, draft))
    for culprit in culprits:
        usage.blame(culprit, definition)
    if not culprits:
        first = (*problem.errors, _own(problem))[0]
        reason = {tag: first.detail(tag) for tag in first.texts}
        kind = usage.kind_label(definition.kind)
        name = full_name(definition)
        yield finding.DEPENDENT_BROKEN.at("", kind=kind, name=name, reason=reason)


def _own(problem: Problem) -> Violation:
    return Violation(problem.code, {"zh-CN": problem.zh, "en-US": problem.en}, None, problem.params)


def _taken_from(definition: Definition, use: FormulaUse, draft: Draft) -> Iterator[Definition]:
    """Yield the fields and members of globals that the formula names and that are gone."""
    before = draft.base.stored(definition.uid)
    if before is None:
        return
    try:
        made = compiled(before, use, draft.base)
    except Problem:
        return
    named = {(each.object, each.field): each for each in made.references}
    for _name, reference in sorted(named.items()):
        found = definition_behind(draft.base, reference)
        if found is not None and draft.base.stored(found.uid) and _is_gone(found, draft):
            yield found


def _is_gone(field: Definition, draft: Draft) -> bool:
    after = draft.definitions.get(field.uid)
    return after is None or after.name != field.name
