"""Validation rules: a condition, a sentence, and the place where it appears."""

from __future__ import annotations

from collections.abc import Iterator

import formula
from metadata import finding
from metadata.definition import SOURCE_LANGUAGE, ValidationRuleDef
from metadata.kind import DefinitionKind, FormulaUse, Reference, Rename
from metadata.snapshot import Snapshot
from paas.kernel import Violation


def check(definition: ValidationRuleDef, _snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with a rule."""
    if not definition.message.get(SOURCE_LANGUAGE, "").strip():
        yield finding.TEXT_NEEDED.at("/message", key="message")


def references(definition: ValidationRuleDef) -> Iterator[Reference]:
    """Yield what a rule needs; a section may be missing from a layout."""
    place, _, name = definition.at.partition(":")
    if place == "field":
        yield "field", definition.object, name


def formulas(definition: ValidationRuleDef) -> Iterator[FormulaUse]:
    """Yield the rule's condition."""
    yield FormulaUse(
        "/when",
        definition.when,
        definition.object,
        result=formula.Kind.BOOLEAN,
        blank=definition.blank or "zero",
        change_functions=True,
    )


def renamed(definition: ValidationRuleDef, rename: Rename) -> ValidationRuleDef:
    """Return the rule after a rename."""
    is_place = (rename.kind, rename.object) == ("field", definition.object)
    if is_place and definition.at == f"field:{rename.old}":
        return definition.model_copy(update={"at": f"field:{rename.new}"})
    return definition


KIND = DefinitionKind(
    ValidationRuleDef,
    listed_as="rules",
    check=check,
    references=references,
    formulas=formulas,
    renamed=renamed,
    label={"zh-CN": "校验规则", "en-US": "validation rule"},
)
