"""Finishing a page: canonical JSON, its ETag, and keeping it as long as the revision lives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable
from typing import Any

from metadata import ObjectModel, RecordTypeDef
from ui_schema.component import NamedLabel, Shape
from ui_schema.viewer import Viewer


def kept(viewer: Viewer, key: tuple[Hashable, ...], build: Callable[[], Shape]) -> dict[str, Any]:
    """Return the finished page, made once per revision, viewer and `key`. Not to be changed."""
    return viewer.snapshot.plan(("ui", *key, *viewer.key), lambda: finished(build()))


def finished(shape: Shape) -> dict[str, Any]:
    """Return a page or navigation as JSON values, with the ETag of what it says."""
    body = shape.model_dump(mode="json", by_alias=True, exclude_none=True)
    body.pop("etag", None)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    body["etag"] = hashlib.sha256(text.encode()).hexdigest()[:20]
    return body


def record_type_of(model: ObjectModel, name: str | None) -> RecordTypeDef | None:
    """Return the record type called `name`, else the one new records get."""
    wanted = (name or model.default_record_type or "").casefold()
    return next((each for each in model.record_types if each.name.casefold() == wanted), None)


def record_type_labels(
    viewer: Viewer, model: ObjectModel, chosen: RecordTypeDef | None
) -> tuple[NamedLabel | None, tuple[NamedLabel, ...]]:
    """Return the record type of the page and the active ones there are."""
    labels = {
        each.name: NamedLabel(name=each.name, label=viewer.text(each.label, each.name))
        for each in model.record_types
    }
    active = tuple(labels[each.name] for each in model.record_types if each.active)
    return (labels[chosen.name] if chosen else None), active
