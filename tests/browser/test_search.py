"""Searching with the keyboard and the mouse, in both languages, on wide and narrow screens."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import WIDE, SignIn
from tests.browser.test_accessibility import barriers, settled
from tests.browser.test_desk import NARROW, overflows

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOTS = os.environ.get("PAAS_TEST_SHOTS")
"""A folder for pictures of what is tested, for whoever wants to look."""


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_a_record_is_found_and_opened_by_the_keyboard_alone(sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto("/o/account")
    name = page.get_by_role("table").get_by_role("link").first.inner_text()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="搜索全部记录")
    expect(box).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("可输入汉字")
    shoot(page, "search-empty")
    page.keyboard.type(name[:2])
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("group", name="客户", exact=True)).to_be_visible()
    expect(options.first.locator("mark").first).to_have_text(name[:2])
    settled(page)
    shoot(page, "search-results")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    active = options.nth(1).get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", active or "")
    page.keyboard.press("ArrowUp")
    chosen = options.first.locator(".search-name").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen)
    expect(box).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name=chosen)).to_be_visible()
    shoot(page, "search-recent")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


@pytest.mark.parametrize(("width", "viewport"), [("wide", WIDE), ("narrow", NARROW)])
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_search_fits_every_screen_in_either_language(
    sign_in: SignIn, language: str, width: str, viewport: ViewportSize
) -> None:
    page = sign_in("admin", viewport=viewport)
    page.evaluate("language => localStorage.setItem('zhuji.language', language)", language)
    page.goto("/o/account")
    title = "搜索全部记录" if language == "zh-CN" else "Search everything"
    opener = "搜索" if language == "zh-CN" else "Search"
    page.get_by_role("button", name=re.compile(f"^{opener}")).click()
    page.get_by_role("combobox", name=title).fill("gs")
    expect(page.get_by_role("option").first).to_be_visible()
    settled(page)
    shoot(page, f"search-{width}-{language}")
    assert not overflows(page)
    assert barriers(page) == []
    page.get_by_role("combobox", name=title).fill("没有这样的记录")
    words = "没有找到" if language == "zh-CN" else "Nothing found"
    expect(page.get_by_role("status")).to_contain_text(words)
    shoot(page, f"search-nothing-{width}-{language}")
    page.get_by_role("button", name="关闭" if language == "zh-CN" else "Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_lookup_finds_by_pinyin(sign_in: SignIn) -> None:
    page = sign_in("admin")
    page.goto("/o/contact")
    page.get_by_role("button", name="新建联系人").click()
    form = page.get_by_role("dialog")
    box = form.get_by_label("客户名称")
    box.click()
    box.fill("yxgs")
    found = page.locator(".ant-select-item-option")
    expect(found.first).to_contain_text("有限公司")
    shoot(page, "search-lookup")
