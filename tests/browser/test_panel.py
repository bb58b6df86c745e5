"""The panel beside the sandbox's conversation: time, the plan, and what goes wrong."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import in_chromium
from tests.browser.views import SANDBOX
from tests.browser.window import window
from tests.web.house import visited

pytestmark = in_chromium()


async def test_time_goes_to_the_next_refused_promotion_which_says_why(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}{SANDBOX['sandbox-dogs']}")
        await page.locator("#go-promo").click()
        await expect(page.locator("#side-result")).to_have_attribute("data-result", "arrived", timeout=90_000)
        chance = page.locator("#side-chance")
        await expect(chance).to_have_attribute("data-allowed", "no")
        await expect(chance.locator(".rules .no").first).to_contain_text("推广")
        await page.locator("#try-promo").click()
        await expect(page.locator("#side-answer")).to_contain_text("推广")
        await expect(page.locator("#side-answer")).to_be_in_viewport()
        await page.locator("[data-empties='side-answer']").click()
        await expect(page.locator("#side-answer")).to_be_hidden()


async def test_why_a_post_waits_is_told_rule_by_rule(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
        await page.locator("#side-plan .slot").first.get_by_role("button", name="为什么").click()
        note = page.get_by_role("dialog", name="详情")
        await expect(note.locator(".rules li").first).to_be_visible()
        await note.get_by_role("button", name="关上").click()
        await expect(note).to_be_hidden()


async def test_the_gateway_goes_down_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
        await page.locator("#side-switches summary").click()
        await page.locator("#fault-down").click()
        await expect(page.locator("#side-coping .coping")).to_have_attribute("data-connected", "no")
        await expect(page.locator("#fault-down")).to_have_attribute("aria-pressed", "true")
        await page.locator("#fault-down").click()
        await expect(page.locator("#side-coping .coping")).to_have_attribute("data-connected", "yes")
        await expect(page.locator("#side-coping")).to_contain_text("上一次断线")


async def test_a_post_that_got_lost_is_resolved_beside_the_conversation(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
        await page.locator("#side-switches summary").click()
        await page.locator("#fault-lost").click()
        await expect(page.locator("#fault-lost")).to_have_attribute("aria-pressed", "true")
        await page.locator("#go-tomorrow").click()
        await expect(page.locator("#side-result")).to_have_attribute("data-result", "arrived", timeout=90_000)
        doubt = page.locator("#side-coping .doubts li").first
        await expect(doubt).to_be_visible()
        number = await doubt.get_attribute("data-delivery")
        await doubt.get_by_role("button", name="没发").click()
        await expect(page.locator(f"#side-coping [data-delivery='{number}']")).to_have_count(0)
