"""What is shipped with the engine: its labels may be changed, and nothing else."""

from __future__ import annotations

from metadata import finding
from metadata.definition import Definition, Document
from metadata.document import parse, to_document
from metadata.snapshot import Snapshot
from paas.kernel import Violation

LABELS = frozenset({"label", "plural_label", "description", "help", "icon", "position"})
IGNORED = LABELS | {"namespace", "physical", "uid"}
"""Keys that are either free or no matter: a pack gives its namespace to all it names."""


def check_protected(
    document: Document, existing: Definition | None, base: Snapshot
) -> tuple[Document, list[Violation]]:
    """Return the document to read, and a violation for each key that may not be touched.

    For a protected definition keys may be left out: what is shipped stands.
    """
    if existing is None or not getattr(existing, "protected", False):
        if document.get("protected"):
            return document, [finding.PROTECTED.at("/protected", name=document.get("name", ""))]
        return document, []
    if base.stored(existing.uid) is None:
        return document, [finding.PROTECTED.at("", name=existing.name)]
    shipped = to_document(existing)
    refused = [
        finding.PROTECTED.at(f"/{key}", name=existing.name)
        for key, value in document.items()
        if key in type(existing).model_fields
        and key not in IGNORED
        and _differs(existing, shipped, key, value)
    ]
    return {**shipped, **document, "namespace": existing.namespace}, refused


def keep_labels(document: Document, existing: Definition | None) -> Document:
    """Return what the engine ships, in the words the tenant has given it."""
    kept = to_document(existing) if existing else {}
    return {**document, **{key: each for key, each in kept.items() if key in LABELS}}


def _differs(existing: Definition, shipped: Document, key: str, value: object) -> bool:
    """Tell whether a key would change, however its value is written."""
    read = parse(type(existing), {**shipped, key: value})
    return isinstance(read, list) or to_document(read).get(key) != shipped.get(key)
