"""The smallest worlds for tests of descriptions: plans from nothing, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import metadata
from metadata import DEFINITION_KINDS, FIELD_TYPES, Change, PublishPlan, Snapshot, load_folder
from metadata.planning import make_plan
from paas.kernel import Extensions

EXTENSIONS = Extensions()
metadata.register(EXTENSIONS)
EXTENSIONS.freeze()

KINDS = EXTENSIONS.of(DEFINITION_KINDS)
TYPES = EXTENSIONS.of(FIELD_TYPES)
SHIPPED = load_folder(Path(metadata.__file__).parent / "system")


def put(kind: str, **document: Any) -> Change:
    return Change("put", kind, document)


def delete(kind: str, name: str, *, object: str | None = None) -> Change:
    document = {"name": name} if object is None else {"name": name, "object": object}
    return Change("delete", kind, document)


def field(name: str, type: str = "text", *, object: str = "account", **more: Any) -> Change:
    return put("field", **{"object": object, "name": name, "label": name, "type": type, **more})


def rule(name: str, when: str, *, object: str = "account", **more: Any) -> Change:
    return put("validation_rule", object=object, name=name, when=when, message="不行", **more)


ACCOUNT = (
    put("object", name="account", label={"zh-CN": "客户", "en-US": "Account"}),
    field("name", length=120, required=True),
)


def plan(
    base: Snapshot,
    *changes: Change,
    existing: dict[str, frozenset[str]] | None = None,
    shipped: bool = False,
    dialect: str = "sqlite",
) -> PublishPlan:
    return make_plan(
        changes,
        base,
        kinds=KINDS,
        field_types=TYPES,
        existing=columns(base) if existing is None else existing,
        dialect=dialect,
        shipped=shipped,
    )


def columns(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """Return what a database would hold for a description."""
    models = [snapshot.object(name) for name in snapshot.objects]
    return {
        each.table: frozenset(field.column for field in each.fields.values() if field.column)
        for each in models
    }


def system() -> Snapshot:
    empty = Snapshot([], field_types=TYPES)
    made = plan(empty, *SHIPPED, shipped=True)
    made.require_valid()
    return made.target


SYSTEM = system()


def world(*changes: Change, base: Snapshot = SYSTEM) -> Snapshot:
    """Return a description with the system objects, account and what `changes` add."""
    if base is SYSTEM:
        changes = (*ACCOUNT, *changes)
    made = plan(base, *changes)
    made.require_valid()
    return made.target


def findings(made: PublishPlan) -> list[tuple[str, str | None]]:
    """Return code and pointer of every violation."""
    return [(each.code, each.pointer) for each in made.violations]
