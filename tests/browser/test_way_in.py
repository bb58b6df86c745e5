"""Coming in with a browser that somebody uses."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.axe import NO_NPM, grave
from tests.browser.chromium import in_chromium
from tests.browser.window import window
from tests.web.house import visited

pytestmark = in_chromium()


async def test_the_link_opens_the_sandbox(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await expect(page).to_have_url(f"{house.origin}/sandbox")


async def test_a_first_visitor_is_told_once_what_this_is_and_what_to_try(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await expect(page.locator("#welcome")).to_contain_text("的演示")
        await expect(page.locator("#welcome")).to_contain_text("打卡")
        await page.get_by_role("button", name="知道了").click()
        await expect(page.locator("#welcome")).to_be_hidden()
        await page.goto(f"{house.origin}/sandbox")
        await expect(page.locator("#words")).to_be_visible()
        await expect(page.locator("#welcome")).to_be_hidden()


@pytest.mark.skipif(NO_NPM is not None, reason=f"axe-core: {NO_NPM}")
async def test_whoever_is_not_in_meets_no_barrier_either(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1], forgiven=("401",)) as page:
        await page.goto("about:blank")
        await page.context.clear_cookies()
        for path in ("/closed", "/login", "/enter?key=x"):
            await page.goto(f"{house.origin}{path}")
            await page.wait_for_load_state("networkidle")
            assert await grave(page) == [], path
