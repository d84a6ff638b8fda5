"""A real Chromium in front of the running product. Without either, these tests skip visibly."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.support.server import Product, running_product

CLIENT = Path(__file__).resolve().parents[2] / "web" / "dist"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE: ViewportSize = {"width": 1440, "height": 900}
SECONDS = 15_000

SignIn = Callable[..., Page]

expect.set_options(timeout=SECONDS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with the CRM pack, for one module's tests alone."""
    if not (CLIENT / "index.html").is_file():
        pytest.skip("the web client is not built (make web)")
    home = tmp_path_factory.mktemp("browser")
    with running_product(f"sqlite:///{home}/tenant.db", home=home, client=CLIENT) as product:
        yield product


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, the system's."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(browser: Browser, server: Product) -> Iterator[SignIn]:
    """Signs a demo user in and gives the page; errors of the page fail the test."""
    contexts = []
    broken: list[str] = []

    def enter(login: str, *, language: str = "zh-CN", viewport: ViewportSize | None = None) -> Page:
        context = browser.new_context(
            base_url=server.base_url, viewport=viewport or WIDE, locale=language
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto("/sign-in")
        page.locator("input[name=username]").fill(login)
        page.locator("input[name=password]").fill(server.sign_ins[login].password)
        page.locator("button[type=submit]").click()
        expect(page.locator("#content")).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert broken == []
