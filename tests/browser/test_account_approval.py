"""The way of an account through the browser: refused, mended, approved, and then its name stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "上海筑基测试机械有限公司"
SHORT = "上海市浦东新区张江路一号"
LONG = "上海市浦东新区张江高科技园区博云路二号创新大厦"
MESSAGE = "客户地址长度小于20个字，请重新输入。"


def open_account(page: Page) -> None:
    page.goto("/o/account")
    page.get_by_role("searchbox").fill(NAME)
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


def rename(page: Page, name: str) -> None:
    page.get_by_role("button", name="编辑").click()
    page.get_by_role("dialog").get_by_label("客户名称").fill(name)
    page.get_by_role("button", name="保存").click()


def test_an_account_is_refused_mended_approved_and_keeps_its_name(sign_in: SignIn) -> None:
    sales = sign_in("sales")
    sales.goto("/o/account")
    sales.get_by_role("button", name="新建客户").click()
    form = sales.get_by_role("dialog")
    form.get_by_label("客户名称").fill(NAME)
    form.get_by_label("详细地址").fill(SHORT)
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("alert").filter(has_text=MESSAGE)).to_be_visible()
    expect(form.locator("[data-field=address]")).not_to_contain_text(MESSAGE)

    form.get_by_label("详细地址").fill(LONG)
    form.get_by_role("button", name="保存").click()
    expect(sales.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(sales.locator(".detail-badges")).to_contain_text("待提交")

    sales.get_by_role("button", name="提交审批").click()
    submit = sales.get_by_role("dialog")
    submit.get_by_label("审批意见").fill("请尽快审批")
    submit.get_by_role("button", name="提交审批").click()
    expect(sales.locator(".detail-badges")).to_contain_text("审批中")
    expect(sales.locator(".detail-badges")).to_contain_text("已锁定")
    expect(sales.get_by_role("button", name="编辑")).to_have_count(0)

    manager = sign_in("manager")
    manager.get_by_role("link", name=re.compile("待办")).click()
    item = manager.get_by_role("listitem").filter(has_text=NAME)
    item.get_by_role("button", name="查看并审批").click()
    expect(manager.get_by_label("审批", exact=True)).to_contain_text("上级审批")
    manager.get_by_role("button", name="同意").click()
    decide = manager.get_by_role("dialog")
    decide.get_by_label("审批意见").fill("资料齐全")
    decide.get_by_role("button", name="同意").click()
    expect(manager.locator(".detail-badges")).to_contain_text("审批通过")
    expect(manager.locator(".detail-badges")).not_to_contain_text("已锁定")

    open_account(sales)
    rename(sales, "换个名字")
    refusal = sales.get_by_role("dialog").get_by_role("alert")
    expect(refusal.first).to_contain_text("审批通过")
    sales.get_by_role("button", name="取消").click()
    sales.get_by_role("button", name="放弃修改").click()
    expect(sales.get_by_role("heading", level=1)).to_have_text(NAME)

    admin = sign_in("admin")
    open_account(admin)
    rename(admin, f"{NAME}（更名）")
    expect(admin.get_by_role("heading", level=1)).to_have_text(f"{NAME}（更名）")
