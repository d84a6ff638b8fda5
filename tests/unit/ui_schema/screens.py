"""A small description with two layouts, three views and an app, and callers who look at it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import metadata
import ui_schema
from metadata import DEFINITION_KINDS, FIELD_TYPES, Change, PublishPlan, Snapshot
from metadata.planning import make_plan
from paas.kernel import CallContext, Extensions, Principal
from runtime import Permissions
from tests.unit.metadata.world import SYSTEM, columns, field, put

EXTENSIONS = Extensions()
metadata.register(EXTENSIONS)
ui_schema.register(EXTENSIONS)
EXTENSIONS.freeze()

LEVELS = [
    {"value": "A", "label": {"zh-CN": "A 级", "en-US": "Grade A"}, "color": "red"},
    {"value": "B", "label": "B 级"},
    {"value": "C", "label": "C 级"},
    {"value": "old", "label": "旧", "active": False},
]

OBJECTS = (
    put(
        "object",
        name="customer",
        label={"zh-CN": "客户", "en-US": "Customer"},
        name_field="title",
    ),
    field("title", object="customer", length=120, required=True),
    field("level", "picklist", object="customer", values=LEVELS),
    field("amount", "currency", object="customer", precision=12, scale=2),
    field("secret", object="customer", length=40),
    field("parentId", "lookup", object="customer", to="customer"),
    field("doubled", "formula", object="customer", result="currency", formula="amount * 2"),
    field("note", "long_text", object="customer"),
    put("record_type", object="customer", name="direct", label="直销", default=True),
    put(
        "record_type",
        object="customer",
        name="dealer",
        label={"zh-CN": "经销商", "en-US": "Dealer"},
        picklists={"level": ["B"]},
    ),
    put("object", name="visit", label="拜访", name_field="topic"),
    field("topic", object="visit", length=120, required=True),
    field("customerId", "lookup", object="visit", to="customer"),
)


def layout(name: str, *fields: Any, **more: Any) -> Change:
    section = {"name": "basicInfo", "label": "基本信息", "fields": list(fields)}
    return put("page_layout", **{"object": "customer", "name": name, "sections": [section], **more})


def view(name: str, *columns: str, **more: Any) -> Change:
    return put("list_view", object="customer", name=name, columns=list(columns), **more)


EVERY = {"create": True, "read": True, "update": True, "delete": True}

GRANTS = (
    put("app", name="crm", label="销售云", tabs=["customer", "visit"]),
    put("role", name="sales", label="销售"),
    put("role", name="boss", label="经理"),
    put(
        "permission_set",
        name="selling",
        objects={
            "customer": {**EVERY, "fields": {"secret": "none", "amount": "read"}},
            "visit": EVERY,
            "user": {"read": True},
        },
        apps=["crm"],
    ),
    put(
        "permission_set",
        name="leading",
        objects={"customer": {**EVERY, "modify_all": True}, "visit": EVERY},
    ),
)

SCREENS = (
    layout(
        "plain",
        "title",
        {"field": "level", "required": True},
        {"field": "secret", "visible": "level = 'A'"},
        {"field": "amount", "required_when": "parentId.title = 'x'"},
        {"field": "note", "readonly": True, "visible": "secret <> 'x'"},
        highlights=["level", "secret"],
        related=[{"object": "visit", "field": "customerId", "columns": ["topic", "ownerId.name"]}],
        assignments=[{}],
    ),
    layout("forBoss", "secret", "title", assignments=[{"role": "boss"}]),
    layout("forDealers", "title", "level", assignments=[{"record_type": "dealer"}]),
    view("every", "title", "secret", "ownerId.name", "doubled", sort=["-createdAt"], default=True),
    view("mine", "title", scope="mine", filter="level = 'A'"),
    view("secrets", "title", filter="secret = 'x'"),
)


def plan(*changes: Change, base: Snapshot = SYSTEM) -> PublishPlan:
    return make_plan(
        changes,
        base,
        kinds=EXTENSIONS.of(DEFINITION_KINDS),
        field_types=EXTENSIONS.of(FIELD_TYPES),
        existing=columns(base),
        dialect="sqlite",
        shipped=False,
    )


def publish(*changes: Change, base: Snapshot = SYSTEM) -> Snapshot:
    made = plan(*changes, base=base)
    assert [(each.code, each.pointer, each.detail("en-US")) for each in made.violations] == []
    return made.target


PLAIN = publish(*OBJECTS, *GRANTS)
WORLD = publish(*SCREENS, base=PLAIN)


def caller(role: str, sets: tuple[str, ...], language: str = "zh-CN") -> CallContext:
    uids = tuple(sorted(uid_of(name) for name in sets))
    principal = Principal("u1", "李明", role=role, permission_sets=uids)
    return CallContext(datetime(2026, 1, 2, tzinfo=UTC), principal, language=language)


def uid_of(name: str) -> str:
    found = PLAIN.find("permission_set", name)
    assert found is not None
    return found.uid


SELLER = caller("sales", ("selling",))
BOSS = caller("boss", ("leading",))


def form(context: CallContext, snapshot: Snapshot = WORLD, **more: Any) -> dict[str, Any]:
    access = Permissions.of(context, snapshot)
    return ui_schema.resolve_form(snapshot, context, access, "customer", **more)


def detail(context: CallContext, snapshot: Snapshot = WORLD, **more: Any) -> dict[str, Any]:
    access = Permissions.of(context, snapshot)
    return ui_schema.resolve_detail(snapshot, context, access, "customer", **more)


def listing(context: CallContext, snapshot: Snapshot = WORLD, **more: Any) -> dict[str, Any]:
    access = Permissions.of(context, snapshot)
    return ui_schema.resolve_list(snapshot, context, access, "customer", **more)


def fields(page: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the field components of a page's sections by name, in order."""
    sections = [each for each in page["root"]["children"] if each["type"] == "section"]
    return {field["name"]: field for section in sections for field in section["children"]}


def paths(page: dict[str, Any]) -> list[str]:
    return [column["path"] for column in page["root"]["children"]]
