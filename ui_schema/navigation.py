"""Where a caller can go: the apps granted to him and the tabs he may open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from metadata import ObjectDef, PermissionSetDef, Snapshot
from paas.kernel import CallContext
from ui_schema.component import App, Tab
from ui_schema.definition import AppDef, TabDef
from ui_schema.viewer import Access, Viewer

EVERYTHING = {"zh-CN": "全部对象", "en-US": "All objects"}


def resolve_navigation(
    snapshot: Snapshot, context: CallContext, access: Access
) -> list[dict[str, Any]]:
    """Return the caller's apps as JSON values, each with the tabs he may read.

    Who has no app still gets one with every object he may read, so nobody stands before an
    empty desk.
    """
    viewer = Viewer.of(snapshot, context, access)
    granted = _granted(snapshot, context)
    defined = sorted(snapshot.definitions(AppDef), key=lambda app: (app.position, app.name))
    apps = [
        _app(viewer, app) for app in defined if context.is_system or app.name.casefold() in granted
    ]
    shown = [app for app in apps if app.tabs] or [_everything(viewer)]
    return [app.model_dump(mode="json", by_alias=True, exclude_none=True) for app in shown]


def _granted(snapshot: Snapshot, context: CallContext) -> frozenset[str]:
    sets = context.principal.permission_sets if context.principal else ()
    found = (snapshot.by_uid(uid) for uid in sets)
    return frozenset(
        app.casefold() for each in found if isinstance(each, PermissionSetDef) for app in each.apps
    )


def _app(viewer: Viewer, app: AppDef) -> App:
    return App(
        name=app.name,
        label=viewer.text(app.label, app.name),
        description=viewer.text(app.description, "") or None,
        icon=app.icon,
        color=app.color or None,
        tabs=tuple(_tabs(viewer, app.tabs)),
    )


def _tabs(viewer: Viewer, tabs: Iterable[TabDef]) -> Iterator[Tab]:
    for tab in tabs:
        if viewer.sees_object(tab.object):
            model = viewer.snapshot.object(tab.object)
            plural = viewer.text(model.definition.plural_label, "")
            label = viewer.text(tab.label, plural or viewer.text(model.label, model.name))
            yield Tab(object=model.name, label=label, icon=model.definition.icon)


def _everything(viewer: Viewer) -> App:
    own = [each for each in viewer.snapshot.definitions(ObjectDef) if not each.protected]
    tabs = [TabDef(object=each.name) for each in own]
    return App(
        name="everything",
        label=viewer.text(EVERYTHING, ""),
        tabs=tuple(_tabs(viewer, tabs)),
    )
