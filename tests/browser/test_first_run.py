"""The first run, as somebody meets the product: a terminal that prints a link, and from then on only the page."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import in_chromium
from tests.browser.window import window
from tests.shell.running import Running
from tests.shell.warm import Warm
from tests.shell.workshop import Workshop
from tests.web.house import CATS

pytestmark = in_chromium()


async def test_from_the_link_to_the_first_confirmed_post_without_the_terminal(browser: Browser, tmp_path: Path) -> None:
    async with Running(Workshop(tmp_path, Warm())) as bot:
        link = await bot.sees(r"http://127\.0\.0\.1:\d+/enter\?key=\S+")
        async with window(browser, link[0]) as page:
            # The owner of the play claims the bot and hands it the rooms; then somebody moves time.
            cats = page.locator(f"#rooms [data-room='{CATS}']")
            await expect(cats).to_contain_text("在管", timeout=30_000)
            await cats.click()
            await expect(page.locator("#side-plan .slot").first).to_be_visible()
            await page.get_by_role("button", name="下一天").click()
            await expect(page.locator("#side-result")).to_have_attribute("data-result", "arrived", timeout=30_000)
            await expect(page.locator("#lines .robot .fate.confirmed").first).to_contain_text("已确认")
        assert bot.sound
        assert await bot.interrupt() == 0
