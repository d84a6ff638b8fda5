"""The flow a running approval keeps: its definition as stored text, upgraded when read.

A flow may be changed while approvals run on it; they go on with what they began with. `FORMAT`
counts the shapes that text has had; `UPGRADES` brings an older one to the next, one pure function
per step, so that an approval begun long ago can still be ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from workflow.definition import ApprovalFlowDef

FORMAT = 1
UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Format → the function that brings a document of that format to the next."""


def dump(flow: ApprovalFlowDef) -> str:
    """Return the text that is stored with an approval."""
    document = flow.model_dump(mode="json")
    return json.dumps({"format": FORMAT, "flow": document}, ensure_ascii=False)


@lru_cache(maxsize=500)
def load(text: str, *, object_name: str | None = None) -> ApprovalFlowDef:
    """Return the flow in `text`; its object may bear another name by now, or be gone."""
    stored = json.loads(text)
    document = stored["flow"]
    for step in range(stored["format"], FORMAT):
        document = UPGRADES[step](document)
    if object_name is not None:
        document = {**document, "object": object_name}
    return ApprovalFlowDef.model_validate(document)
