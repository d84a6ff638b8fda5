"""What axe finds on the main pages: nothing that keeps somebody out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """Return the grave findings: rule and the elements it is about."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (found["id"], [node["html"][:160] for node in found["nodes"]])
        for found in result["violations"]
        if found["impact"] in GRAVE
    ]


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)


def test_pages_have_no_grave_barriers(sign_in: SignIn) -> None:
    page = sign_in("admin")
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for address in (
        "/o/account",
        "/todo",
        "/admin",
        "/admin/objects/account/fields",
        "/admin/objects/account/rules",
        "/admin/objects/account/rules/new",
    ):
        page.goto(address)
        settled(page)
        found[address] = barriers(page)
    page.goto("/o/account?view=pendingAccounts")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_label("审批", exact=True)).to_be_visible()
    settled(page)
    found["detail"] = barriers(page)
    page.get_by_role("button", name="编辑").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="保存")).to_be_visible()
    settled(page)
    found["form"] = barriers(page)
    assert {place: each for place, each in found.items() if each} == {}


def test_signing_in_has_no_grave_barriers(sign_in: SignIn) -> None:
    page = sign_in("admin")
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="退出登录").click()
    expect(page.locator("input[name=username]")).to_be_visible()
    settled(page)
    assert barriers(page) == []
