"""UI schemas: layouts, list views and apps, resolved for one caller; showing them is for `web/`."""

from metadata import DEFINITION_KINDS
from paas.kernel import Extensions
from ui_schema.component import VERSION, json_schema
from ui_schema.definition import AppDef, ListViewDef, PageLayoutDef
from ui_schema.detail import resolve_detail
from ui_schema.form import resolve_form
from ui_schema.kind import KINDS
from ui_schema.list_page import resolve_list
from ui_schema.navigation import resolve_navigation
from ui_schema.viewer import Access


def register(extensions: Extensions) -> None:
    """Plug the kinds of this package into metadata."""
    extensions.register(DEFINITION_KINDS, *KINDS)


__all__ = [
    "KINDS",
    "VERSION",
    "Access",
    "AppDef",
    "ListViewDef",
    "PageLayoutDef",
    "json_schema",
    "register",
    "resolve_detail",
    "resolve_form",
    "resolve_list",
    "resolve_navigation",
]
