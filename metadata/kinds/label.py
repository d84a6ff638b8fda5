"""Custom labels: texts that formulas read in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

from metadata import finding
from metadata.definition import SOURCE_LANGUAGE, LabelDef
from metadata.kind import DefinitionKind
from metadata.snapshot import Snapshot
from paas.kernel import Violation


def check(definition: LabelDef, _snapshot: Snapshot) -> Iterator[Violation]:
    """Yield a violation if there is nothing to fall back to."""
    if not definition.text.get(SOURCE_LANGUAGE, "").strip():
        yield finding.TEXT_NEEDED.at("/text", key="text")


KIND = DefinitionKind(
    LabelDef,
    folder="labels",
    check=check,
    label={"zh-CN": "自定义标签", "en-US": "custom label"},
)
