"""An administrator makes an object, a field and a rule in the browser; all are used at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def choose(page: Page, label: str, text: str) -> None:
    page.get_by_role("dialog").get_by_label(label).click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(
        has_text=text
    ).first.click()


def make_object(page: Page) -> None:
    page.get_by_role("link", name="管理后台").click()
    page.get_by_role("button", name="新建对象").click()
    form = page.get_by_role("dialog")
    form.get_by_label("中文名称").fill("客户拜访")
    form.get_by_label("英文名称").fill("Customer visit")
    form.get_by_label("名称字段").fill("拜访主题")
    choose(page, "显示在应用", "客户关系管理")
    form.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("客户拜访")
    expect(page.get_by_role("navigation").get_by_role("link", name="客户拜访")).to_be_visible()


def make_field(page: Page) -> None:
    page.get_by_role("button", name="新建字段").click()
    choose(page, "类型", "金额")
    form = page.get_by_role("dialog")
    form.get_by_label("中文名称").fill("预算")
    form.get_by_label("英文名称").fill("Budget")
    form.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("cell", name="budget")).to_be_visible()


def make_rule(page: Page) -> None:
    page.get_by_role("tab", name="校验规则").click()
    page.get_by_role("button", name="新建校验规则").click()
    page.get_by_label("中文名称").fill("预算上限")
    page.get_by_label("英文名称").fill("Budget limit")
    code = page.get_by_role("textbox", name="错误条件公式")
    code.click()
    page.keyboard.type("budgt > 1000000")
    page.get_by_role("button", name="语法检查").click()
    expect(page.locator(".editor-errors")).to_contain_text("第 1 行第 1 列")
    expect(page.locator(".cm-lintRange-error")).to_have_text("budgt")
    page.get_by_role("button", name="改为 budget").click()
    expect(page.get_by_role("status").filter(has_text="语法正确")).to_be_visible()
    page.get_by_label("提示信息").first.fill("预算超出上限。")
    page.get_by_label("提示位置").click()
    page.keyboard.type("预算")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("link", name="预算上限")).to_be_visible()


def test_what_is_published_is_used_at_once(sign_in: SignIn) -> None:
    page = sign_in("admin")
    make_object(page)
    make_field(page)
    make_rule(page)
    page.get_by_role("button", name="查看记录").click()
    page.get_by_role("button", name="新建客户拜访").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("拜访主题").fill("季度回访")
    form.get_by_label("预算").fill("1000000.01")
    form.get_by_role("button", name="保存").click()
    expect(form.locator("[data-field=budget]").get_by_role("alert")).to_have_text("预算超出上限。")
    form.get_by_label("预算").fill("999999.99")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("季度回访")
    expect(page.locator(".detail-main [data-field=budget]")).to_contain_text("¥999,999.99")
