"""The console in a browser: what operators do there without a chat."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import IN_CHROMIUM
from tests.browser.window import window
from tests.web.house import visited

pytestmark = IN_CHROMIUM


async def test_a_command_is_typed_without_a_mouse(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await house.open_shop()
        await page.goto(f"{house.origin}/console")
        await page.keyboard.press("/")
        await expect(page.locator("#command-text")).to_be_focused()
        await page.keyboard.type("status")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").filter(has_text="/status")).to_contain_text("连接正常")
        await page.keyboard.press("Escape")
        await expect(page.locator("#command-text")).to_be_hidden()


async def test_the_language_is_switched_and_stays(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console")
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await page.get_by_role("link", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page).to_have_url(f"{house.origin}/console")
        await page.goto(f"{house.origin}/console")
        await expect(page.get_by_role("link", name="中文")).to_be_visible()
