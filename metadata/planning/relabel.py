"""Formulas follow labels: a literal that named a choice by its label gets the new label.

Literals are bound to the uid of the choice; the text is only how it is written. Formulas that the
same publish brings in another form are left alone: they must use the new labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import formula
from metadata.definition import Definition, FieldDef, PicklistDef, PicklistValueDef, RecordTypeDef
from metadata.document import parse, replace_at, to_document
from metadata.field_types.choice import ordered_labels
from metadata.planning.draft import Draft
from metadata.planning.formula_use import Kinds, compiled, uses_of
from paas.kernel import Problem

Labels = Mapping[str, str]
Relabelled = Mapping[str, tuple[Labels, Labels]]
"""Labels before and after, by uid of the choice."""


def follow_labels(draft: Draft, kinds: Kinds) -> None:
    """Rewrite literals of formulas that name relabelled choices."""
    changed = _relabelled(draft)
    if not changed:
        return
    for before in draft.base:
        if draft.definitions.get(before.uid) == before:
            draft.definitions[before.uid] = _followed(before, draft, kinds, changed)


def _relabelled(draft: Draft) -> Relabelled:
    before = {choice.uid: ordered_labels(choice) for choice in _choices(draft.base)}
    after = {choice.uid: ordered_labels(choice) for choice in _choices(draft.definitions.values())}
    return {
        uid: (labels, after[uid])
        for uid, labels in before.items()
        if uid in after and after[uid] != labels
    }


def _choices(definitions: Iterable[Definition]) -> Iterator[PicklistValueDef]:
    for each in definitions:
        if isinstance(each, FieldDef | PicklistDef):
            yield from each.values
        elif isinstance(each, RecordTypeDef):
            yield PicklistValueDef(uid=each.uid, value=each.name, label=each.label)


def _followed(
    definition: Definition, draft: Draft, kinds: Kinds, changed: Relabelled
) -> Definition:
    document = to_document(definition)
    for use in uses_of(definition, kinds):
        try:
            made = compiled(definition, use, draft.base)
        except Problem:
            continue
        source = rewritten(use.source, made, changed)
        if source != use.source:
            document = replace_at(document, use.pointer, source)
    read = parse(type(definition), document)
    assert isinstance(read, Definition)
    return read


def rewritten(source: str, made: formula.Formula, changed: Relabelled) -> str:
    """Return the source with literals of relabelled choices in their new words."""
    literals = sorted(made.literals, key=lambda each: each.span.start, reverse=True)
    for literal in literals:
        if literal.matched == "label" and literal.uid in changed:
            before, after = changed[literal.uid]
            start, end = literal.span.start, literal.span.end
            text = _new_text(source[start:end], before, after)
            source = source[:start] + text + source[end:]
    return source


def _new_text(written: str, before: Labels, after: Labels) -> str:
    mark, text = written[0], written[1:-1]
    tags = [tag for tag, label in before.items() if _escaped(label, mark) == text]
    kept = chain((after[tag] for tag in tags if tag in after), after.values())
    return mark + _escaped(next(kept), mark) + mark


def _escaped(text: str, mark: str) -> str:
    return text.replace("\\", "\\\\").replace(mark, "\\" + mark)
