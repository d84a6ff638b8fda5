"""Formulas follow what they name: new labels of choices, new API names of fields and objects.

Literals are bound to the uid of a choice and paths to that of a field; the text is only how they
are written, so a publish that changes the words rewrites them. Formulas that the same publish
brings in another form are left alone: they must use the new words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

import formula
from metadata.definition import (
    Definition,
    FieldDef,
    ObjectDef,
    PicklistDef,
    PicklistValueDef,
    RecordTypeDef,
)
from metadata.document import parse, replace_at, to_document
from metadata.field_types.choice import ordered_labels
from metadata.global_symbol import member_names
from metadata.planning.draft import Draft
from metadata.planning.formula_use import Kinds, compiled, uses_of
from paas.kernel import Problem, Span

Labels = Mapping[str, str]

ENTITY = re.compile(r"(?P<word>\w+)\s*\.\s*$")
"""The word before a field in a path."""


@dataclass(frozen=True, slots=True)
class Rewording:
    """What is called otherwise from now on.

    `labels` has the labels before and after by uid of the choice, `fields` the new name by old
    object (or global) and field, `objects` the new name by old one; names are casefolded.
    """

    labels: Mapping[str, tuple[Labels, Labels]]
    fields: Mapping[tuple[str, str], str]
    objects: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.labels or self.fields or self.objects)


def follow_words(draft: Draft, kinds: Kinds) -> None:
    """Rewrite the formulas that name what is called otherwise from now on."""
    words = _rewording(draft)
    if not words:
        return
    for before in draft.base:
        after = draft.definitions.get(before.uid)
        if after is not None and before.uid not in draft.reworked:
            draft.definitions[before.uid] = _followed(before, after, draft, kinds, words)


def _rewording(draft: Draft) -> Rewording:
    before = {choice.uid: ordered_labels(choice) for choice in _choices(draft.base)}
    after = {choice.uid: ordered_labels(choice) for choice in _choices(draft.definitions.values())}
    labels = {uid: (old, after[uid]) for uid, old in before.items() if after.get(uid, old) != old}
    renamed = [
        (old, new.name)
        for old in draft.base
        if (new := draft.definitions.get(old.uid)) and new.name != old.name
    ]
    fields = {
        (old.object.casefold(), old.name.casefold()): new
        for old, new in renamed
        if isinstance(old, FieldDef)
    }
    for member, name in renamed:
        for owner in member_names(member):
            fields[owner.casefold(), member.name.casefold()] = name
    return Rewording(
        labels,
        fields,
        {old.name.casefold(): new for old, new in renamed if isinstance(old, ObjectDef)},
    )


def _choices(definitions: Iterable[Definition]) -> Iterator[PicklistValueDef]:
    for each in definitions:
        if isinstance(each, FieldDef | PicklistDef):
            yield from each.values
        elif isinstance(each, RecordTypeDef):
            yield PicklistValueDef(uid=each.uid, value=each.name, label=each.label)


def _followed(
    before: Definition, after: Definition, draft: Draft, kinds: Kinds, words: Rewording
) -> Definition:
    document = to_document(after)
    for use in uses_of(before, kinds):
        try:
            made = compiled(before, use, draft.base)
        except Problem:
            continue
        source = reworded(use.source, made, words)
        if source != use.source:
            document = replace_at(document, use.pointer, source)
    read = parse(type(after), document)
    assert isinstance(read, Definition)
    return read


def reworded(source: str, made: formula.Formula, words: Rewording) -> str:
    """Return the source of a formula in the new words."""
    edits = dict(chain(_literals(source, made, words), _paths(source, made, words)))
    for span in sorted(edits, key=lambda each: each.start, reverse=True):
        source = source[: span.start] + edits[span] + source[span.end :]
    return source


def _literals(source: str, made: formula.Formula, words: Rewording) -> Iterator[tuple[Span, str]]:
    for literal in made.literals:
        if literal.matched == "label" and literal.uid in words.labels:
            written = source[literal.span.start : literal.span.end]
            yield literal.span, _new_text(written, *words.labels[literal.uid])


def _new_text(written: str, before: Labels, after: Labels) -> str:
    """Return the literal in the new label of the language it was written in."""
    mark, text = written[0], written[1:-1]
    tags = [tag for tag, label in before.items() if _escaped(label, mark) == text]
    kept = chain((after[tag] for tag in tags if tag in after), after.values())
    return mark + _escaped(next(kept), mark) + mark


def _escaped(text: str, mark: str) -> str:
    return text.replace("\\", "\\\\").replace(mark, "\\" + mark)


def _paths(source: str, made: formula.Formula, words: Rewording) -> Iterator[tuple[Span, str]]:
    fields = {reference.span for reference in made.references}
    for reference in made.references:
        key = reference.object.casefold()
        new_field = words.fields.get((key, reference.field.casefold()))
        if new_field is not None:
            yield reference.span, new_field
        entity = ENTITY.search(source, 0, reference.span.start)
        if entity is None or key not in words.objects:
            continue
        span = Span(*entity.span("word"))
        if entity["word"].casefold() == key and span not in fields:
            yield span, words.objects[key]
