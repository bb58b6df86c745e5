"""A bot without an owner: the page leads whoever opens it to the one sentence that makes them the owner."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import in_chromium
from tests.browser.test_sandbox import say
from tests.browser.window import window
from tests.scenarios.stage import settings
from tests.web.house import CATS, OWNER, TEAM, visited

pytestmark = in_chromium()


async def test_the_page_leads_from_a_bot_that_obeys_nobody_to_an_adopted_room(browser: Browser, tmp_path: Path) -> None:
    """Typed without its code, /claim met with silence; and who had claimed the bot was still asked to."""
    config = settings(tmp_path, sandbox={"port": 0}, web={"port": 0})
    async with visited(tmp_path, config=config) as house, window(browser, house.links[-1]) as page:
        lead = page.locator("#ownerless")
        await say(page, "/claim")
        await expect(lead).to_contain_text(f"/claim {house.app.claim_code}")
        await lead.get_by_role("link", name="换成周岚去认领").click()
        await expect(page.locator(f'#people [data-person="{OWNER}"]')).to_have_attribute("aria-current", "true")
        await expect(page.locator(f'#rooms [data-room="{TEAM}"]')).to_have_attribute("aria-current", "page")
        await page.get_by_role("button", name="/claim").click()
        await expect(page.locator("#words")).to_have_value(f"/claim {house.app.claim_code}")
        await page.get_by_role("button", name="发送").click()
        await expect(page.locator("#lines .robot").last).to_contain_text("认领成功")
        await expect(lead).to_have_count(0)
        await page.locator("#words").fill("打到一半")
        await expect(page.get_by_role("button", name="/claim")).to_have_count(0)
        await page.get_by_role("button", name="/control").click()
        await page.get_by_role("button", name="发送").click()
        await expect(page.locator(f'#rooms [data-room="{TEAM}"]')).to_contain_text("运营群")
        await expect(page.get_by_role("button", name="/control")).to_have_count(0)
        await page.locator(f'#rooms [data-room="{CATS}"]').click()
        await page.locator(f'#people [data-person="{OWNER}"]').click()
        await page.get_by_role("button", name="/adopt").click()
        await page.get_by_role("button", name="发送").click()
        await expect(page.locator(f'#rooms [data-room="{CATS}"]')).to_contain_text("在管")
        await expect(page.get_by_role("button", name="/adopt")).to_have_count(0)
