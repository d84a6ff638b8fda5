"""The plan of a publish: what would hold, what would run, and everything that speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from metadata import finding
from metadata.change import Applied, Change, Outcome
from metadata.ddl import Columns, Step, differences
from metadata.definition import Definition, FieldDef, IndexDef, ObjectDef, PicklistDef
from metadata.field_type import FieldModel, FieldType
from metadata.kind import DefinitionKind
from metadata.planning.draft import Draft, placed
from metadata.planning.follow import follow_words
from metadata.planning.formula_use import check_formulas
from metadata.planning.order import arrange
from metadata.planning.physical import name_physically
from metadata.planning.reference import check_names, check_references
from metadata.planning.transition import (
    check_choices,
    check_field,
    check_parent,
    check_setting,
    check_target,
)
from metadata.planning.usage import Usage, full_name
from metadata.problem import PublishRefused
from metadata.snapshot import Snapshot
from paas.kernel import Violation

Kinds = Mapping[str, DefinitionKind]


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """What a publish would do to `base`. Nothing is done if there are violations.

    `target` is the description that would hold; `steps` are the statements on tables.
    """

    base: Snapshot
    target: Snapshot
    changes: tuple[Applied, ...]
    steps: tuple[Step, ...] = ()
    violations: tuple[Violation, ...] = ()

    @property
    def ddl(self) -> tuple[str, ...]:
        """Return the statements as text."""
        return tuple(step.text for step in self.steps)

    def require_valid(self) -> None:
        """Raise `PublishRefused` with all violations if there are any."""
        if self.violations:
            raise PublishRefused(errors=self.violations, count=len(self.violations))


def make_plan(
    changes: Sequence[Change],
    base: Snapshot,
    *,
    kinds: Kinds,
    field_types: Mapping[str, FieldType],
    existing: Columns,
    dialect: str,
    shipped: bool = False,
) -> PublishPlan:
    """Work out what `changes` would do. With `shipped`, the engine may touch what it protects."""
    draft = Draft(base, kinds, field_types, shipped=shipped)
    draft.take(changes)
    if not draft.violations:
        arrange(draft, changes)
        name_physically(draft, existing)
        follow_words(draft, kinds)
    target = Snapshot(
        draft.definitions.values(), field_types=field_types, revision=base.revision + 1
    )
    if draft.violations:
        return PublishPlan(base, target, (), violations=_located(draft.violations, changes))
    violations = tuple(_violations(draft, target, kinds))
    applied = tuple(_applied(base, target))
    if violations or not applied:
        return PublishPlan(base, target, applied, violations=_located(violations, changes))
    steps = differences(base, target, _objects(applied, base, target), existing, dialect)
    return PublishPlan(base, target, applied, steps)


def _violations(draft: Draft, target: Snapshot, kinds: Kinds) -> Iterator[Violation]:
    names = tuple(check_names(draft, target))
    if names:  # the rest would speak of whichever of the two came last
        yield from names
        return
    usage = Usage(draft, kinds)
    yield from check_references(draft, target, kinds, usage)
    yield from _transitions(draft, target)
    yield from _own(draft, target, kinds, usage)
    yield from check_formulas(draft, target, kinds, usage)
    yield from usage.violations()


def _own(draft: Draft, target: Snapshot, kinds: Kinds, usage: Usage) -> Iterator[Violation]:
    """Yield what each definition's own kind finds, in the changed ones and in those that stay."""
    for definition in target:
        found = list(kinds[definition.kind].check(definition, target))
        if definition.uid in draft.origin:
            yield from placed(draft.pointer(definition.uid) + "/document", found)
            continue
        for each in found:
            yield finding.DEPENDENT_BROKEN.at(
                "",
                kind=usage.kind_label(definition.kind),
                name=full_name(definition),
                reason={tag: each.detail(tag) for tag in each.texts},
            )


def _transitions(draft: Draft, target: Snapshot) -> Iterator[Violation]:
    for uid in draft.put:
        old, new = draft.base.stored(uid), target.stored(uid)
        found: list[Violation] = []
        if old and new and old.parent:
            found += check_parent(draft.base, old, target, new)
        if isinstance(old, ObjectDef) and isinstance(new, ObjectDef):
            found += check_setting(old, new)
        if isinstance(old, FieldDef) and isinstance(new, FieldDef):
            found += _field_transition(_model(old, draft.base), _model(new, target), draft, target)
        if isinstance(old, FieldDef | PicklistDef) and isinstance(new, FieldDef | PicklistDef):
            found += check_choices(old, new)
        yield from placed(draft.pointer(uid) + "/document", found)


def _field_transition(
    old: FieldModel | None, new: FieldModel | None, draft: Draft, target: Snapshot
) -> Iterator[Violation]:
    if old is None or new is None:
        return
    yield from check_field(old, new)
    before = draft.base.find("object", old.target) if old.target else None
    after = target.find("object", new.target) if new.target else None
    if before and after:
        yield from check_target(old, new, is_same=before.uid == after.uid)


def _model(definition: FieldDef, snapshot: Snapshot) -> FieldModel | None:
    model = snapshot.find_object(definition.object)
    return model.field(definition.name) if model else None


def _applied(base: Snapshot, target: Snapshot) -> Iterator[Applied]:
    """Yield the differences, deletions last."""
    for after in target:
        before = base.stored(after.uid)
        if before != after:
            done: Outcome = "update" if before else "create"
            yield Applied(done, after.kind, after.uid, after.name, after.parent)
    for before in base:
        if target.stored(before.uid) is None:
            yield Applied("delete", before.kind, before.uid, before.name, before.parent)


def _objects(changes: Sequence[Applied], base: Snapshot, target: Snapshot) -> tuple[str, ...]:
    """Return the uids of the objects whose tables may have to change, in order."""
    touched: dict[str, Definition] = {}
    for change in changes:
        for snapshot in (base, target):
            name = change.name if change.kind == ObjectDef.kind else None
            if change.kind in (FieldDef.kind, IndexDef.kind):
                name = change.object
            owner = snapshot.find("object", name) if name else None
            if owner:
                touched[owner.uid] = owner
    return tuple(touched)


def _located(violations: Sequence[Violation], changes: Sequence[Change]) -> tuple[Violation, ...]:
    """Return violations with file and line, where the change came from a file."""
    return tuple(_with_place(each, changes) for each in violations)


def _with_place(violation: Violation, changes: Sequence[Change]) -> Violation:
    parts = (violation.pointer or "").split("/", 3)
    if len(parts) < 3 or not parts[2].isdigit():
        return violation
    place = changes[int(parts[2])].place
    if place is None:
        return violation
    inside = "/" + parts[3] if len(parts) > 3 else ""
    line = place.line(inside.removeprefix("/document"))
    extra = {**violation.extra, "file": place.file, "line": line}
    return Violation(
        violation.code, violation.texts, violation.pointer, violation.params, violation.span, extra
    )
