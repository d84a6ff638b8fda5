"""Picklists and the choices of picklist fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metadata import finding
from metadata.definition import PicklistDef, PicklistValueDef
from metadata.kind import DefinitionKind
from metadata.snapshot import Snapshot
from paas.kernel import Violation


def check_choices(values: Sequence[PicklistValueDef]) -> Iterator[Violation]:
    """Yield what is wrong with a list of choices."""
    seen: set[str] = set()
    for index, choice in enumerate(values):
        if choice.value in seen or choice.uid in seen:
            yield finding.CHOICE_TWICE.at(f"/values/{index}/value", value=choice.value)
        seen |= {choice.value, choice.uid}
    if sum(choice.default for choice in values) > 1:
        yield finding.DEFAULT_TWICE.at("/values")


def check(definition: PicklistDef, _snapshot: Snapshot) -> Iterator[Violation]:
    """Yield what is wrong with a shared picklist."""
    yield from check_choices(definition.values)


KIND = DefinitionKind(
    PicklistDef,
    folder="picklists",
    check=check,
    label={"zh-CN": "选项集", "en-US": "picklist"},
)
