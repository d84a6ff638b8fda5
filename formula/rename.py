"""Renaming: a field's new name wherever a formula mentions it, everything else untouched."""

from __future__ import annotations

from formula.compiled import Formula


def rename_field(formula: Formula, object_name: str, field_name: str, new_name: str) -> str:
    """Return the source with the field renamed; comments and layout stay."""
    source = formula.source
    spans = {
        reference.span
        for reference in formula.references
        if (reference.object, reference.field) == (object_name, field_name)
    }
    for span in sorted(spans, key=lambda span: span.start, reverse=True):
        source = source[: span.start] + new_name + source[span.end :]
    return source
