"""Everyday work: languages, filters in the address, other people's changes, small screens."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import SignIn
from tests.support.server import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROW: ViewportSize = {"width": 390, "height": 844}


def first_account(product: Product, login: str) -> dict[str, str]:
    query = {"fields": "id,accountName", "limit": "1", "sort": "accountName"}
    answer = product.sign_in(login).get("/api/v1/records/account", params=query)
    answer.raise_for_status()
    found: dict[str, str] = answer.json()["records"][0]
    return found


def overflows(page: Page) -> bool:
    script = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.evaluate(script))


def test_a_wrong_password_is_refused_politely(sign_in: SignIn) -> None:
    page = sign_in("sales2")
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="退出登录").click()
    page.locator("input[name=username]").fill("sales2")
    page.locator("input[name=password]").fill("nonsense")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不正确。")


def test_the_language_changes_in_place_and_stays(sign_in: SignIn, server: Product) -> None:
    page = sign_in("marketing")
    page.goto("/o/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("客户")
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="界面语言").hover()
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")
    assert page.locator("html").get_attribute("lang") == "en-US"
    page.reload()
    expect(page.get_by_role("button", name="Filter")).to_be_visible()
    client = server.sign_in("marketing")
    client.headers.pop("Accept-Language")
    assert client.get("/auth/me").json()["language"] == "en-US"


def test_a_filter_stands_in_the_address(sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto("/o/account")
    rows = page.get_by_role("row")
    expect(rows).not_to_have_count(0)
    everything = rows.count()
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("tooltip").get_by_label("公式筛选").fill("level = 'A'")
    page.get_by_role("button", name="应用").click()
    expect(page.get_by_role("button", name="筛选 · 1")).to_be_visible()
    expect(rows).not_to_have_count(everything)
    address, filtered = page.url, rows.count()
    page.goto("/todo")
    page.goto(address)
    expect(rows).to_have_count(filtered)


def test_nobody_overwrites_what_another_has_just_changed(sign_in: SignIn, server: Product) -> None:
    account = first_account(server, "manager")
    page = sign_in("manager")
    page.goto(f"/o/account/{account['id']}")
    page.get_by_role("button", name="编辑").click()
    form = page.get_by_role("dialog")
    form.get_by_label("邮政编码").fill("200120")
    other = server.sign_in("admin")
    address = f"/api/v1/records/account/{account['id']}"
    assert other.patch(address, json={"fax": "021-55550000"}).status_code == 200
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("alert")).to_contain_text("这条记录刚刚被他人修改")
    form.get_by_role("button", name="载入最新内容").click()
    expect(form.get_by_label("传真")).to_have_value("021-55550000")
    expect(form.get_by_label("邮政编码")).to_have_value("200120")
    form.get_by_role("button", name="保存").click()
    expect(page.locator(".detail-main [data-field=zipCode]")).to_contain_text("200120")


@pytest.mark.parametrize("address", ["/o/account", "/todo", "/o/opportunity"])
def test_a_narrow_screen_shows_everything_without_scrolling_sideways(
    sign_in: SignIn, address: str
) -> None:
    page = sign_in("manager", viewport=NARROW)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not overflows(page)
    page.get_by_role("button", name="打开导航").click()
    expect(page.get_by_role("navigation")).to_be_visible()
