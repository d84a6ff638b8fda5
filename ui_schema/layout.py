"""Which layout a caller gets, and the one generated where nobody assigned any."""

from __future__ import annotations

from collections.abc import Iterable

from metadata import SETTING_KEY, ObjectModel, Snapshot
from ui_schema.definition import LayoutFieldDef, PageLayoutDef, SectionDef

SYSTEM_SECTION = {"zh-CN": "系统信息", "en-US": "System information"}
MAIN_SECTION = {"zh-CN": "基本信息", "en-US": "Basic information"}
HIGHLIGHTS = 4
ENGINE_FIELDS = (
    "ownerId",
    "dimDepart",
    "createdBy",
    "createdAt",
    "updatedBy",
    "updatedAt",
)
"""Kept by the engine for every record; a generated layout shows them at the end."""
UNSHOWN = frozenset(
    {"id", "version", "entityType", "approvalStatus", "lockStatus", SETTING_KEY},
)
"""Shown elsewhere on the page, or of no use to people."""


def assigned_layout(
    snapshot: Snapshot, object_name: str, record_type: str | None, role: str | None
) -> PageLayoutDef | None:
    """Return the layout with the most specific assignment that fits, if there is one.

    A record type outweighs a role, both together outweigh either. Publish refuses equal
    assignments, so there is never a tie.
    """
    best: tuple[int, PageLayoutDef] | None = None
    for layout in snapshot.definitions(PageLayoutDef, parent=object_name):
        for assignment in layout.assignments:
            weight = _weight(assignment.record_type, record_type, 2)
            weight += _weight(assignment.role, role, 1)
            if weight >= 0 and (best is None or weight > best[0]):
                best = (weight, layout)
    return best[1] if best else None


def generated_layout(model: ObjectModel) -> PageLayoutDef:
    """Return a plain layout: every field in the order of the description."""
    own = [name for name in model.fields if name not in UNSHOWN and name not in ENGINE_FIELDS]
    kept = [name for name in ENGINE_FIELDS if name in model.fields]
    telling = [name for name in own if name != model.name_field][:HIGHLIGHTS]
    sections = [SectionDef(name="basicInfo", label=MAIN_SECTION, fields=_places(own))]
    if kept:
        sections.append(SectionDef(name="systemInfo", label=SYSTEM_SECTION, fields=_places(kept)))
    return PageLayoutDef(
        name="generated",
        object=model.name,
        highlights=tuple(telling),
        sections=tuple(sections),
    )


def layout_of(
    snapshot: Snapshot, model: ObjectModel, record_type: str | None, role: str | None
) -> tuple[PageLayoutDef, str | None]:
    """Return the layout to use, and its API name unless it was generated."""
    assigned = assigned_layout(snapshot, model.name, record_type, role)
    if assigned is not None:
        return assigned, assigned.name
    return generated_layout(model), None


def _weight(wanted: str | None, actual: str | None, weight: int) -> int:
    if wanted is None:
        return 0
    fits = actual is not None and wanted.casefold() == actual.casefold()
    return weight if fits else -10


def _places(names: Iterable[str]) -> tuple[LayoutFieldDef, ...]:
    return tuple(LayoutFieldDef(field=name) for name in names)
